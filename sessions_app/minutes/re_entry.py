"""Who counts again after a gap. It bounds how many differences a leaver can cause."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

FULL_MINUTES_FIRST = 4


class Run(NamedTuple):
    """A student's full minutes in a row."""

    last: int  # the latest of them
    length: int
    wait: int  # of these, how many do not count


@dataclass(slots=True)
class ReEntry:
    """Follows one session's students from minute to minute.

    A student who leaves and comes back would let an observer subtract one minute from the
    next again and again. So a student who stopped counting counts again only after some full
    minutes in a row, twice as many each time: one gap costs little, and nobody returns
    more often than the logarithm of the session's length. A newcomer counts at once.
    """

    wait: int = FULL_MINUTES_FIRST  # full minutes after the first gap
    latest: int = -1  # the last minute that was asked about
    previous: int = -1  # the one before it
    runs: dict[UUID, Run] = field(default_factory=dict)

    def admit(self, minute: int, eligible: set[UUID]) -> set[UUID]:
        """Those who count in a minute, of those with enough readings in it.

        Args:
            minute: Greater at each call, or the same again if its row could not be
                stored; minutes in between were paused by the teacher, which is no
                student's gap.
            eligible: Students with enough readings in this minute.
        """
        if minute != self.latest:
            self.previous, self.latest = self.latest, minute
        self.runs |= {person: self._run(person, minute) for person in eligible}
        return {p for p in eligible if self.runs[p].length > self.runs[p].wait}

    def _run(self, person: UUID, minute: int) -> Run:
        """The student's run of full minutes, this one included."""
        run = self.runs.get(person)
        if run is None:
            return Run(minute, 1, wait=0)
        if run.last == minute:
            return run
        if run.last == self.previous:
            return Run(minute, run.length + 1, run.wait)
        stopped_counting = run.length > run.wait
        wait = max(self.wait, 2 * run.wait) if stopped_counting else run.wait
        return Run(minute, 1, wait)
