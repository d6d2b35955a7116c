"""A real Redis for tests: own process, free port, nothing on disk.

Take the fixtures over by importing them into a conftest or a test module:
`from tests.redis_server import redis_server  # noqa: F401`.
"""

import shutil
import signal
import subprocess
import time

import pytest
import redis

from tests.ports import free_port

READY_WITHIN_S = 300  # on a busy machine
ANSWERS_WITHIN_S = 90  # on a machine that does much else; a blocking read included


class RedisServer:
    """One redis-server of 127.0.0.1 that a test may stop, freeze and start again."""

    def __init__(self):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = None

    def start(self):
        """Start it, empty; return once it answers."""
        options = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        self._process = subprocess.Popen(
            [shutil.which("redis-server"), "--port", str(self.port), *options],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"redis-server did not start on {self.url}")
            time.sleep(0.02)
        return self

    def stop(self):
        """Kill it; what it held is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self):
        """Kill it and start it again, empty, on the same port."""
        self.stop()
        self.start()

    def freeze(self):
        """Let connections stay open and nothing be answered."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def client(self):
        """A plain synchronous client, which waits longer than redis-py's five seconds."""
        return redis.Redis.from_url(self.url, socket_timeout=ANSWERS_WITHIN_S)

    def _answers(self):
        try:
            with self.client() as client:
                return client.ping()
        except redis.RedisError:
            return False


@pytest.fixture
def redis_server():
    """An empty Redis of the test's own: broker, cache, channel layer."""
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture
def live_redis_server():
    """A second one: slots, replies, open minutes."""
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def servers():
    """Broker and live Redis, which the tests of one module share."""
    both = RedisServer().start(), RedisServer().start()
    yield both
    for server in both:
        server.stop()
