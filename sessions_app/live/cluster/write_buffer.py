"""What the live path writes, on its way to the Redis that a cluster shares.

The event loop only leaves it here; one pipeline takes it all over a moment later. While
the Redis is away this holds what it may and counts what it must let go.
"""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import OutOfMemoryError, RedisError
from redis.exceptions import TimeoutError as NoAnswer

from inference.contracts import FrameState, Reading
from sessions_app.enums import Purpose
from sessions_app.live import metrics
from sessions_app.live.cluster.script_calls import run_all
from sessions_app.minutes import redis_calls as calls
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.redis_scripts import ADD, Call
from sessions_app.minutes.store import LiveWriter, PersonSums

logger = logging.getLogger(__name__)

GATHER_S = 0.05
TRY_AGAIN_S = 0.5
MINUTES_HELD = 5  # of one class, while the Redis is away; older ones are let go

_MAY_PASS = (NoConnection, NoAnswer, OutOfMemoryError)


@dataclass(slots=True)
class _Held:
    """What one class has to say."""

    sums: dict[int, dict[UUID, PersonSums]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)  # of what was said, by minute
    present: dict[int, set[UUID]] = field(default_factory=dict)
    interrupted: set[tuple[int, Purpose]] = field(default_factory=set)
    paused: set[int] = field(default_factory=set)
    readings_of: set[UUID] = field(default_factory=set)  # to forget
    votes_of: set[UUID] = field(default_factory=set)  # to forget


class WriteBuffer(LiveWriter):
    """The writer of one process of a cluster: it never waits; `run` carries over."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._name = secrets.token_hex(8)  # so that nothing is added up twice
        self._said = 0
        self._held: dict[UUID, _Held] = defaultdict(_Held)
        self._sending: dict[UUID, _Held] = {}
        self._something = asyncio.Event()
        self._away = False

    # --- what the live path calls -------------------------------------------------

    def add(self, session: UUID, minute: int, person: UUID, reading: Reading) -> None:
        if reading.state not in {FrameState.OK, FrameState.NO_FACE}:
            return
        people = self._of(session).sums.setdefault(minute, {})
        people.setdefault(person, PersonSums()).add(reading)
        self._let_go_of_old(session)

    def add_sums(
        self, session: UUID, minute: int, person: UUID, sums: PersonSums
    ) -> None:
        people = self._of(session).sums.setdefault(minute, {})
        people.setdefault(person, PersonSums()).merge(sums)
        self._let_go_of_old(session)

    def note_present(self, session: UUID, minute: int, people: set[UUID]) -> None:
        present = self._of(session).present
        present.setdefault(minute, set()).update(people)
        if len(present) > MINUTES_HELD:
            del present[min(present)]

    def note_interruption(
        self, session: UUID, minute: int, reason: Interruption
    ) -> None:
        self._of(session).interrupted |= {(minute, signal) for signal in reason.signals}

    def note_paused(self, session: UUID, minute: int) -> None:
        self._of(session).paused.add(minute)

    def forget_readings(self, session: UUID, person: UUID) -> None:
        for held in (self._held.get(session), self._sending.get(session)):
            for people in held.sums.values() if held else ():
                people.pop(person, None)
        self._of(session).readings_of.add(person)

    def forget_vote(self, session: UUID, person: UUID) -> None:
        self._of(session).votes_of.add(person)

    # --- on the way ---------------------------------------------------------------

    async def run(self) -> None:
        """Carry over until cancelled, at most twenty times a second."""
        while True:
            await self._something.wait()
            self._something.clear()
            await asyncio.sleep(GATHER_S)
            if not await self.flush():
                self._something.set()
                await asyncio.sleep(TRY_AGAIN_S)

    async def flush(self) -> bool:
        """Carry over what is held; False if it must be tried again."""
        if not self._sending:
            self._sending, self._held = self._numbered(self._held), defaultdict(_Held)
        told = [call for session in self._sending for call in self._calls(session)]
        try:
            answers = await run_all(self._redis, told)
        except _MAY_PASS as error:
            self._note_away(error)
            return False
        except RedisError:
            logger.exception("The Redis of the open minutes refused what it was told")
            refused, self._sending = self._sending, {}
            self._lose_sums(refused)
            return False
        self._away = False
        _count_late(told, answers)
        self._sending = {}
        return True

    def _of(self, session: UUID) -> _Held:
        self._something.set()
        return self._held[session]

    def _numbered(self, held: dict[UUID, _Held]) -> dict[UUID, _Held]:
        """Give every minute's sums a number that only grows."""
        for its in held.values():
            for minute in sorted(its.sums):
                self._said += 1
                its.numbers[minute] = self._said
        return dict(held)

    def _calls(self, session: UUID) -> Iterator[Call]:
        """What one class has to say, forgetting first: what is added came later."""
        held = self._sending[session]
        for person in held.readings_of:
            yield calls.forget_readings(session, person)
        for person in held.votes_of:
            yield calls.forget_vote(session, person)
        for minute, number in held.numbers.items():
            said = (self._name, number)
            yield calls.add(session, minute, held.sums[minute], said)
        for minute, people in held.present.items():
            yield from calls.present(session, minute, people)
        for minute, signal in held.interrupted:
            yield calls.interrupted(session, minute, [signal])
        for minute in held.paused:
            yield calls.paused(session, minute)

    def _let_go_of_old(self, session: UUID) -> None:
        held = self._held[session]
        if len(held.sums) > MINUTES_HELD:
            oldest = min(held.sums)
            _count_lost(held.sums.pop(oldest))
            self.note_interruption(session, oldest, Interruption.REDIS_AWAY)

    def _lose_sums(self, refused: dict[UUID, _Held]) -> None:
        """Drop the sums, which the Redis may have refused; their minutes are interrupted.

        Marks and what is to be forgotten must not be lost: they are sent again.
        """
        for session, held in refused.items():
            for minute, people in held.sums.items():
                _count_lost(people)
                self.note_interruption(session, minute, Interruption.REDIS_REFUSED)
            again = self._of(session)
            again.interrupted |= held.interrupted
            again.paused |= held.paused
            again.readings_of |= held.readings_of
            again.votes_of |= held.votes_of

    def _note_away(self, error: RedisError) -> None:
        if not self._away:
            logger.warning("The Redis of the open minutes is away: %s", error)
        self._away = True


def _count_lost(people: dict[UUID, PersonSums]) -> None:
    frames = sum(sums.frames for sums in people.values())
    metrics.NOT_RECORDED.labels("lost").inc(frames)


def _count_late(told: list[Call], answers: list[int]) -> None:
    """Count the people whose sums came for a minute that was closed."""
    for call, added in zip(told, answers, strict=True):
        if call.script is ADD and not added:
            metrics.NOT_RECORDED.labels("late").inc((len(call.args) - 3) // 2)
