"""Makes reports and sends mails and webhook calls that wait, in threads of its own.

Neither pages nor closing minutes wait for it. A single server (`run`) and a worker of a cluster look every few seconds. If a
thread of before is still at it, a look does nothing.
"""

import asyncio
import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, connections
from django.utils import timezone

from sessions_app.models.database_changes import DatabaseChanges
from sessions_app.services import outbox, reports, webhooks

logger = logging.getLogger(__name__)

EVERY_S = 2.0
_SECOND_TRY_WITHIN_S = 10.0  # of a webhook; later tries may be half a minute late


def send_mails() -> None:
    """Put the digests that are due into the outbox, and send what waits there."""
    outbox.put_digests(now=timezone.now())
    outbox.send_due()


_ROUNDS: dict[str, Callable[[], None]] = {
    "reports": reports.make_due,
    "mails": send_mails,
    "webhooks": webhooks.send_due,
}
_running: dict[str, threading.Thread] = {}


async def run() -> None:
    """Look for what waits until cancelled, beside the sockets of a single server.

    While nobody writes to the database there is nothing new to send. What is due by the
    clock alone, such as a digest, is found half a minute late at most.
    """
    changes = DatabaseChanges(_SECOND_TRY_WITHIN_S)
    while True:
        if await asyncio.to_thread(changes.any_lately):
            look()
        await asyncio.sleep(EVERY_S)


def look() -> None:
    """Begin to make and send what is due, and return at once."""
    for name, work in _ROUNDS.items():
        before = _running.get(name)
        if before is None or not before.is_alive():
            # It may be cut off by the end of the process: the rows are taken up again.
            _running[name] = threading.Thread(
                target=_round, args=(name, work), name=name, daemon=True
            )
            _running[name].start()


def _round(name: str, work: Callable[[], None]) -> None:
    try:
        work()
    except DatabaseError as error:
        # In further lines databases quote rows.
        why, *_quoted = str(error).splitlines() or [type(error).__name__]
        logger.warning("%s come later: %s", name.capitalize(), why)
    except Exception:
        logger.exception("%s come later", name.capitalize())
    finally:
        connections.close_all()
