"""A server of its own for a measurement: free port, temporary database, then gone."""

import atexit
import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sessions_app.lab.prepared import prepared_once
from sessions_app.lab.processes import Process, family
from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD

READY_WITHIN_S = 300  # a cluster on a busy machine
_ENDS_WITHIN_S = 60
_ROOT = Path(__file__).resolve().parents[2]
_MANAGE = _ROOT / "manage.py"
_METRICS_TOKEN = "a measurement of this machine"


@dataclass(frozen=True)
class Served:
    """A running server and its teacher."""

    url: str
    process_id: int
    log: Path  # what it has said so far
    database: Path  # of one process, unless the caller named another
    email: str = ACCOUNTS[0][0]
    password: str = PASSWORD

    def processes(self) -> list[Process]:
        """All that belong to it."""
        return list(family(self.process_id, "supervisor"))

    def metrics(self) -> dict[str, str]:
        """What each web process that answers tells Prometheus, by its port."""
        told = {}
        for process in self.processes():
            if "serve" in process.words:
                port = process.words[process.words.index("--port") + 1]
                with contextlib.suppress(OSError):
                    told[port] = _metrics(port)
        return told

    def rss_mb(self) -> float:
        """Memory of all of it, in MiB."""
        return sum(self.rss_mb_by_part().values())

    def rss_mb_by_part(self) -> dict[str, float]:
        """Memory of web processes, workers, Redis and so on, in MiB."""
        return self._by_part(lambda process: process.rss_mb)

    def cpu_s_by_part(self) -> dict[str, float]:
        """Seconds of a core that its parts have used so far."""
        return self._by_part(lambda process: process.cpu_s)

    def stores(self) -> dict[str, int]:
        """What its Redis and its PostgreSQL have done so far; nothing without them."""
        counts = Counter[str]()
        for process in self.processes():
            if process.words[0].startswith(
                "redis-server "
            ):  # a title: where it listens
                place = process.words[0].split(" ")[1]
                counts.update(_done_by_redis(place, self._secret("redis_password")))
            asked = any(word.startswith("--port=") for word in process.words)
            if asked and process.part == "postgresql":
                counts["transactions"] += _transactions(self._secret("database_url"))
        return dict(counts)

    def _secret(self, name: str) -> str:
        """What the cluster of `make cluster` wrote for itself."""
        return (self.log.parent / "secrets" / name).read_text()

    def _by_part(self, figure: Callable[[Process], float]) -> dict[str, float]:
        parts: dict[str, float] = defaultdict(float)
        for process in self.processes():
            parts[process.part] += figure(process)
        return {part: round(total, 2) for part, total in parts.items()}

    @contextlib.contextmanager
    def frozen_workers(self) -> Iterator[None]:
        """Let no process of the engine do anything for a while."""
        frozen = [each.id for each in self.processes() if each.part == "workers"]
        for process_id in frozen:
            os.kill(process_id, signal.SIGSTOP)
        try:
            yield
        finally:
            for process_id in frozen:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process_id, signal.SIGCONT)


@contextlib.contextmanager
def served(
    settings: Mapping[str, str],
    *options: str,
    cluster: bool = False,
    first: Sequence[str] = (),
) -> Iterator[Served]:
    """Start a server on a free port of 127.0.0.1 and stop it at the end.

    Args:
        settings: Environment variables on top of the demo's.
        options: Of `manage.py serve`.
        cluster: Whether it is what `make cluster` starts, or one process.
        first: A command of `manage.py` that fills the database of one process.

    Raises:
        RuntimeError: If it ends or does not get ready; with its output.
    """
    with (
        tempfile.TemporaryDirectory(prefix="fer-served-") as folder,
        _held_port() as port,
    ):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "fer_platform.settings.demo",
            "FER_VAR": f"{folder}/var",
            "FER_SQLITE": f"{folder}/served.sqlite3",
            "FER_METRICS_TOKEN": _METRICS_TOKEN,
            "FER_JOIN_RATE": "10000/m",
            "FER_LOGIN_RATE": "10000/m",
            "FER_SOCKETS_PER_ADDRESS": "10000",
            "FER_CONNECTIONS_PER_ADDRESS": "10000",
            "FER_STUDENTS_PER_CLASS": "10000",
            "FER_LOG_LEVEL": "WARNING",
            **settings,
        }
        command = [str(_MANAGE), "serve", *options]
        if cluster:  # by its name, since this room may not import that one
            for name in ("FER_DATABASE_URL", "FER_REDIS_URL", "FER_LIVE_REDIS_URL"):
                environment.pop(name, None)  # it has its own
            command = ["-m", "fer_platform.native_cluster", "--folder", folder]
        elif "FER_DATABASE_URL" in environment:
            _prepare(environment)
        else:
            copy_prepared(Path(environment["FER_VAR"]), Path(environment["FER_SQLITE"]))
        if first:
            _manage(first, environment)
        log = Path(folder) / "served.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, *command, "--port", str(port)],
                cwd=_ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _await_ready(process, log)
            database = Path(environment["FER_SQLITE"])
            yield Served(f"http://127.0.0.1:{port}", process.pid, log, database)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=_ENDS_WITHIN_S)


def require_cluster() -> None:
    """Make sure that what `make cluster` starts is installed.

    Raises:
        RuntimeError: If it is not; the text says what is missing.
    """
    command = [sys.executable, "-m", "fer_platform.native_cluster", "--check"]
    done = subprocess.run(
        command, cwd=_ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])


def _prepare(environment: Mapping[str, str]) -> None:
    for task in ("migrate", "collectstatic --no-input", "demo_accounts"):
        _manage(task.split(), environment)


@functools.cache
def prepared() -> Path:
    """A folder of this process with database and files as `make run` makes them."""
    folder = Path(tempfile.mkdtemp(prefix="fer-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(prepared_once("demo", _prepare_demo), folder, dirs_exist_ok=True)
    return folder


def _prepare_demo(folder: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FER_")}
    demo = {
        "DJANGO_SETTINGS_MODULE": "fer_platform.settings.demo",
        "FER_VAR": f"{folder}/var",
        "FER_SQLITE": f"{folder}/served.sqlite3",
    }
    _prepare(clean | demo)


def copy_prepared(var: Path, database: Path) -> None:
    """Fill a server's folder as `make run` does; a database that is there stays."""
    shutil.copytree(prepared() / "var" / "static", var / "static", dirs_exist_ok=True)
    if not database.exists():
        shutil.copy(prepared() / "served.sqlite3", database)


def _manage(command: Sequence[str], environment: Mapping[str, str]) -> None:
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


def _metrics(port: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics",
        headers={"Authorization": f"Bearer {_METRICS_TOKEN}"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return str(answer.read().decode())


def _done_by_redis(place: str, password: str) -> dict[str, int]:
    from redis import Redis  # noqa: PLC0415 -- clusters alone have it

    with Redis.from_url(f"redis://:{password}@{place}") as client:
        stats = client.info("stats")
    names = ("total_commands_processed", "total_net_input_bytes")
    return {f"redis_{name.split('_', 1)[1]}": stats[name] for name in names}


def _transactions(where: str) -> int:
    import psycopg  # noqa: PLC0415 -- clusters alone have it

    with psycopg.connect(where) as connection:
        row = connection.execute(
            "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database"
        ).fetchone()
    return int(row[0]) if row else 0


@contextlib.contextmanager
def _held_port() -> Iterator[int]:
    """A free port that the system gives to nobody else until a server listens there.

    A server may: like this socket, which only holds it, it sets SO_REUSEADDR.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
