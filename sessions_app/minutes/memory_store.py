"""The open minutes of a platform that runs as one process: in its memory."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from uuid import UUID

from inference.contracts import FrameState, Reading
from sessions_app.enums import Purpose
from sessions_app.minutes import withheld as noes
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.re_entry import Counting, ReEntry, Rule
from sessions_app.minutes.store import (
    TAP_COUNTS_S,
    TAPS_REMEMBERED,
    LiveStats,
    OpenMinute,
    OpenMinuteStore,
    PersonSums,
    vote_of,
)


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

    def add_sums(
        self, session: UUID, minute: int, person: UUID, sums: PersonSums
    ) -> None:
        with self._lock:
            held = self._of(session)
            if minute > held.closed_through:
                people = held.minutes[minute].people
                people.setdefault(person, PersonSums()).merge(sums)

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

    def withheld(self, session: UUID) -> Mapping[UUID, Mapping[Purpose, int]]:
        return {person: noes.withheld_of(person) for person in noes.people()}

    def open_minutes(self, session: UUID) -> list[int]:
        with self._lock:
            held = self._sessions.get(session)
            return sorted(held.minutes) if held else []

    def is_read(self, session: UUID, person: UUID, minutes: Collection[int]) -> bool:
        with self._lock:
            held = self._sessions.get(session)
            known = held.minutes if held else {}
            return any(person in known[m].people for m in minutes if m in known)

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
                person: vote
                for person, taps in (held.taps.items() if held else ())
                if (vote := vote_of(taps, until))
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
            # What comes for the minute before it is dropped belongs to none any more.
            now = {p: deepcopy(people[p]) for p in full if p in people}
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

    def let_go(self, session: UUID, minute: int, *, ago_s: float) -> None:
        until = self._clock() - ago_s - TAP_COUNTS_S
        with self._lock:
            held = self._of(session)
            if held.re_entry[Purpose.EXPRESSION].ends <= minute + 1:
                held.last = {}
            for person, taps in list(held.taps.items()):
                while taps and taps[0][0] <= until:
                    taps.popleft()
                if not taps:
                    del held.taps[person]

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
            return LiveStats(
                interrupted=max((m for m, _ in held.interrupted), default=-1),
                paused=max(held.paused, default=-1),
            )

    def _of(self, session: UUID) -> _Session:
        """What is held of a session; of one that is over, nothing that is kept."""
        return _Session() if session in self._over else self._sessions[session]
