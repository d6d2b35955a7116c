"""Every store of the open minute, on a clock that a test turns."""

import asyncio

import pytest
import redis

from inference.cluster.redis_client import FOR_LOOP, connect_async
from sessions_app.live.cluster.write_buffer import WriteBuffer
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.redis_store import RedisStore
from tests.redis_server import RedisServer, redis_server  # noqa: F401


class Clock:
    """Seconds; as large as those of a real day, so that nothing rounds them away."""

    def __init__(self):
        self.now = 1_790_000_000.0

    def __call__(self):
        return self.now


class BufferedStore:
    """What the event loop writes goes through the buffer; all else asks the Redis.

    Whatever is asked, the buffer has been carried over before.
    """

    def __init__(self, url, store):
        self._runner = asyncio.Runner()
        self._client = connect_async(url, FOR_LOOP)
        self._buffer = WriteBuffer(self._client)
        self._store = store

    def __getattr__(self, name):
        if hasattr(self._buffer, name):
            return getattr(self._buffer, name)
        assert self._runner.run(self._buffer.flush())
        return getattr(self._store, name)

    def close(self):
        self._runner.run(self._client.aclose())
        self._runner.close()


@pytest.fixture(scope="session")
def shared_redis():
    """One Redis for all tests that only need it to be empty."""
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_store(clock, shared_redis):
    """Make an empty store of a kind."""
    buffered = []
    connection = redis.Redis.from_url(shared_redis.url)

    def make(kind):
        if kind == "memory":
            return MemoryStore(clock)
        connection.flushall()
        store = RedisStore(connection, clock)
        if kind == "redis":
            return store
        buffered.append(BufferedStore(shared_redis.url, store))
        return buffered[-1]

    yield make
    for store in buffered:
        store.close()
    connection.close()


@pytest.fixture(params=["memory", "redis", "buffered"])
def store(request, make_store):
    return make_store(request.param)
