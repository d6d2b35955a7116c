"""A cache that counts requests and visitors, and none while its Redis is away."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Away
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

T = TypeVar("T")

_ANSWER_WITHIN_S = 0.5  # in the same house it takes a millisecond
_ASK_AGAIN_AFTER_S = 10.0


class ForgivingRedisCache(RedisCache):
    """Rate limits and the demo's places are all that it keeps; without it a class must
    still be joined.

    A Redis that failed is left alone for a while, so that one that hangs delays one
    request in ten seconds and not all of them.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {
            "socket_connect_timeout": _ANSWER_WITHIN_S,
            "socket_timeout": _ANSWER_WITHIN_S,
            # A connection that a restart cut is replaced; silence is not asked twice.
            "retry": Retry(NoBackoff(), 1, supported_errors=(Away,)),
        }
        params["OPTIONS"] = patience | params.get("OPTIONS", {})
        super().__init__(server, params)
        self._left_alone_until = 0.0  # monotonic

    def add(self, *args: Any, **options: Any) -> bool:
        add = super().add
        return self._try(lambda: bool(add(*args, **options)), otherwise=True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        get = super().get
        return self._try(lambda: get(key, default, version), otherwise=default)

    def set(self, *args: Any, **options: Any) -> None:
        set_ = super().set
        self._try(lambda: set_(*args, **options), otherwise=None)

    def touch(self, *args: Any, **options: Any) -> bool:
        touch = super().touch
        return self._try(lambda: bool(touch(*args, **options)), otherwise=False)

    def delete(self, *args: Any, **options: Any) -> bool:
        delete = super().delete
        return self._try(lambda: bool(delete(*args, **options)), otherwise=False)

    def has_key(self, *args: Any, **options: Any) -> bool:
        has_key = super().has_key
        return self._try(lambda: bool(has_key(*args, **options)), otherwise=False)

    def incr(self, *args: Any, **options: Any) -> int:
        incr = super().incr
        return self._try(lambda: int(incr(*args, **options)), otherwise=1)

    def get_many(self, *args: Any, **options: Any) -> dict[Any, Any]:
        get_many = super().get_many
        return self._try(lambda: get_many(*args, **options), otherwise={})

    def set_many(self, *args: Any, **options: Any) -> list[Any]:
        set_many = super().set_many
        return self._try(lambda: set_many(*args, **options), otherwise=[])

    def delete_many(self, *args: Any, **options: Any) -> None:
        delete_many = super().delete_many
        self._try(lambda: delete_many(*args, **options), otherwise=None)

    def _try(self, ask: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < self._left_alone_until:
            return otherwise
        try:
            return ask()
        except RedisError as error:  # also one that is full, or still loads
            self._left_alone_until = time.monotonic() + _ASK_AGAIN_AFTER_S
            logger.warning("Requests are not counted: %s", error)
            return otherwise
