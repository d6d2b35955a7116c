"""The sums of the minutes that are still open; the only data about one person.

They live in memory (here) or in a Redis without persistence, are read by the
closing of the minute alone, and are deleted once its row is stored.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import numpy as np

from inference.contracts import FrameState, Reading
from inference.labels import EMOTIONS
from sessions_app.enums import Purpose
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.re_entry import Counting, ReEntry, Rule

MIN_READINGS = 3  # fewer in a minute and a student does not count in it
TAP_COUNTS_S = 300.0  # the last tap of the last five minutes is a student's vote
TAPS_REMEMBERED = 16  # of one student, so that nobody can fill the memory


@dataclass(slots=True)
class PersonSums:
    """What one person added to one minute; enough to estimate, not to look back."""

    frames: int = 0
    faces: int = 0
    scores: np.ndarray = field(default_factory=lambda: np.zeros(len(EMOTIONS)))
    arg_max: np.ndarray = field(default_factory=lambda: np.zeros(len(EMOTIONS)))
    max_score: float = 0.0

    def add(self, reading: Reading) -> None:
        self.frames += 1
        if reading.scores is None:
            return
        scores = np.asarray(reading.scores)
        self.faces += 1
        self.scores += scores
        self.arg_max[scores.argmax()] += 1
        self.max_score += float(scores.max())


@dataclass(slots=True)
class OpenMinute:
    people: dict[UUID, PersonSums] = field(default_factory=dict)
    present: set[UUID] = field(default_factory=set)  # had a socket open in it
    interrupted: frozenset[Purpose] = frozenset()  # their signals
    # The last full minute of those who count until the group changes (`re_entry`).
    last: dict[UUID, PersonSums] = field(default_factory=dict)
    paused: bool = False  # by the teacher, in part of it


@dataclass(frozen=True, slots=True)
class LiveStats:
    """What keeps a session's minutes from being counted; nothing about its students."""

    interrupted: int = -1  # the newest minute that was
    unreachable: bool = False  # nothing of this could be asked


class LiveWriter(Protocol):
    """What the live path writes while frames come in, from the event loop."""

    def add(self, session: UUID, minute: int, person: UUID, reading: Reading) -> None:
        """Add one reading to a person's sums, unless the minute is closed."""

    def note_present(self, session: UUID, minute: int, people: set[UUID]) -> None:
        """Remember who had a socket open during a minute, unless it is closed."""

    def note_interruption(
        self, session: UUID, minute: int, reason: Interruption
    ) -> None:
        """Mark a minute as one that nobody could fill, though it may hold something."""

    def note_paused(self, session: UUID, minute: int) -> None:
        """Mark a minute as one in which the teacher's pause was."""

    def forget_readings(self, session: UUID, person: UUID) -> None:
        """Drop a person's sums in every open minute; they withdrew or left."""

    def forget_vote(self, session: UUID, person: UUID) -> None:
        """Drop a person's pulse taps; they withdrew or left."""

    def forget(
        self, session: UUID, person: UUID, purposes: Collection[Purpose]
    ) -> None:
        """Drop what the open minutes hold of a person for some purposes."""
        if Purpose.EXPRESSION in purposes:
            self.forget_readings(session, person)
        if Purpose.PULSE in purposes:
            self.forget_vote(session, person)


