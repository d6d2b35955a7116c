"""A real Celery worker for tests: own process, told to stop, killed or frozen.

Take `worker` over by importing it into a conftest, with `shared_worker` and the
`servers` of tests/redis_server.py.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from inference.cluster.messages import QUEUE
from inference.cluster.watchdog import sign_key

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 300  # on a busy machine


class CeleryWorker:
    """`celery -A fer_platform worker` on two Redis of a test."""

    def __init__(self, queue, *, broker, live, name="one", options=(), **environment):
        self.queue = queue
        self.node = f"{queue}-{name}@test"
        self._live = live
        self._sign = sign_key(queue, self.node)
        self._options = options
        self.environment = {
            **os.environ,
            "FER_REDIS_URL": broker.url,
            "FER_LIVE_REDIS_URL": live.url,
            **environment,
        }
        self._log = None
        self.process = None

    def start(self):
        """Start it; return once it says that it works."""
        with self._live.client() as client:
            client.delete(self._sign)  # of one that was killed a moment ago
        self.start_soon()
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.works():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The worker did not get ready:\n{self.log()}")
            time.sleep(0.1)
        return self

    def started(self):
        """Start it if it does not run: what the last test did may have ended it."""
        running = self.process is not None and self.process.poll() is None
        return self if running else self.start()

    def start_soon(self):
        self._log = tempfile.NamedTemporaryFile(suffix=".log")  # noqa: SIM115
        command = (
            *(sys.executable, "-m", "celery", "-A", "fer_platform", "worker"),
            *("-Q", self.queue, "-c", "1", "-n", self.node, *self._options),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        )
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        return self

    def works(self):
        """Whether it left a sign of life within the last seconds."""
        with self._live.client() as client:
            return client.exists(self._sign) > 0

    def log(self):
        return Path(self._log.name).read_text()

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As when its machine loses power."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ask it to finish what it has and end; return its exit status."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        return self.process.wait(timeout=READY_WITHIN_S)

    def pool(self):
        """The ids of the processes that do its tasks."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if _is_fork(child)]


def _is_fork(child):
    """Not what multiprocessing started beside them to tidy up."""
    return "resource_tracker" not in Path(f"/proc/{child}/cmdline").read_text()


def telling_worker(broker, live):
    """A worker of frames that also knows `tests.tell`, see what_is_loaded.py."""
    return CeleryWorker(
        QUEUE,
        broker=broker,
        live=live,
        options=("--include", "tests.fer_platform.what_is_loaded"),
        DJANGO_SETTINGS_MODULE="fer_platform.settings.test",
        PYTHONPATH=str(ROOT),
    )


@pytest.fixture(scope="module")
def shared_worker(servers):
    worker = telling_worker(*servers)
    yield worker
    worker.stop()


@pytest.fixture
def worker(shared_worker):
    """One that works; the tests of a module share it until one of them ends it."""
    return shared_worker.started()


def until(condition, within_s=120):  # on a busy machine
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
