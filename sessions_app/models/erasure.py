"""What is deleted leaves no bytes behind in SQLite's files.

`secure_delete` overwrites it in the database. The write-ahead log keeps older pages, with
what stood on them, until it is emptied. PostgreSQL has its own means (docs/operations.md).
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

_ENDS_WITHIN_S = 2.0
_WAITS_MS = 50  # for readers; a writer waits as long
_asked = threading.Event()
_asked.set()  # a process that ended may have left something


def erase_soon() -> None:
    """Have the log emptied once the change that is under way is committed.

    Each deletion asks for it by itself; a change that blanks a secret calls this.
    """
    transaction.on_commit(_asked.set)


def erase_at_the_end() -> None:
    """Empty the log before the process ends: none of its connections is closed then.

    Threads of requests that were cut off may still read, for a moment.
    """
    until = time.monotonic() + _ENDS_WITHIN_S
    while _asked.is_set() and time.monotonic() < until:
        erase()


def something_to_erase() -> bool:
    """Whether something was deleted since the log was emptied."""
    return connection.vendor == "sqlite" and _asked.is_set()


def erase() -> None:
    """Empty the write-ahead log where something was deleted since.

    In a transaction it stays asked for. A reader who still looks at an older page keeps it; then the next call tries again.
    """
    sqlite = connection.vendor == "sqlite"
    if not sqlite or connection.in_atomic_block or not _asked.is_set():
        return
    _asked.clear()
    waits_s = connection.settings_dict["OPTIONS"].get("timeout", 5)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout={_WAITS_MS}")
        [(busy, *_)] = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={1000 * waits_s}")
    if busy:
        _asked.set()


@receiver(connection_created)
def _watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    wrappers = connection.execute_wrappers
    if connection.vendor == "sqlite" and _notice_deletion not in wrappers:
        wrappers.append(_notice_deletion)


def _notice_deletion(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
) -> Any:
    """Ask at every deletion, whichever code makes it: of a row of ours or a library's."""
    result = execute(sql, params, many, context)
    if sql.lstrip().startswith("DELETE"):
        erase_soon()
    return result
