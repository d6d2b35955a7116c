"""The open minutes of a cluster: in a Redis that keeps nothing on a disk.

The same semantics as in memory. For threads (pages, closing); what comes from the event
loop goes through `live.cluster.write_buffer` and never waits.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
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
from sessions_app.minutes import redis_scripts as calls
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.re_entry import ReEntry, Run
from sessions_app.minutes.redis_scripts import Call, key
from sessions_app.minutes.store import (
    LiveStats,
    OpenMinute,
    OpenMinuteStore,
    PersonSums,
    choices_counting,
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
        with _told_again_within_a_second():
            self._run(calls.forget_person(session, person, map(_re_entry, Purpose)))

    def withhold(
        self, session: UUID, person: UUID, until: Mapping[Purpose, int]
    ) -> None:
        self._run(calls.withhold(session, person, until))

    def open_minutes(self, session: UUID) -> list[int]:
        with _asking():
            return sorted(map(int, self._redis.smembers(key(session, "minutes"))))

    def read(self, session: UUID, minute: int) -> OpenMinute:
        pipe = self._redis.pipeline()
        pipe.hgetall(key(session, "sums", minute))
        pipe.smembers(key(session, "present", minute))
        pipe.smembers(key(session, "interrupted"))
        with _asking():
            sums, present, notes = pipe.execute()
        return OpenMinute(
            {UUID(bytes=person): calls.unpack(held) for person, held in sums.items()},
            {UUID(bytes=person) for person in present},
            frozenset(p for m, p in calls.unpack_interrupted(notes) if m == minute),
            calls.paused_in(notes, minute),
        )

    def votes(self, session: UUID, *, ago_s: float) -> dict[UUID, str]:
        until = self._now() - ago_s
        with _asking():
            everybodys = self._hash(key(session, "taps"))
        return {
            UUID(bytes=person): counting[-1]
            for person, lines in everybodys.items()
            if (counting := choices_counting(_taps(lines), until))
        }

    def admit(
        self, session: UUID, minute: int, eligible: set[UUID], purpose: Purpose
    ) -> set[UUID]:
        name = key(session, _re_entry(purpose))
        with _asking():
            re_entry = _restored(self._hash(name))
            counting = re_entry.admit(minute, eligible)
            pipe = self._redis.pipeline()
            pipe.hset(name, "asked", _line(re_entry.previous, re_entry.latest))
            for person in eligible:
                pipe.hset(name, person.bytes, _line(*re_entry.runs[person]))
            pipe.expire(name, calls.SESSION_KEPT_S)
            pipe.execute()
        return counting

    def drop(self, session: UUID, minute: int) -> None:
        self._run(calls.drop(session, minute))

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
        found = calls.unpack_interrupted(notes)
        return LiveStats(max((minute for minute, _ in found), default=-1))

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


def _restored(held: dict[bytes, bytes]) -> ReEntry:
    previous, latest = _numbers(held.pop(b"asked", b"-1 -1"))
    runs = {UUID(bytes=p): Run(*_numbers(line)) for p, line in held.items()}
    return ReEntry(previous=previous, latest=latest, runs=runs)


def _line(*numbers: int) -> str:
    return " ".join(map(str, numbers))


def _numbers(line: bytes) -> Iterator[int]:
    return map(int, line.split())


def _taps(lines: bytes) -> Iterator[tuple[float, str]]:
    for line in lines.decode().splitlines():
        at, choice = line.split(" ")
        yield float(at), choice
