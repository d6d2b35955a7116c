"""Files that other users of the machine must not read."""

import stat
from contextlib import suppress
from pathlib import Path


def close_to_others(path: Path) -> None:
    """Take a file from all who are neither its owner nor of its group.

    What is not there, or belongs to somebody else, is left as it is.
    """
    with suppress(FileNotFoundError, PermissionError):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~stat.S_IRWXO)