class OpenMinuteStore(LiveWriter, Protocol):
    def tap(self, session: UUID, person: UUID, choice: str) -> None:
        """Replace a person's pulse vote.

        Raises:
            RedisAway: If it could not be kept.
        """

    def forget_person(self, session: UUID, person: UUID) -> None:
        """Drop all that bears a person's id, also what re-entry knows; they left."""

    def withhold(
        self, session: UUID, person: UUID, until: Mapping[Purpose, int]
    ) -> None:
        """Tell the other web processes what is withheld (`minutes.withheld`).

        Raises:
            RedisAway: If they could not be told.
        """

    def open_minutes(self, session: UUID) -> list[int]:
        """Minutes that hold something, in order."""

    def read(self, session: UUID, minute: int) -> OpenMinute:
        """A minute's sums, without deleting them; empty if there are none."""

    def votes(self, session: UUID, *, ago_s: float) -> dict[UUID, str]:
        """Each person's vote as it counted `ago_s` seconds ago."""

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
        """Who counts in a minute for a purpose; see `ReEntry.admit`.

        Callers hold the session's row lock; asking again about the latest minute, after
        a closing that failed, gives the same answer.
        """

    def keep_last(
        self,
        session: UUID,
        minute: int,
        full: Collection[UUID],
        *,
        of: Collection[UUID],
    ) -> None:
        """Keep a group's last full minutes until the group changes, and no others.

        What was forgotten meanwhile stays forgotten.

        Args:
            session: The class.
            minute: One that is still held.
            full: Those with enough readings in it.
            of: The group.
        """

    def counts_from(
        self, session: UUID, people: Collection[UUID], purpose: Purpose
    ) -> dict[UUID, int]:
        """The first minute in which each of some students may count: see `ReEntry`."""

    def drop(self, session: UUID, minute: int) -> None:
        """Delete a minute once its row is stored; what comes later for it is late."""

    def forgot(self, session: UUID, closed_through: int) -> bool:
        """Whether what came after a closed minute is lost: that closing isn't known."""

    def drop_session(self, session: UUID) -> None:
        """Delete all of a session."""

    def stats(self, session: UUID) -> LiveStats:
        """What keeps the minutes from being counted, if anything does."""


@dataclass(slots=True)
class _Session:
    minutes: dict[int, OpenMinute] = field(
        default_factory=lambda: defaultdict(OpenMinute)
    )
    closed_through: int = -1  # what comes later for these minutes is too late
    interrupted: set[tuple[int, Purpose]] = field(default_factory=set)
    paused: set[int] = field(default_factory=set)
    taps: dict[UUID, deque[tuple[float, str]]] = field(default_factory=dict)
    last: dict[UUID, PersonSums] = field(default_factory=dict)
    re_entry: dict[Purpose, ReEntry] = field(
        default_factory=lambda: {purpose: ReEntry() for purpose in Purpose}
    )


