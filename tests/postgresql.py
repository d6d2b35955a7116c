"""A PostgreSQL for tests alone: `python -m tests.postgresql pytest tests/sessions_app`.

Starts a server in a folder of its own, names it in FER_DATABASE_URL, runs the command
and removes both.
"""

import contextlib
import os
import pwd
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from fer_platform.native_database import ROLE, initialise, make_role, program, url
from tests.ports import free_port

READY_WITHIN_S = 300  # on a busy machine
_PASSWORD = secrets.token_urlsafe(16)
QUICK_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class PostgreSQL:
    """A server on a free port of 127.0.0.1, whose role is no superuser."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._user = _user_for(folder)
        self.port = free_port()
        self.url = url(self.port, _PASSWORD)
        self._admin = (
            f"postgresql://postgres:{_PASSWORD}@127.0.0.1:{self.port}/postgres"
        )
        initialise(self._data, password=_PASSWORD, options=("--no-sync",))

    def start(self) -> None:
        """Start the server and return once it answers."""
        options = QUICK_AND_FORGETFUL | {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
        }
        with (self._folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                [
                    program("postgres"),
                    "-D",
                    self._data,
                    *(f"--{name}={value}" for name, value in options.items()),
                ],
                user=self._user,
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._await_ready()
        self._make_role()

    def _make_role(self) -> None:
        """The platform's own, as everywhere; it may make the databases of tests, too."""
        file = self._folder / "password"
        file.write_text(_PASSWORD)
        make_role(self.port, admin_password=_PASSWORD, password_file=file)
        with psycopg.connect(self._admin, autocommit=True) as admin:
            admin.execute(f"ALTER ROLE {ROLE} CREATEDB")
            admin.execute(f"GRANT CONNECT ON DATABASE postgres TO {ROLE}")

    def log(self) -> str:
        return (self._folder / "log").read_text()

    def stop(self) -> None:
        """Cut every connection and end."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=READY_WITHIN_S)

    def freeze(self) -> None:
        """Let connections stay open and nothing be answered."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        main = self._process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for pid in (main, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _await_ready(self) -> None:
        ends_at = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < ends_at and self._process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._admin, connect_timeout=2).close()
                return
            time.sleep(0.1)
        raise RuntimeError((self._folder / "log").read_text())


@contextlib.contextmanager
def throw_away_postgresql() -> Iterator[PostgreSQL]:
    """Make a server, start it, and leave nothing of it behind."""
    with tempfile.TemporaryDirectory(prefix="fer-postgresql-") as folder:
        server = PostgreSQL(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _user_for(folder: Path) -> int | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    user = names.get("postgres", names["nobody"])
    os.chown(folder, user, -1)
    return user


if __name__ == "__main__":
    with throw_away_postgresql() as server:
        environment = os.environ | {"FER_DATABASE_URL": server.url}
        done = subprocess.run(sys.argv[1:], env=environment, check=False)
    sys.exit(done.returncode)
