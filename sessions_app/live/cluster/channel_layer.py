"""The channel layer of a cluster: messages may be lost, sockets may not.

All that travels here is "look again", which only speeds things up. So a Redis that is
away closes no socket, keeps none from opening, and fails no page.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

_WAITS_S = 1.0  # to hear messages, which only speed things up
_SENT_WITHIN_S = 0.25  # a page waits for it, and so does the no that it is about
_OPTIONS = {"socket_timeout": 2.0, "socket_connect_timeout": 1.0}


class PatientLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # ships no types
    """Pub/sub: after a restart it subscribes again by itself."""

    def __init__(self, hosts: Iterable[str], **options: Any) -> None:
        # Without retries of redis-py's, after which it is connected to no channel.
        addresses = [{"address": url, **_OPTIONS} for url in hosts]
        super().__init__(hosts=addresses, **options)

    async def new_channel(self, prefix: str = "specific.") -> str:
        layer = self._get_layer()
        try:
            async with asyncio.timeout(_WAITS_S):
                name: str = await layer.new_channel(prefix)
        except (RedisError, TimeoutError) as error:
            logger.warning("A socket opens that no message reaches: %r", error)
            name = f"unheard.{uuid.uuid4().hex}"
            layer.channels[name] = asyncio.Queue()
        return name

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        async with _may_fail("A message to a socket", _SENT_WITHIN_S):
            await self._get_layer().send(channel, message)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        async with _may_fail(f"A message to {group}", _SENT_WITHIN_S):
            await self._get_layer().group_send(group, message)

    async def group_add(self, group: str, channel: str) -> None:
        async with _may_fail(f"Listening to {group}"):
            await self._get_layer().group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        async with _may_fail(f"Leaving {group}"):
            await self._get_layer().group_discard(group, channel)


@asynccontextmanager
async def _may_fail(what: str, within_s: float = _WAITS_S) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(within_s):
            yield
    except (RedisError, TimeoutError) as error:
        logger.warning("%s failed: %r", what, error)
