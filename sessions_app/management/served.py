"""A server of its own for a measurement: free port, temporary database, then gone."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sessions_app.management.commands.demo_accounts import ACCOUNTS, PASSWORD

READY_WITHIN_S = 90
_MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
_METRICS_TOKEN = "a measurement of this machine"


@dataclass(frozen=True)
class Served:
    """A running server and its teacher."""

    url: str
    process_id: int
    log: Path  # what it has said so far
    email: str = ACCOUNTS[0][0]
    password: str = PASSWORD

    def metrics(self) -> str:
        """What the server tells Prometheus."""
        request = urllib.request.Request(
            f"{self.url}/metrics", headers={"Authorization": f"Bearer {_METRICS_TOKEN}"}
        )
        with urllib.request.urlopen(request) as answer:
            return str(answer.read().decode())

    def rss_mb(self) -> float:
        """Memory of the server and its workers together, in MiB."""
        pages = sum(_resident_pages(pid) for pid in _family(self.process_id))
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextlib.contextmanager
def served(settings: Mapping[str, str]) -> Iterator[Served]:
    """Start `manage.py serve` on a free port of 127.0.0.1 and stop it at the end.

    Args:
        settings: Environment variables on top of the demo's.

    Raises:
        RuntimeError: If the server ends or is not ready within 90 s; with its output.
    """
    with tempfile.TemporaryDirectory(prefix="fer-served-") as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "fer_platform.settings.demo",
            "FER_VAR": folder,
            "FER_SQLITE": f"{folder}/served.sqlite3",
            "FER_METRICS_TOKEN": _METRICS_TOKEN,
            "FER_JOINS_PER_MINUTE": "10000/m",
            "FER_LOGINS_PER_MINUTE": "10000/m",
            "FER_SOCKETS_PER_ADDRESS": "10000",
            "FER_LOG_LEVEL": "WARNING",
            **settings,
        }
        for command in ("migrate", "collectstatic --no-input", "demo_accounts"):
            _manage(command.split(), environment)
        port = _free_port()
        log = Path(folder) / "served.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, str(_MANAGE), "serve", "--port", str(port)],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _await_ready(process, log)
            yield Served(f"http://127.0.0.1:{port}", process.pid, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def _manage(command: list[str], environment: Mapping[str, str]) -> None:
    subprocess.run(
        [sys.executable, str(_MANAGE), *command],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _await_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(READY_WITHIN_S * 5):
        if "Ready:" in log.read_text():
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.2)
            break
    raise RuntimeError(f"The server did not get ready:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(process_id: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children")
    try:
        direct = [int(child) for child in children.read_text().split()]
    except FileNotFoundError:  # it ended while we looked
        return []
    return [process_id, *(pid for child in direct for pid in _family(child))]


def _resident_pages(process_id: int) -> int:
    try:
        return int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    except FileNotFoundError:
        return 0