class MemoryStore(OpenMinuteStore):
    """The open minutes of a platform that runs as one process.

    Sockets write from the event loop, taps and closing come from threads: one
    lock around short dictionary work keeps them apart.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: dict[UUID, _Session] = defaultdict(_Session)
        self._over: set[UUID] = set()  # what comes later for them is too late
        self._lock = threading.Lock()

    def add(self, session: UUID, minute: int, person: UUID, reading: Reading) -> None:
        if reading.state not in {FrameState.OK, FrameState.NO_FACE}:
            return
        with self._lock:
            held = self._of(session)
            if minute > held.closed_through:
                people = held.minutes[minute].people
                people.setdefault(person, PersonSums()).add(reading)

    def note_present(self, session: UUID, minute: int, people: set[UUID]) -> None:
        with self._lock:
            held = self._of(session)
            if minute > held.closed_through:
                held.minutes[minute].present |= people

    def note_interruption(
        self, session: UUID, minute: int, reason: Interruption
    ) -> None:
        with self._lock:
            held = self._of(session)
            if minute > held.closed_through:
                held.interrupted |= {(minute, signal) for signal in reason.signals}

    def note_paused(self, session: UUID, minute: int) -> None:
        with self._lock:
            held = self._of(session)
            if minute > held.closed_through:
                held.paused.add(minute)

    def tap(self, session: UUID, person: UUID, choice: str) -> None:
        with self._lock:
            everybodys = self._of(session).taps
            taps = everybodys.setdefault(person, deque(maxlen=TAPS_REMEMBERED))
            taps.append((self._clock(), choice))

    def forget_readings(self, session: UUID, person: UUID) -> None:
        with self._lock:
            held = self._sessions.get(session)
            for minute in held.minutes.values() if held else ():
                minute.people.pop(person, None)
            if held:
                held.last.pop(person, None)

    def forget_vote(self, session: UUID, person: UUID) -> None:
        with self._lock:
            if held := self._sessions.get(session):
                held.taps.pop(person, None)

    def forget_person(self, session: UUID, person: UUID) -> None:
        with self._lock:
            if held := self._sessions.get(session):
                for minute in held.minutes.values():
                    minute.people.pop(person, None)
                    minute.present.discard(person)
                held.taps.pop(person, None)
                held.last.pop(person, None)
                for re_entry in held.re_entry.values():
                    re_entry.forget(person)

    def withhold(
        self, session: UUID, person: UUID, until: Mapping[Purpose, int]
    ) -> None:
        """There are no other processes."""

    def open_minutes(self, session: UUID) -> list[int]:
        with self._lock:
            held = self._sessions.get(session)
            return sorted(held.minutes) if held else []

    def read(self, session: UUID, minute: int) -> OpenMinute:
        with self._lock:
            held = self._sessions.get(session)
            if held is None:
                return OpenMinute()
            found = held.minutes.get(minute, OpenMinute())
            interrupted = frozenset(p for m, p in held.interrupted if m == minute)
            return OpenMinute(
                dict(found.people),
                set(found.present),
                interrupted,
                dict(held.last),
                minute in held.paused,
            )

    def votes(self, session: UUID, *, ago_s: float) -> dict[UUID, str]:
        until = self._clock() - ago_s
        with self._lock:
            held = self._sessions.get(session)
            return {
                person: counting[-1]
                for person, taps in (held.taps.items() if held else ())
                if (counting := choices_counting(taps, until))
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
        with self._lock:
            group = self._of(session).re_entry[purpose]
            return group.admit(minute, full, able, its)

    def keep_last(
        self,
        session: UUID,
        minute: int,
        full: Collection[UUID],
        *,
        of: Collection[UUID],
    ) -> None:
        with self._lock:
            held = self._of(session)
            people = held.minutes[minute].people if minute in held.minutes else {}
            now = {p: people[p] for p in full if p in people}
            held.last = {p: sums for p, sums in (held.last | now).items() if p in of}

    def counts_from(
        self, session: UUID, people: Collection[UUID], purpose: Purpose
    ) -> dict[UUID, int]:
        with self._lock:
            held = self._of(session)
            group, following = held.re_entry[purpose], held.closed_through + 1
            return {p: group.counts_from(p, following) for p in people}

    def drop(self, session: UUID, minute: int) -> None:
        with self._lock:
            held = self._of(session)
            held.minutes.pop(minute, None)
            held.closed_through = max(held.closed_through, minute)
            held.interrupted = {
                (m, p) for m, p in held.interrupted if m > held.closed_through
            }
            held.paused = {m for m in held.paused if m > held.closed_through}

    def forgot(self, session: UUID, closed_through: int) -> bool:
        with self._lock:
            held = self._sessions.get(session) or _Session()
            return held.closed_through < closed_through and not any(
                minute <= closed_through for minute in held.minutes
            )

    def drop_session(self, session: UUID) -> None:
        with self._lock:
            self._sessions.pop(session, None)
            self._over.add(session)

    def stats(self, session: UUID) -> LiveStats:
        with self._lock:
            held = self._sessions.get(session) or _Session()
            return LiveStats(max((m for m, _ in held.interrupted), default=-1))

    def _of(self, session: UUID) -> _Session:
        """What is held of a session; of one that is over, nothing that is kept."""
        return _Session() if session in self._over else self._sessions[session]


def choices_counting(taps: Iterable[tuple[float, str]], until: float) -> list[str]:
    """Choices tapped in the five minutes before a moment, in order.

    Args:
        taps: When, on the store's clock, and what.
        until: The moment, on the same clock.
    """
    return [choice for at, choice in taps if until - TAP_COUNTS_S < at <= until]
