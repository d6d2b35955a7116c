"""Mails that strangers ask for: off the request's path, and few for each mailbox."""

import logging
import random
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Thread
from unicodedata import normalize

from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from django_ratelimit.core import is_ratelimited

logger = logging.getLogger(__name__)

_AT_ONCE = 20  # each waits `EMAIL_TIMEOUT` at most
_BEGINS_AFTER_S = (0.5, 1.5)  # the answer is out by then, and nothing slows it
_places = BoundedSemaphore(_AT_ONCE)


def later(work: Callable[[], object]) -> None:
    """Do something that may look people up and send a mail, and return at once.

    So neither the answer nor the time until it comes tells whether a mail was sent.
    """
    if _places.acquire(blocking=False):
        Thread(target=_do, args=(work,), name="mail", daemon=True).start()
    else:
        logger.warning("A mail was not sent: %d are on their way.", _AT_ONCE)


def is_one_too_many(address: str) -> bool:
    """Count a mail to an address; whether its mailbox has had enough for now."""
    return bool(
        is_ratelimited(
            HttpRequest(),  # the library wants one
            group="mailbox",
            # As Django compares: one mailbox may be spelt with other letters, too.
            key=lambda *_: normalize("NFKC", address).casefold(),
            rate=settings.FER_MAIL_RATE,
            increment=True,
        )
    )


def _do(work: Callable[[], object]) -> None:
    time.sleep(random.uniform(*_BEGINS_AFTER_S))
    try:
        work()
    except Exception as error:  # noqa: BLE001 -- a thread has nobody else to tell
        logger.warning("A mail was not sent: %s", type(error).__name__)
    finally:
        connections.close_all()
        _places.release()
