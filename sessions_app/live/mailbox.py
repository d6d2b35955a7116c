"""The newest frame of each student, one slot each; classes take turns."""

from collections import OrderedDict
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
    came_at: float = field(kw_only=True)  # seconds since the Unix epoch
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
    in line that the replaced frame had, so a fast sender never overtakes. Classes take
    turns, one frame each, so that a large class never keeps a small one waiting.
    """

    def __init__(self) -> None:
        # Both in order: of turns, and of how long a student has waited.
        self._lines: OrderedDict[UUID, OrderedDict[UUID, Ticket]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, ticket: Ticket) -> Ticket | None:
        """Leave a frame. Return the unread one that it replaced, if any."""
        line = self._lines.setdefault(ticket.session, OrderedDict())
        replaced = line.get(ticket.participant)
        line[ticket.participant] = ticket
        self._count += replaced is None
        return replaced

    def take(self, most: int) -> list[Ticket]:
        """Take up to `most` frames: class by class, who waited longest first."""
        return [self._next() for _ in range(min(most, self._count))]

    def discard(self, session: UUID, participant: UUID) -> Ticket | None:
        """Drop a student's waiting frame: they withdrew, or went away."""
        line = self._lines.get(session, OrderedDict())
        ticket = line.pop(participant, None)
        self._count -= ticket is not None
        if not line:
            self._lines.pop(session, None)
        return ticket

    def _next(self) -> Ticket:
        session, line = self._lines.popitem(last=False)
        _, ticket = line.popitem(last=False)
        if line:
            self._lines[session] = line  # to the end of the turns
        self._count -= 1
        return ticket
