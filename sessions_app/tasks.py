"""What the clock of a cluster does: the very functions of the embedded ticker.

Each is safe to run twice at once and after any pause. None expires by Celery's means,
which compare the wall clocks of two machines; beat sends nothing to a queue that nobody
empties, and a task that comes late does all that is due.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from inference.cluster.redis_away import RedisAway
from sessions_app import clock
from sessions_app.minutes.closing import close_due_minutes
from sessions_app.minutes.current_store import get_store
from sessions_app.services import postman, retention

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def close_minutes() -> None:
    """Close what is due; beat asks once a second."""
    with _later("Minutes are closed"):
        store = get_store()  # first, since it sets this process's clock
        close_due_minutes(store=store, now=clock.now_s())


@shared_task(ignore_result=True)
def end_forgotten() -> None:
    """End the classes in which nobody has been for half a day."""
    with _later("Forgotten lessons are ended"):
        retention.end_forgotten(now=timezone.now())


@shared_task(ignore_result=True)
def apply_retention() -> None:
    """Delete a share of what was kept long enough.

    What is left goes to the end of the queue, so that no closing waits for long.
    """
    with _later("What is too old is deleted"):
        if retention.apply_some(now=timezone.now()):
            apply_retention.delay()


@shared_task(ignore_result=True)
def send_what_waits() -> None:
    """Have reports made, mails sent and webhooks called beside other tasks."""
    postman.look()


@contextmanager
def _later(what: str) -> Iterator[None]:
    """A part that is away is no fault: the next task does all that is due."""
    try:
        yield
    except (RedisAway, OperationalError, InterfaceError) as error:
        logger.warning("%s later: %s", what, error)
