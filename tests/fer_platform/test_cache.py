import time

import pytest

from fer_platform.cache import ForgivingRedisCache
from tests.redis_server import redis_server  # noqa: F401

pytestmark = pytest.mark.real


@pytest.fixture
def cache():
    """One whose Redis is away: nothing listens on that port."""
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {})


def test_without_its_redis_a_cache_counts_nothing_and_fails_nowhere(cache):
    assert cache.add("place", True) is True
    assert cache.get("place", "none") == "none"
    assert cache.incr("requests") == 1
    assert cache.delete("place") is False
    assert cache.touch("place") is False
    assert cache.has_key("place") is False
    assert cache.get_many(["place"]) == {}
    assert cache.set_many({"place": True}) == []
    cache.set("place", True)
    cache.delete_many(["place"])


async def test_nor_do_its_asynchronous_ways(cache):
    assert await cache.aadd("place", True) is True
    assert await cache.adelete("place") is False


@pytest.mark.alone
def test_a_redis_that_hangs_is_waited_for_once_and_then_left_alone(
    redis_server,  # noqa: F811
):
    cache = ForgivingRedisCache(redis_server.url, {})
    cache.set("requests", 1)
    redis_server.freeze()
    began = time.monotonic()

    for _ in range(50):
        assert cache.get("requests", "none") == "none"

    took_s = time.monotonic() - began
    redis_server.thaw()
    assert 0.4 < took_s < 3


def test_a_redis_that_is_full_is_no_fault(redis_server):  # noqa: F811
    cache = ForgivingRedisCache(redis_server.url, {})
    with redis_server.client() as client:
        client.config_set("maxmemory", "1")

    assert cache.add("requests", 1) is True
    assert cache.get("requests", 1) == 1
