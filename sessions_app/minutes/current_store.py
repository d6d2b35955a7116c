"""The store of this process: its memory, or the Redis that a cluster shares."""

from functools import cache

from django.conf import settings

from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.store import OpenMinuteStore

_store: OpenMinuteStore = MemoryStore()


def get_store() -> OpenMinuteStore:
    """The store that the settings describe.

    Raises:
        RedisAway: If a cluster's Redis does not answer the first time.
    """
    return (
        _shared_store(settings.FER_LIVE_REDIS_URL) if settings.FER_CLUSTER else _store
    )


@cache
def _shared_store(url: str) -> OpenMinuteStore:
    from sessions_app.minutes import redis_store  # noqa: PLC0415 -- clusters alone

    return redis_store.connect(url)
