"""Frames on their way to a worker: in a Redis without persistence, for three seconds."""

import secrets
from collections.abc import Sequence

from redis.asyncio import Redis

from inference.cluster.messages import SLOT_TTL_MS


class Slots:
    """Puts frames where a task's names lead; a name says nothing about anybody."""

    def __init__(self, live: Redis) -> None:
        self._live = live

    async def put(self, jpegs: Sequence[bytes]) -> tuple[str, ...]:
        """Store frames in one round trip; return their slots' names, in order.

        Raises:
            redis.RedisError: If the Redis does not take them.
        """
        names = tuple(f"slot:{secrets.token_hex(16)}" for _ in jpegs)
        async with self._live.pipeline(transaction=False) as pipe:
            for name, jpeg in zip(names, jpegs, strict=True):
                pipe.set(name, jpeg, px=SLOT_TTL_MS)
            await pipe.execute()
        return names
