"""Make a secret key once: `python -m fer_platform.secret_key PATH`."""

import os
import secrets
import sys
from pathlib import Path


def make_secret_key(path: Path) -> None:
    """Write a new key that only its owner can read; an existing one stays.

    A new folder is its owner's alone, too: `make serve` keeps all else in it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))


if __name__ == "__main__":
    make_secret_key(Path(sys.argv[1]))
