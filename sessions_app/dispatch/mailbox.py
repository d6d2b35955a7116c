"""The newest frame of each student, one slot each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from inference.contracts import Reading


@dataclass(slots=True, eq=False)
class Ticket:
    """One frame on its way, with what only this process knows about it."""

    session: UUID
    participant: UUID
    minute: int  # by the server's receipt
    received_at: float  # seconds, monotonic clock
    jpeg: bytes
    answer: Callable[[Reading], None] = field(repr=False)
    answered: bool = False

    def settle(self, reading: Reading) -> bool:
        """Answer once; False if it was answered before."""
        if self.answered:
            return False
        self.answered = True
        self.answer(reading)
        return True


class Mailbox:
    """The only queue between the browsers and the engine.

    It cannot grow past one frame per student: a frame that nobody took in time is
    replaced, because a late expression is worse than none. A student keeps the place
    in line that the replaced frame had, so a fast sender never overtakes.
    """

    def __init__(self) -> None:
        self._waiting: dict[UUID, Ticket] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, ticket: Ticket) -> Ticket | None:
        """Leave a frame. Return the unread one that it replaced, if any."""
        replaced = self._waiting.get(ticket.participant)
        self._waiting[ticket.participant] = ticket
        return replaced

    def take(self, most: int) -> list[Ticket]:
        """Take up to `most` frames, those first that have waited longest."""
        first = list(self._waiting)[:most]
        return [self._waiting.pop(participant) for participant in first]

    def discard(self, participant: UUID) -> Ticket | None:
        """Drop a student's waiting frame: they withdrew, or went away."""
        return self._waiting.pop(participant, None)
