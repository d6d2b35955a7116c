"""Minutes close alike over every store."""

import pytest

from sessions_app.open_minute import MemoryStore
from sessions_app.open_minute_redis import connect
from tests.redis_server import redis_server  # noqa: F401


@pytest.fixture(params=["memory", "redis"])
def store(request):
    if request.param == "memory":
        return MemoryStore()
    return connect(request.getfixturevalue("redis_server").url)
