"""A PostgreSQL of one's own on this machine, into which nobody gets without a password."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROLE = "classmood"  # and its database; see deploy/database.sql
_ADMIN = "postgres"
_SQL = Path(__file__).resolve().parents[1] / "deploy" / "database.sql"


class CannotStart(RuntimeError):
    """Something that the cluster needs is missing or does not come up."""


def program(name: str) -> str:
    """Where a program is; Debian keeps PostgreSQL's off the PATH.

    Raises:
        CannotStart: If it is not installed.
    """
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        raise CannotStart(
            f"{name} is missing. Install it: "
            "apt-get install redis-server postgresql; Caddy comes with `make cluster`."
        )
    return found


def unprivileged_user() -> str:
    """Whom PostgreSQL runs as where root starts it; it refuses root."""
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def initialise(data: Path, *, password: str, options: Sequence[str] = ()) -> None:
    """Make PostgreSQL's folder; its administrator has that password.

    Raises:
        CannotStart: If PostgreSQL is not installed.
    """
    user = unprivileged_user()
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(password)
        file.flush()
        if user:
            shutil.chown(file.name, user)
        subprocess.run(
            [
                program("initdb"),
                f"--pgdata={data}",
                f"--username={_ADMIN}",
                f"--pwfile={file.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                *options,
            ],
            user=user or None,
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )


def answers(port: int) -> bool:
    """Whether PostgreSQL lets somebody in; it listens before it does."""
    asked = [program("pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={port}"]
    return subprocess.run(asked, check=False).returncode == 0


def make_role(port: int, *, admin_password: str, password_file: Path) -> None:
    """Make the platform's role and database, as the container's first start does.

    Raises:
        CannotStart: If PostgreSQL refuses.
    """
    done = subprocess.run(
        [program("psql"), "--no-psqlrc", "--quiet", f"--file={_SQL}", _ADMIN],
        env=os.environ
        | {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": _ADMIN}
        | {"PGPASSWORD": admin_password}
        | {"FER_DATABASE_PASSWORD_FILE": str(password_file)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotStart(f"The database's role could not be made: {done.stderr}")


def url(port: int, password: str) -> str:
    """Where the platform's database is."""
    return f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{ROLE}"
