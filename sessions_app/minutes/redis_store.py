"""The open minutes of a cluster: in a Redis that keeps nothing on a disk.

The same semantics as in memory. For threads (pages, closing); what comes from the event
loop goes through `live.cluster.write_buffer` and never waits.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import cast
from uuid import UUID

import redis

from inference.cluster.redis_away import RedisAway
from inference.cluster.redis_client import FOR_CLOCK, answering
from inference.cluster.redis_client import connect as connect_redis
from inference.contracts import FrameState, Reading
from sessions_app import clock
from sessions_app.enums import Purpose
from sessions_app.minutes import redis_calls as calls
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.re_entry import Counting, Rule
from sessions_app.minutes.redis_scripts import SESSION_KEPT_S, Call
from sessions_app.minutes.redis_values import (
    key,
    pack_re_entry,
    unpack_all,
    unpack_interrupted,
    unpack_paused,
    unpack_re_entry,
    unpack_taps,
    unpack_withheld,
)
from sessions_app.minutes.store import (
    TAP_COUNTS_S,
    LiveStats,
    OpenMinute,
    OpenMinuteStore,
    PersonSums,
    vote_of,
)

logger = logging.getLogger(__name__)

_ASK_AGAIN_AFTER_S = 2.0
_UNKNOWN = LiveStats(unreachable=True)


def connect(url: str) -> "RedisStore":
    """The store behind an address; this process takes its clock over.

    Raises:
        RedisAway: If the Redis does not answer.
    """
    client = connect_redis(url, FOR_CLOCK)
    with _asking():
        seconds, microseconds = client.time()
    clock.carry_on_from(seconds + microseconds / 1e6)
    return RedisStore(client)


class RedisStore(OpenMinuteStore):
    """Safe to use from several processes and threads at once."""

    def __init__(
        self, client: redis.Redis, now: Callable[[], float] = clock.now_s
    ) -> None:
        self._redis = client
        self._now = now
        self._blank_until = 0.0  # monotonic; when to ask for statistics again

    def add(self, session: UUID, minute: int, person: UUID, reading: Reading) -> None:
        if reading.state not in {FrameState.OK, FrameState.NO_FACE}:
            return
        sums = PersonSums()
        sums.add(reading)
        self.add_sums(session, minute, person, sums)

    def add_sums(
        self, session: UUID, minute: int, person: UUID, sums: PersonSums
    ) -> None:
        self._run(calls.add(session, minute, {person: sums}))

    def note_present(self, session: UUID, minute: int, people: set[UUID]) -> None:
        for call in calls.present(session, minute, people):
            self._run(call)

    def note_interruption(
        self, session: UUID, minute: int, reason: Interruption
    ) -> None:
        self._run(calls.interrupted(session, minute, reason.signals))

    def note_paused(self, session: UUID, minute: int) -> None:
        self._run(calls.paused(session, minute))

    def tap(self, session: UUID, person: UUID, choice: str) -> None:
        self._run(calls.tap(session, person, choice, at=self._now()))

    def forget_readings(self, session: UUID, person: UUID) -> None:
        with _told_again_within_a_second():
            self._run(calls.forget_readings(session, person))

    def forget_vote(self, session: UUID, person: UUID) -> None:
        with _told_again_within_a_second():
            self._run(calls.forget_vote(session, person))

    def forget_person(self, session: UUID, person: UUID) -> None:
        self._run(calls.forget_person(session, person, map(_re_entry, Purpose)))

    def withhold(
        self, session: UUID, person: UUID, until: Mapping[Purpose, int]
    ) -> None:
        self._run(calls.withhold(session, person, until))

    def withheld(self, session: UUID) -> Mapping[UUID, Mapping[Purpose, int]]:
        with _asking():
            return unpack_withheld(self._hash(key(session, "withheld")).items())

    def open_minutes(self, session: UUID) -> list[int]:
        with _asking():
            return sorted(map(int, self._redis.smembers(key(session, "minutes"))))

    def is_read(self, session: UUID, person: UUID, minutes: Collection[int]) -> bool:
        pipe = self._redis.pipeline()
        for minute in minutes:
            pipe.hexists(key(session, "sums", minute), person.bytes)
        with _asking():
            return any(pipe.execute())

    def read(self, session: UUID, minute: int) -> OpenMinute:
        pipe = self._redis.pipeline()
        pipe.hgetall(key(session, "sums", minute))
        pipe.smembers(key(session, "present", minute))
        pipe.smembers(key(session, "interrupted"))
        pipe.hgetall(key(session, "last"))
        with _asking():
            sums, present, notes, last = pipe.execute()
        return OpenMinute(
            unpack_all(sums),
            {UUID(bytes=person) for person in present},
            frozenset(p for m, p in unpack_interrupted(notes) if m == minute),
            unpack_all(last),
            minute in unpack_paused(notes),
        )

    def votes(self, session: UUID, *, ago_s: float) -> dict[UUID, str]:
        until = self._now() - ago_s
        with _asking():
            everybodys = self._hash(key(session, "taps"))
        return {
            UUID(bytes=person): vote
            for person, lines in everybodys.items()
            if (vote := vote_of(unpack_taps(lines), until))
        }

    def admit(
        self,
        session: UUID,
        minute: int,
        purpose: Purpose,
        *,
        full: Mapping[UUID, int],
        able: Collection[UUID],
        its: Rule,
    ) -> Counting:
        name = key(session, _re_entry(purpose))
        with _asking():
            before = self._hash(name)
            group = unpack_re_entry(before)
            counting = group.admit(minute, full, able, its)
            after = pack_re_entry(group)
            pipe = self._redis.pipeline()
            pipe.hset(name, items=[part for field in after.items() for part in field])
            if gone := before.keys() - after.keys():
                pipe.hdel(name, *gone)
            pipe.expire(name, SESSION_KEPT_S)
            pipe.execute()
        return counting

    def keep_last(
        self,
        session: UUID,
        minute: int,
        full: Collection[UUID],
        *,
        of: Collection[UUID],
    ) -> None:
        self._run(calls.keep_last(session, minute, full, of))

    def counts_from(
        self, session: UUID, people: Collection[UUID], purpose: Purpose
    ) -> dict[UUID, int]:
        pipe = self._redis.pipeline()
        pipe.hgetall(key(session, _re_entry(purpose)))
        pipe.hget(key(session), "closed")
        with _asking():
            held, closed = pipe.execute()
        group, following = unpack_re_entry(held), int(closed or -1) + 1
        return {p: group.counts_from(p, following) for p in people}

    def drop(self, session: UUID, minute: int) -> None:
        self._run(calls.drop(session, minute))

    def let_go(self, session: UUID, minute: int, *, ago_s: float) -> None:
        until = self._now() - ago_s - TAP_COUNTS_S
        group = _re_entry(Purpose.EXPRESSION)
        self._run(calls.let_go(session, minute, until, group))

    def forgot(self, session: UUID, closed_through: int) -> bool:
        with _asking():
            known = self._redis.hget(key(session), "closed")
        return int(cast(bytes, known or b"-1")) < closed_through and not any(
            minute <= closed_through for minute in self.open_minutes(session)
        )

    def drop_session(self, session: UUID) -> None:
        self._run(calls.drop_session(session, map(_re_entry, Purpose)))

    def stats(self, session: UUID) -> LiveStats:
        if time.monotonic() < self._blank_until:
            return _UNKNOWN
        try:
            notes = cast(set[bytes], self._redis.smembers(key(session, "interrupted")))
        except redis.RedisError as error:
            logger.warning("No live numbers: %s", error)
            self._blank_until = time.monotonic() + _ASK_AGAIN_AFTER_S
            return _UNKNOWN
        found = unpack_interrupted(notes)
        return LiveStats(
            interrupted=max((minute for minute, _ in found), default=-1),
            paused=max(unpack_paused(notes), default=-1),
        )

    def _hash(self, name: str) -> dict[bytes, bytes]:
        return cast(dict[bytes, bytes], self._redis.hgetall(name))

    def _run(self, call: Call) -> None:
        script, keys, args = call
        with _asking():
            try:
                self._redis.evalsha(script.sha, len(keys), *keys, *args)
            except redis.exceptions.NoScriptError:  # restarted since, or never told
                self._redis.eval(script.text, len(keys), *keys, *args)


def _asking() -> AbstractContextManager[None]:
    return answering("The Redis of the open minutes")


@contextmanager
def _told_again_within_a_second() -> Iterator[None]:
    """The web process of the student's socket forgets again on its next look."""
    try:
        yield
    except RedisAway as error:
        logger.warning("What a student withdrew is deleted later. %s", error)


def _re_entry(purpose: Purpose) -> str:
    return f"re-entry:{purpose}"
