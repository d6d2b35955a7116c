"""Who counts again after a gap. It bounds how many differences a leaver can cause."""

from dataclasses import dataclass, field
from uuid import UUID

FULL_MINUTES_FIRST = 2


@dataclass(slots=True)
class ReEntry:
    """Follows one session's students from minute to minute.

    A student who comes and goes every other minute would let an observer subtract
    one minute from the next again and again. So whoever stopped counting counts
    again only after some full minutes in a row; a newcomer counts at once.
    """

    wait: int = FULL_MINUTES_FIRST
    _previous: int = -1  # the last minute that was asked about
    _runs: dict[UUID, tuple[int, int]] = field(default_factory=dict)

    def admit(self, minute: int, full: set[UUID]) -> set[UUID]:
        """Those who count in a minute, of those with enough readings in it.

        Args:
            minute: Greater at each call; minutes in between were paused by the
                teacher, which is no student's gap.
            full: Students with enough readings in this minute.
        """
        self._runs |= {person: self._run(person, minute) for person in full}
        self._previous = minute
        return {person for person in full if self._runs[person][1] > self.wait}

    def _run(self, person: UUID, minute: int) -> tuple[int, int]:
        """The minute, and how many full ones the student has had in a row."""
        last, length = self._runs.get(person, (self._previous, self.wait))
        return minute, length + 1 if last == self._previous else 1
