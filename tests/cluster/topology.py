"""The whole cluster for tests: started as `make cluster` starts it, ended with the tests.

A test may kill, freeze, stop and restart its parts, and look at what they hold.
"""

import configparser
import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import xmlrpc.client
from pathlib import Path

import psycopg
import redis
from psycopg.rows import dict_row
from supervisor.xmlrpc import SupervisorTransport

from fer_platform.local_cluster import HERE
from inference.cluster.watchdog import last_sign
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
WINDOW_S = 10
READY_WITHIN_S = 240  # where the machine does much else
WEB = ("web-1", "web-2")
WORKERS = ("inference-1", "inference-2")
_METRICS_TOKEN = "the tests count sockets"
_VARIABLES = {
    "DJANGO_SETTINGS_MODULE": "fer_platform.settings.demo",
    "FER_WINDOW_S": str(WINDOW_S),
    "FER_METRICS_TOKEN": _METRICS_TOKEN,
    "FER_JOIN_RATE": "10000/m",
    "FER_LOGIN_RATE": "10000/m",
    "FER_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "FER_EMAIL_HOST": HERE,
}


class Topology:
    """Web processes, workers, beat, proxy, PostgreSQL and both Redis, on free ports.

    Mails go to `mail_port`, where a test may listen.
    """

    def __init__(self, folder):
        self.folder = folder
        self.url = f"http://{HERE}:{free_port()}"
        self.mail_port = free_port()
        self._log = folder / "native.log"
        self._process = None

    def start(self):
        """Start all of it; return once a class could be held."""
        port = self.url.rpartition(":")[2]
        command = [sys.executable, "-m", "fer_platform.native_cluster"]
        # `setpriv`, so that it ends even where these tests are killed.
        watched = ["setpriv", "--pdeathsig", "TERM", *command]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FER_")}
        mail = {"FER_EMAIL_PORT": str(self.mail_port)}
        with self._log.open("w") as output:
            self._process = subprocess.Popen(
                [*watched, "--folder", str(self.folder), "--port", port],
                cwd=ROOT,
                env=clean | _VARIABLES | mail,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until(self._is_ready, within_s=READY_WITHIN_S)
        return self

    def stop(self):
        """End all of it, and make sure that nothing is left."""
        left = _family(self._process.pid)
        self._process.terminate()
        try:
            self._process.wait(timeout=READY_WITHIN_S)
        finally:
            self._process.kill()
            _kill(left)

    def log(self, name):
        return (self.folder / "logs" / f"{name}.log").read_text(errors="replace")

    # --- its parts ----------------------------------------------------------------

    @property
    def supervisor(self):
        address = f"unix://{self.folder}/supervisor.sock"
        transport = SupervisorTransport(None, None, address)
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport).supervisor

    def pid(self, name):
        """The process of a part; 0 while it is down."""
        return self.supervisor.getProcessInfo(name)["pid"]

    def kill(self, name):
        """As when its machine loses power; its supervisor starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def kill_with_all(self, name):
        """The same, with every process that it started."""
        _kill(_family(self.pid(name)))

    def started_by(self, name, word):
        """A process of a part, by a word of its command; 0 while there is none."""
        family = _family(self.pid(name))
        return next((pid for pid in family if word in _command(pid)), 0)

    def freeze(self, *names):
        for name in names:
            os.kill(self.pid(name), signal.SIGSTOP)

    def thaw(self, *names):
        for name in names:
            os.kill(self.pid(name), signal.SIGCONT)

    def stop_parts(self, *names):
        for name in names:
            self.supervisor.stopProcess(name)

    def start_parts(self, *names):
        for name in names:
            self.supervisor.startProcess(name)

    def port(self, name):
        """Where a part listens, as its command says."""
        words = shlex.split(self.configuration()[f"program:{name}"]["command"])
        told = [word.partition("=")[2] for word in words if "--port=" in word]
        return int(told[0] if told else words[words.index("--port") + 1])

    def configuration(self):
        """What supervisord was told, to read and to change."""
        held = configparser.RawConfigParser()
        held.read(self.folder / "supervisord.conf")
        return held

    def reconfigure(self, name, held):
        """Let supervisord read a changed configuration and restart one part."""
        with (self.folder / "supervisord.conf").open("w") as out:
            held.write(out)
        self.supervisor.reloadConfig()
        self.supervisor.stopProcess(name)
        self.supervisor.removeProcessGroup(name)
        self.supervisor.addProcessGroup(name)
        self.supervisor.startProcess(name)

    # --- what they hold -----------------------------------------------------------

    def redis(self, name):
        password = (self.folder / "secrets" / "redis_password").read_text()
        return redis.Redis(HERE, self.port(name), password=password, socket_timeout=60)

    def rows(self, query, *arguments):
        url = (self.folder / "secrets" / "database_url").read_text()
        with psycopg.connect(url, row_factory=dict_row, connect_timeout=60) as held:
            return held.execute(query, arguments).fetchall()

    def holds_rows(self):
        """Whether the database lets somebody in."""
        try:
            return bool(self.rows("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def workers_work(self):
        """Whether each of them left a sign of life within the last seconds."""
        try:
            with self.redis("live-redis") as live:
                signs = [last_sign(live, "inference", _node(name)) for name in WORKERS]
        except redis.RedisError:
            return False
        return all(signs)

    def is_ready(self, name):
        """Whether a web process says that it can serve a class."""
        try:
            with urllib.request.urlopen(self._at(name, "readyz"), timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def misses_nothing(self, name):
        """The same, and that it knows of a worker: it looks once a second."""
        try:
            with urllib.request.urlopen(self._at(name, "readyz"), timeout=5) as answer:
                return not json.load(answer)["degraded"]
        except OSError:
            return False

    def sockets(self, name, kind):
        """How many sockets of students or dashboards a web process has open."""
        request = urllib.request.Request(
            self._at(name, "metrics"),
            headers={"Authorization": f"Bearer {_METRICS_TOKEN}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read().decode()
        except OSError:
            return 0
        found = re.search(rf'fer_sockets{{kind="{kind}"}} (\S+)', text)
        return int(float(found[1])) if found else 0

    def rss_mb(self, name):
        """Memory of a part and what it started, in MiB."""
        pages = sum(map(_resident_pages, _family(self.pid(name))))
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def _at(self, name, path):
        return f"http://{HERE}:{self.port(name)}/{path}"

    def _is_ready(self):
        said = self._log.read_text()
        assert self._process.poll() is None, said
        return (
            "Ready:" in said
            and self.workers_work()
            and all(map(self.misses_nothing, WEB))
        )


@contextlib.contextmanager
def topology():
    """Start a cluster in a folder of its own and leave nothing of it behind."""
    # Not pytest's, which PostgreSQL's user could not enter.
    with tempfile.TemporaryDirectory(prefix="fer-cluster-") as folder:
        cluster = Topology(Path(folder))
        try:
            yield cluster.start()
        finally:
            cluster.stop()


def until(condition, *, within_s, every_s=0.2):
    """Wait for something to become true; returns how long it took, in seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within_s, f"not within {within_s} s"
        time.sleep(every_s)
    return time.monotonic() - began


def _node(worker):
    number = worker.rpartition("-")[2]
    return f"inference@{number}.{socket.gethostname()}"


def _family(pid):
    """A process and its descendants; nothing of one that is down."""
    try:  # each thread has children of its own
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        text = " ".join((thread / "children").read_text() for thread in threads)
    except OSError:
        return []
    return [pid, *(each for child in text.split() for each in _family(int(child)))]


def _resident_pages(pid):
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def _kill(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
