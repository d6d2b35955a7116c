"""What the web processes of a cluster tell one another, without the channel layer.

Once a second, through the Redis of the open minutes: which socket of a student is the
newest, and whether somebody was there all along. Nothing here outlives a minute but the last, which outlives a day.
"""

import asyncio
import logging
import secrets
from collections.abc import Coroutine, Iterator
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from redis.asyncio import Redis
from redis.exceptions import RedisError

from sessions_app.live.cluster.script_calls import run_all
from sessions_app.live.pipeline import LivePath
from sessions_app.live.sockets import StudentSocket
from sessions_app.minutes import redis_calls as calls
from sessions_app.minutes import withheld
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.redis_calls import AT_ONCE
from sessions_app.minutes.redis_scripts import Call, Script
from sessions_app.minutes.redis_values import unpack_withheld

logger = logging.getLogger(__name__)

EVERY_S = 1.0
_GATHER_S = 0.05
_OWNER_KEPT_MS = 5_000
_GENERATION_LASTS_S = 5.0

# The newest socket owns the name. 1: a newer one owns it; else the previous owner.
CLAIM_OWNER = Script(
    """
local owners, kept_ms = KEYS, ARGV[1]
local answers = {}
for i, name in ipairs(owners) do
  local held, mine = redis.call('GET', name), ARGV[i + 1]
  answers[i] = 0
  if held and held > mine then
    answers[i] = 1
  else
    redis.call('SET', name, mine, 'PX', kept_ms)
    if held and held ~= mine then answers[i] = held end
  end
end
return answers
"""
)

# Generation id of the data; changes after data loss or where nobody wrote for a while.
KEEP_GENERATION = Script(
    """
local web, fresh, lasts_s = KEYS[1], ARGV[1], tonumber(ARGV[2])
local now = tonumber(redis.call('TIME')[1])
local generation, at = unpack(redis.call('HMGET', web, 'generation', 'at'))
if not generation or now - tonumber(at) > lasts_s then generation = fresh end
redis.call('HSET', web, 'generation', generation, 'at', now)
redis.call('EXPIRE', web, 86400)
return generation
"""
)


class Peers:
    """This web process among the others."""

    def __init__(self, live: LivePath, client: Redis) -> None:
        self._live = live
        self._redis = client
        self._generation: str | None = None
        self._entered: list[StudentSocket] = []
        self._wake = asyncio.Event()
        self._away = False
        live.sockets.on_enter = self._on_enter

    async def run(self) -> None:
        """Check once a second, and hold who entered at once, until cancelled."""
        while True:
            await self._try(self.check())
            deadline = asyncio.get_running_loop().time() + EVERY_S
            while await self._somebody_enters(deadline):
                entered, self._entered = self._entered, []
                await self._try(self.hold(entered))

    async def check(self) -> None:
        """Tell the other web processes what holds in this one, and learn what holds in them.

        1. Learn whether the data was lost, which interrupts the running minutes.
        2. Claim the sockets that are here; close those that are newer elsewhere.
        3. Learn which students said no to another process.

        Raises:
            redis.RedisError: If the Redis does not answer; all goes on without.
        """
        await self._learn_generation()
        await self.hold(self._live.sockets.all())
        await self._learn_withheld()

    async def hold(self, sockets: list[StudentSocket]) -> None:
        """Claim sockets of this process; close each that has a newer one in another process."""
        for some in _some_at_once(sockets):
            answers = (await run_all(self._redis, [_hold(some)]))[0]
            for socket, answer in zip(some, answers, strict=True):
                if answer == 1:
                    socket.continued_elsewhere()
                elif answer:
                    await _tell_older(socket.participant_id, answer.decode())

    async def _learn_withheld(self) -> None:
        """Withhold what students refused to another process, whatever the database says."""
        people = self._live.sockets.people()
        classes = set(people.values())
        answers = await run_all(
            self._redis, [calls.all_withheld(each) for each in classes]
        )
        for answer in answers:
            pairs = zip(answer[::2], answer[1::2], strict=True)
            for person, until in unpack_withheld(pairs).items():
                if person in people:
                    withheld.merge_from_peers(person, people[person], until)

    async def _learn_generation(self) -> None:
        mine = secrets.token_hex(8)
        call = KEEP_GENERATION("web", args=(mine, _GENERATION_LASTS_S))
        answers = await run_all(self._redis, [call])
        generation = answers[0].decode()
        if generation == mine or self._generation not in {None, generation}:
            self._live.interruptions.happened = Interruption.REDIS_LOST_DATA
        self._generation = generation

    def _on_enter(self, socket: StudentSocket) -> None:
        self._entered.append(socket)
        self._wake.set()

    async def _somebody_enters(self, deadline: float) -> bool:
        """Wait for that; False once it is time for the next check."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._wake.wait()
                self._wake.clear()
                await asyncio.sleep(_GATHER_S)
        except TimeoutError:
            return False
        return True

    async def _try(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except RedisError as error:
            if not self._away:
                logger.warning("Other web processes cannot be asked: %s", error)
            self._away = True
        else:
            self._away = False


def _hold(sockets: list[StudentSocket]) -> Call:
    names = [f"owner:{socket.participant_id.hex}" for socket in sockets]
    return CLAIM_OWNER(*names, args=(_OWNER_KEPT_MS, *map(_claim, sockets)))


def _claim(socket: StudentSocket) -> str:
    """A text that names the socket; a socket that entered later has a greater one."""
    return f"{socket.entered_at:017.6f} {socket.channel_name}"


async def _tell_older(person: UUID, claim: str) -> None:
    """Close the socket that was replaced; if this is lost, its own check tells it."""
    entered_at, channel = claim.split(" ", 1)
    message = {
        "type": "continued.elsewhere",
        "person": person.hex,
        "entered_at": float(entered_at),
    }
    try:
        await get_channel_layer().send(channel, message)
    except OSError as error:
        logger.debug("An older socket was not told: %s", error)


def _some_at_once(sockets: list[StudentSocket]) -> Iterator[list[StudentSocket]]:
    for start in range(0, len(sockets), AT_ONCE):
        yield sockets[start : start + AT_ONCE]
