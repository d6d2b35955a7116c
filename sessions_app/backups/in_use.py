"""Whether a process serves from an SQLite file: a lock beside it, which ends with the process.

The file's own locks do not tell: a server with nothing to do has no connection open.
"""

import fcntl
import os
from pathlib import Path

_held: dict[Path, int] = {}  # open files of this process, until its end


def claim(database: Path, *, alone: bool) -> bool:
    """Keep a database for this process until it ends; whether it could be had.

    Args:
        database: The file, which need not be there yet.
        alone: Whether nobody else may have it; otherwise others may, who do not ask for
            it alone either.
    """
    if database in _held:
        return True
    beside = database.with_name(f"{database.name}.in-use")
    lock = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    _held[database] = lock
    return True
