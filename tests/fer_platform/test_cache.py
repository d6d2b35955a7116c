import pytest

from fer_platform.cache import ForgivingRedisCache


@pytest.fixture
def cache():
    """One whose Redis is away: nothing listens on that port."""
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {})


def test_without_its_redis_a_cache_counts_nothing_and_fails_nowhere(cache):
    assert cache.add("place", True) is True
    assert cache.get("place", "none") == "none"
    assert cache.incr("requests") == 1
    assert cache.delete("place") is False
    cache.set("place", True)


async def test_nor_do_its_asynchronous_ways(cache):
    assert await cache.aadd("place", True) is True
    assert await cache.adelete("place") is False
