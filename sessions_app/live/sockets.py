"""The students' sockets that are open in this process, one for each student."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

# This long a student who left may still have a frame at the engine.
_STILL_ASKED_ABOUT_S = 5.0


class StudentSocket(Protocol):
    """What the live path needs of a student's open socket."""

    session_id: UUID
    participant_id: UUID
    channel_name: str
    entered_at: float  # seconds since the Unix epoch, on the platform's clock

    def continued_elsewhere(self) -> None:
        """Another socket of the same student took over."""

    def tell_news(self) -> None:
        """The session or the consents may have changed."""


@dataclass
class Sockets:
    on_enter: Callable[[StudentSocket], None] = lambda socket: None
    _open: dict[UUID, StudentSocket] = field(default_factory=dict)
    _left: dict[UUID, tuple[UUID, float]] = field(default_factory=dict)

    def enter(self, socket: StudentSocket) -> None:
        """A student's socket opened; the newest one of a student wins."""
        older = self._open.get(socket.participant_id)
        self._open[socket.participant_id] = socket
        if older is not None:
            older.continued_elsewhere()
        self.on_enter(socket)

    def leave(self, socket: StudentSocket) -> bool:
        """A socket closed; tell whether it was the student's newest one."""
        newest = self._open.get(socket.participant_id) is socket
        if newest:
            del self._open[socket.participant_id]
            self._left[socket.participant_id] = (socket.session_id, time.monotonic())
        return newest

    def all(self) -> list[StudentSocket]:
        return list(self._open.values())

    def people(self) -> dict[UUID, UUID]:
        """The students whom the roster is read for, each with their class.

        They have a socket, or just had one: a frame of theirs may still come back from
        the engine, and what they withdraw must be forgotten here, too.
        """
        since = time.monotonic() - _STILL_ASKED_ABOUT_S
        self._left = {p: left for p, left in self._left.items() if left[1] > since}
        gone = {person: session for person, (session, _) in self._left.items()}
        return gone | {p: socket.session_id for p, socket in self._open.items()}
