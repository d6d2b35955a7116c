"""The image `single`: everything in one process, on a folder that may be empty.

`python -m fer_platform.single [OPTIONS OF serve]` makes the secret key and the tables, an admin
where nobody has an account yet, and serves.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from fer_platform.secret_key import make_secret_key

MANAGE = [sys.executable, "manage.py"]


def complaint(folder: Path, given: dict[str, str]) -> str:
    """Why nothing can start, in one sentence; blank where it can.

    Args:
        folder: FER_VAR, with whatever an earlier start left in it.
        given: The environment.
    """
    if given.get("FER_SECRET_KEY") and given.get("FER_SECRET_KEY_FILE"):
        return (
            "FER_SECRET_KEY and FER_SECRET_KEY_FILE are both set: write "
            "FER_SECRET_KEY_FILE= (blank), or leave FER_SECRET_KEY out."
        )
    plain = given.get("FER_HTTPS", "").lower() in {"off", "false", "no", "0"}
    if plain and given.get("FER_PUBLIC_URL", "").startswith("https:"):
        return "FER_PUBLIC_URL begins with https:, so set FER_HTTPS=on, too."
    if closed := _closed(folder):
        return (
            f"{closed} cannot be written by user {os.geteuid()}, as whom the platform "
            f"runs: mount a volume at {folder}, or give that user the folder that is "
            f"mounted there (chown -R {os.geteuid()} FOLDER)."
        )
    return ""


def _closed(folder: Path) -> Path | None:
    """What this user cannot change: the folder, or a file in it."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return folder
    inside = sorted(folder.iterdir())
    return next((path for path in inside if not os.access(path, os.W_OK)), None)


def main(options: Sequence[str]) -> NoReturn:
    """Prepare the folder, and become the server."""
    given = dict(os.environ)  # its settings can be read only once the key is there
    if why := complaint(Path(given["FER_VAR"]), given):
        sys.stderr.write(f"{why}\n")
        sys.exit(os.EX_CONFIG)
    if key := given.get("FER_SECRET_KEY_FILE"):
        make_secret_key(Path(key))
    prepared = subprocess.run([*MANAGE, "set_up"], check=False)
    if prepared.returncode:
        sys.exit(prepared.returncode)
    os.execv(sys.executable, [*MANAGE, "serve", *options])


if __name__ == "__main__":
    main(sys.argv[1:])
