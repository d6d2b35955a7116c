"""Which student may send what, as this process last read it from the database.

Read again once a second, and at once when a message says that something changed. The
frame's path asks here and never the database.
"""

from dataclasses import dataclass, field
from uuid import UUID

from sessions_app.enums import Inference, Purpose
from sessions_app.minutes import withheld
from sessions_app.minutes.running_session import RunningSession


@dataclass(frozen=True, slots=True)
class Roster:
    """One reading of the database."""

    # The students it was read for; one who connects meanwhile waits for the next roster.
    asked_about: frozenset[UUID] = frozenset()
    sessions: dict[UUID, RunningSession] = field(default_factory=dict)
    consents: dict[UUID, frozenset[Purpose]] = field(default_factory=dict)
    demo_page: bool = False  # whether visitors of the public demo may send pictures
    # For each participant, the key of the newest decision on each purpose.
    decided: dict[UUID, dict[Purpose, int]] = field(default_factory=dict)
    # When each yes to expression was said, in seconds since the Unix epoch.
    read_since: dict[UUID, float] = field(default_factory=dict)
    # The first minute in which each may count; nothing where that is not known.
    counts_from: dict[UUID, dict[Purpose, int]] = field(default_factory=dict)

    def changed_since(self, before: "Roster") -> list[UUID]:
        """The students of whom an older reading said something else, or nothing."""
        if self.consents is before.consents and self.decided is before.decided:
            return []
        then = before.consents, before.decided
        return [
            person
            for person in self.consents.keys() | before.consents.keys()
            if self.consents.get(person) != then[0].get(person)
            or self.decided.get(person) != then[1].get(person)
        ]

    def session(self, session_id: UUID) -> RunningSession | None:
        return self.sessions.get(session_id)

    def consents_of(self, participant: UUID) -> frozenset[Purpose]:
        """Current consents; none for a participant who left or is not known."""
        agreed = self.consents.get(participant, frozenset())
        return withheld.allowed(participant, agreed, self.decided.get(participant, {}))

    def knows(self, participant: UUID) -> bool:
        """Whether this participant still exists, as of the last refresh."""
        return participant in self.consents

    def shares_expression(self, session: UUID, participant: UUID) -> bool:
        """Whether this student's expression may be read, as of the last refresh."""
        running = self.session(session)
        return (
            running is not None
            and running.expression_on
            and Purpose.EXPRESSION in self.consents_of(participant)
        )

    def may_be_read(self, session: UUID, participant: UUID, place: Inference) -> bool:
        """The same, for pictures that are read in one place: server or device."""
        running = self.session(session)
        return (
            running is not None
            and running.inference.allows(place)
            and self.shares_expression(session, participant)
        )

    def waits_until(
        self, session: UUID, participant: UUID, purpose: Purpose, now: float
    ) -> int | None:
        """When the first minute begins in which this student may count, if it is to come.

        Args:
            session: The class.
            participant: The student.
            purpose: Of what counts.
            now: Seconds since the Unix epoch, as is what is returned.
        """
        running = self.session(session)
        minute = self.counts_from.get(participant, {}).get(purpose)
        if running is None or running.started_at is None or minute is None:
            return None
        begins = int(running.started_at + minute * running.window_s)
        return begins if begins > now else None
