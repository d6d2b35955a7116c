"""The students' sockets that are open in this process, one for each student."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

# This long a student who left may still have a frame at the engine.
_STILL_ASKED_ABOUT_S = 5.0
_TOLD_AT_ONCE = 100  # sockets, some 10 ms of the event loop; then it is others' turn
_NOBODY: Mapping[UUID, "StudentSocket"] = {}


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
    untold: dict[UUID, StudentSocket] = field(default_factory=dict)  # no news so far
    _open: dict[UUID, StudentSocket] = field(default_factory=dict)
    _by_lesson: dict[UUID, dict[UUID, StudentSocket]] = field(default_factory=dict)
    _people: dict[UUID, UUID] = field(default_factory=dict)
    _left: dict[UUID, float] = field(default_factory=dict)

    def enter(self, socket: StudentSocket) -> None:
        """A student's socket opened; the newest one of a student wins."""
        person = socket.participant_id
        older = self._open.get(person)
        self._open[person] = self.untold[person] = socket
        self._by_lesson.setdefault(socket.session_id, {})[person] = socket
        self._people[person] = socket.session_id
        self._left.pop(person, None)
        if older is not None:
            older.continued_elsewhere()
        self.on_enter(socket)

    def leave(self, socket: StudentSocket) -> bool:
        """A socket closed; tell whether it was the student's newest one."""
        person = socket.participant_id
        newest = self._open.get(person) is socket
        if newest:
            del self._open[person]
            self.untold.pop(person, None)
            self._left[person] = time.monotonic()
            of_lesson = self._by_lesson[socket.session_id]
            del of_lesson[person]
            if not of_lesson:
                del self._by_lesson[socket.session_id]
        return newest

    def of_student(self, person: UUID) -> StudentSocket | None:
        return self._open.get(person)

    def of_lesson(self, session: UUID) -> Mapping[UUID, StudentSocket]:
        """The open sockets of a lesson's students, by student."""
        return self._by_lesson.get(session, _NOBODY)

    def lessons(self) -> list[UUID]:
        """The lessons whose students have a socket here."""
        return list(self._by_lesson)

    def all(self) -> list[StudentSocket]:
        return list(self._open.values())

    def people(self) -> dict[UUID, UUID]:
        """The students whom the roster is read for, each with their class.

        They have a socket, or just had one: a frame of theirs may still come back from
        the engine, and what they withdraw must be forgotten here, too.
        """
        since = time.monotonic() - _STILL_ASKED_ABOUT_S
        for person in [p for p, left_at in self._left.items() if left_at <= since]:
            del self._left[person], self._people[person]
        return dict(self._people)


def tell_news(sockets: list[StudentSocket]) -> None:
    """Tell many sockets what is new, a few at a time: meanwhile the loop does other work."""
    for socket in sockets[:_TOLD_AT_ONCE]:
        socket.tell_news()
    if others := sockets[_TOLD_AT_ONCE:]:
        asyncio.get_running_loop().call_later(0, tell_news, others)
