"""The sums of the minutes that are still open; the only data about one person.

They live in memory (`memory_store`) or in a Redis without persistence (`redis_store`), are read by the
closing of the minute alone, and are deleted once its row is stored.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import numpy as np

from inference.contracts import Reading
from inference.labels import EMOTIONS
from sessions_app.enums import Purpose
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.re_entry import Counting, Rule

MIN_READINGS = 3  # fewer in a minute and a student does not count in it
TAP_COUNTS_S = 300.0  # the last tap of the last five minutes is a student's vote
TAKEN_BACK = "none"  # a tap that takes the one before it back
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
        self.arg_max[np.argmax(scores)] += 1
        self.max_score += float(scores.max())

    def merge(self, more: "PersonSums") -> None:
        """Add what was added up elsewhere."""
        self.frames += more.frames
        self.faces += more.faces
        self.scores += more.scores
        self.arg_max += more.arg_max
        self.max_score += more.max_score


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
    paused: int = -1  # the newest minute in which the teacher's pause was
    unreachable: bool = False  # nothing of this could be asked


class LiveWriter(Protocol):
    """What the live path writes while frames come in, from the event loop."""

    def add(self, session: UUID, minute: int, person: UUID, reading: Reading) -> None:
        """Add one reading to a person's sums, unless the minute is closed."""

    def add_sums(
        self, session: UUID, minute: int, person: UUID, sums: PersonSums
    ) -> None:
        """Add many readings at once, as a device added them up, unless it is closed."""

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
        """Replace a person's pulse vote; `TAKEN_BACK` replaces it by none.

        Raises:
            RedisAway: If it could not be kept.
        """

    def forget_person(self, session: UUID, person: UUID) -> None:
        """Drop all that bears a person's id, also what re-entry knows; they left.

        Raises:
            RedisAway: If it could not be dropped.
        """

    def withhold(
        self, session: UUID, person: UUID, until: Mapping[Purpose, int]
    ) -> None:
        """Tell the other web processes what is withheld (`minutes.withheld`).

        Raises:
            RedisAway: If they could not be told.
        """

    def withheld(self, session: UUID) -> Mapping[UUID, Mapping[Purpose, int]]:
        """What is withheld of a session's students, as any web process has told."""

    def open_minutes(self, session: UUID) -> list[int]:
        """Minutes that hold something, in order."""

    def is_read(self, session: UUID, person: UUID, minutes: Collection[int]) -> bool:
        """Whether a camera's pictures were read in one of some minutes that are open.

        For that student's own eyes.

        Raises:
            RedisAway: If it could not be asked.
        """

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

    def let_go(self, session: UUID, minute: int, *, ago_s: float) -> None:
        """Delete what no minute after this one, which ended `ago_s` ago, can count.

        Whatever became of the minute: taps that are too old, and what is kept of a group
        whose time is over.
        """

    def forgot(self, session: UUID, closed_through: int) -> bool:
        """Whether what came after a closed minute is lost: that closing isn't known."""

    def drop_session(self, session: UUID) -> None:
        """Delete all of a session."""

    def stats(self, session: UUID) -> LiveStats:
        """What keeps the minutes from being counted, if anything does."""


def vote_of(taps: Iterable[tuple[float, str]], until: float) -> str | None:
    """The last choice of the five minutes before a moment; None if it was taken back.

    Args:
        taps: When, on the store's clock, and what, in order.
        until: The moment, on the same clock.
    """
    counting = [choice for at, choice in taps if until - TAP_COUNTS_S < at <= until]
    return counting[-1] if counting and counting[-1] != TAKEN_BACK else None
