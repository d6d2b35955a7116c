"""What is deleted leaves no bytes behind in SQLite's files.

`secure_delete` overwrites it in the database. The write-ahead log keeps older pages, with
what stood on them, until it is emptied. PostgreSQL has its own means (docs/operations.md).
"""

import threading

from django.db import connection, transaction

_WAITS_MS = 50  # for readers; a writer waits as long
_asked = threading.Event()
_asked.set()  # a process that ended may have left something


def erase_soon() -> None:
    """Have the log emptied once the deletion that is under way is committed."""
    transaction.on_commit(_asked.set)


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
