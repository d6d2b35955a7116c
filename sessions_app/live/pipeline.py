"""The live path of this process, assembled: sockets in, sums out."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings

from inference.contracts import FrameState, Reading
from sessions_app import clock
from sessions_app.enums import Inference, Purpose, SessionState
from sessions_app.live import metrics
from sessions_app.live.changes import Changes, no_longer_offered
from sessions_app.live.countable_time import NETWORK_S, AllowedSince
from sessions_app.live.credit import Credit
from sessions_app.live.demo.visitors import VisitorLane
from sessions_app.live.dispatcher import Dispatcher
from sessions_app.live.executors import BatchExecutor
from sessions_app.live.hints import Hints
from sessions_app.live.mailbox import Ticket
from sessions_app.live.pace import Pace
from sessions_app.live.roster import Roster
from sessions_app.live.sockets import Sockets, StudentSocket, tell_news
from sessions_app.minutes import withheld
from sessions_app.minutes.current_store import get_store
from sessions_app.minutes.interruptions import (
    Interrupted,
    Interruption,
    InterruptionWatch,
)
from sessions_app.minutes.store import (
    MIN_READINGS,
    LiveWriter,
    OpenMinuteStore,
    PersonSums,
)
from sessions_app.models.session import MAX_INTERVAL_MS, MIN_INTERVAL_MS


@dataclass
class LivePath:
    """Everything between a student's socket and the open minute."""

    executor: BatchExecutor | None  # None where emotion inference is off
    store: OpenMinuteStore = field(default_factory=get_store)
    buffer: LiveWriter | None = None  # where writing to the store would have to wait
    roster: Roster = field(default_factory=Roster)
    pace: Pace = field(default_factory=Pace)
    refresh_asked: asyncio.Event = field(default_factory=asyncio.Event)
    sockets: Sockets = field(default_factory=Sockets)
    allowed: AllowedSince = field(default_factory=AllowedSince)
    starts_alone: bool = True  # False where other processes may have gone on meanwhile
    companions: list[Callable[[], Coroutine[Any, Any, None]]] = field(
        default_factory=list
    )  # what else runs beside the sockets
    _dispatcher: Dispatcher | None = None

    def __post_init__(self) -> None:
        happened = Interruption.SERVER_STARTED if self.starts_alone else None
        self.interruptions = InterruptionWatch(self.executor, happened)
        self.hints = Hints(self.apply_hint, self.continue_elsewhere)
        self._changes = Changes(self.sockets)
        if self.executor is not None:
            self._dispatcher = Dispatcher(
                executor=self.executor,
                credit=Credit(ceiling=settings.FER_MAX_CREDIT),
                record=self.record,
                note_dropped=self._note_dropped,
                batch_size=settings.FER_BATCH_SIZE,
            )

    async def run(self) -> None:
        """Dispatch until cancelled."""
        if self._dispatcher is not None:
            await self._dispatcher.run()

    @property
    def visitors(self) -> VisitorLane | None:
        """Where frames of the public demo wait; none where emotion inference is off."""
        return self._dispatcher.visitors if self._dispatcher else None

    def leave(self, socket: StudentSocket) -> None:
        """A student's socket closed; what waits of theirs is read no more."""
        if self.sockets.leave(socket):
            self._forget_waiting(socket.session_id, socket.participant_id)

    # --- frames -------------------------------------------------------------------

    def submit(
        self,
        *,
        session: UUID,
        participant: UUID,
        jpeg: bytes,
        answer: Callable[[Reading], None],
    ) -> None:
        """Hand over one frame of a student who may send; never waits."""
        running = self.roster.session(session)
        if self._dispatcher is None or running is None:
            return
        now = clock.now_s()
        self._dispatcher.submit(
            Ticket(
                session=session,
                participant=participant,
                minute=running.minute_at(now),
                came_at=now,
                received_at=time.monotonic(),
                jpeg=jpeg,
                answer=answer,
            )
        )

    def record(self, ticket: Ticket, reading: Reading) -> None:
        """Add a reading to the open minute, if it still may be, and answer."""
        if not self._still_allowed(ticket):
            metrics.NOT_RECORDED.labels("no consent").inc()
            ticket.answered = True  # withdrawn: not even the sender gets a result
            return
        running = self.roster.session(ticket.session)
        lag_s = time.monotonic() - ticket.received_at
        if running is None or ticket.minute <= running.closed_through:
            metrics.NOT_RECORDED.labels("late").inc()
        else:
            self._sums.add(ticket.session, ticket.minute, ticket.participant, reading)
        self.pace.note(now=time.monotonic(), dropped=False, lag_s=lag_s)
        if ticket.settle(reading):
            metrics.LAG.observe(lag_s)
            metrics.FRAMES.labels(reading.state.value).inc()

    def _still_allowed(self, ticket: Ticket) -> bool:
        """Whether a frame may be counted: now, and without a break since it came."""
        session, person = ticket.session, ticket.participant
        allowed = self.roster.may_be_read(session, person, Inference.SERVER)
        return allowed and ticket.came_at >= self.allowed.of(session, person)

    # --- intervals ----------------------------------------------------------------

    def add_interval(
        self, *, session: UUID, participant: UUID, sums: PersonSums, lasted_s: float
    ) -> bool:
        """Add what a student's device read until now to the open minute; False if late.

        It belongs to the minute in which it came. One that lasted longer than was asked for
        is late if the minute of its middle is closed.
        """
        running, now = self.roster.session(session), clock.now_s()
        if running is None or (
            lasted_s > running.interval_ms / 1000 + NETWORK_S
            and running.minute_at(now - lasted_s / 2) <= running.closed_through
        ):
            metrics.NOT_RECORDED.labels("late").inc(sums.frames)
            return False
        self._sums.add_sums(session, running.minute_at(now), participant, sums)
        metrics.DEVICE_FRAMES.inc(sums.frames)
        return True

    # --- how often ----------------------------------------------------------------

    def delay_ms(self, session: UUID) -> int:
        """How long the students of a class are asked to wait.

        Never so long that a minute would hold too few readings to count.
        """
        running = self.roster.session(session)
        if running is None:
            return MAX_INTERVAL_MS
        longest_ms = running.window_s * 1000 // (MIN_READINGS + 1)
        delay_ms = self.pace.delay_ms(running.frame_interval_ms)
        return min(delay_ms, max(MIN_INTERVAL_MS, longest_ms))

    def next_delay_ms(self, session: UUID) -> int:
        """The same, as one frame's answer says it."""
        return self.pace.scattered(self.delay_ms(session))

    # --- the roster ---------------------------------------------------------------

    def refresh(self, roster: Roster) -> None:
        """Take over a new reading of the database; what did not change costs nothing.

        1. Forget what students withdrew since the last one, or who left.
        2. Note who is here, and tell the sockets that something changed for.
        3. Note the minutes that a pause or an interruption concerns.
        """
        before, self.roster = self.roster, roster
        self.allowed.note(before, roster, clock.now_s())
        people = self.sockets.people()
        concerned = self._changes.concerned(before, roster, people)
        for person in concerned:
            self._forget_withdrawn(before, people[person], person)
            if not roster.knows(person):
                withheld.forget(person)
        for session in self.sockets.lessons():
            self._note_present(session)
        tell_news(self._changes.to_be_told(before, roster, concerned))
        self._note_paused(before)
        now = clock.now_s()
        self._note(self.interruptions.with_database(roster.sessions, now))

    def apply_hint(self, session: UUID) -> None:
        """Obey at once a no that a hint may be about; the rest follows with the roster."""
        sockets = self.sockets.of_lesson(session)
        for person in withheld.people():
            if person in sockets and self.roster.knows(person):
                self._forget_withdrawn(self.roster, session, person)
                sockets[person].tell_news()
        self.refresh_asked.set()

    def continue_elsewhere(self, person: UUID, entered_at: float) -> None:
        """Close a student's socket that a newer one in another process replaced."""
        socket = self.sockets.of_student(person)
        if socket is not None and socket.entered_at == entered_at:
            socket.continued_elsewhere()

    async def stop_listening(self, session: UUID) -> None:
        """Hear no more hints about a lesson that has no socket here."""
        if not self.sockets.of_lesson(session):
            await self.hints.leave(session)

    def close_intake(self) -> None:
        """Let nobody send until the roster can be read again; call it every second."""
        before, self.roster = self.roster, Roster()
        now = clock.now_s()
        self._note(self.interruptions.without_database(before.sessions, now))

    def _note(self, interrupted: list[Interrupted]) -> None:
        for session, minute, reason in interrupted:
            self._sums.note_interruption(session, minute, reason)

    def _note_present(self, session: UUID) -> None:
        running = self.roster.session(session)
        if running is not None and running.state == SessionState.LIVE:
            # Not a participant who left, nor one of whom nothing is read so far.
            here = self.sockets.of_lesson(session).keys() & self.roster.consents.keys()
            minute = running.minute_at(clock.now_s())
            self._sums.note_present(session, minute, here)

    def _note_paused(self, before: Roster) -> None:
        """Mark the minutes in which a class was paused, or continued."""
        for running in self.roster.sessions.values():
            was = before.session(running.id)
            if SessionState.PAUSED in {running.state, was and was.state}:
                self._sums.note_paused(running.id, running.minute_at(clock.now_s()))

    @property
    def _sums(self) -> LiveWriter:
        return self.store if self.buffer is None else self.buffer

    def _forget_withdrawn(self, before: Roster, session: UUID, person: UUID) -> None:
        agreed = before.consents.get(person, frozenset())  # also what is withheld now
        lost = agreed - self.roster.consents_of(person)
        if no_longer_offered(before, self.roster, session):
            lost |= {Purpose.EXPRESSION}
        if Purpose.EXPRESSION in lost:
            self._forget_waiting(session, person)
        self._sums.forget(session, person, lost)

    def _forget_waiting(self, session: UUID, participant: UUID) -> None:
        if self._dispatcher is not None:
            self._dispatcher.withdraw(session, participant)

    def _note_dropped(self) -> None:
        metrics.FRAMES.labels(FrameState.DROPPED.value).inc()
        self.pace.note(now=time.monotonic(), dropped=True)


_current: LivePath | None = None


def start_with(path: LivePath) -> LivePath:
    """Make a live path this process's own."""
    global _current
    _current = path
    return path


def live_path() -> LivePath:
    """The live path of this process.

    Raises:
        RuntimeError: If the server was started without one.
    """
    if _current is None:
        raise RuntimeError(
            "This server has no live path; start it with `manage.py serve`."
        )
    return _current


def engine_is_interrupted() -> bool:
    """Whether this process serves, and no frame can be read."""
    executor = _current.executor if _current else None
    return executor is not None and executor.is_interrupted()
