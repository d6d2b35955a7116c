"""A cache that counts requests and visitors, and none while its Redis is away."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as Away
from redis.exceptions import TimeoutError as Silent

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Rate limits and the demo's places are all that it keeps; without it a class must
    still be joined."""

    def add(self, *args: Any, **options: Any) -> bool:
        try:
            return super().add(*args, **options)
        except (Away, Silent) as error:
            logger.warning("Requests are not counted: %s", error)
            return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (Away, Silent):
            return default

    def set(self, *args: Any, **options: Any) -> None:
        try:
            super().set(*args, **options)
        except (Away, Silent) as error:
            logger.warning("Requests are not counted: %s", error)

    def delete(self, *args: Any, **options: Any) -> bool:
        try:
            return bool(super().delete(*args, **options))
        except (Away, Silent):
            return False

    def incr(self, *args: Any, **options: Any) -> int:
        try:
            return super().incr(*args, **options)
        except (Away, Silent):
            return 1
