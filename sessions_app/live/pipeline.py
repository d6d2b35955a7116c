"""The live path of this process, assembled: sockets in, sums out."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from inference.contracts import FrameState, Reading
from sessions_app import clock, withheld
from sessions_app.enums import Purpose, SessionState
from sessions_app.live import metrics
from sessions_app.live.credit import Credit
from sessions_app.live.demo.visitors import VisitorLane
from sessions_app.live.dispatcher import Dispatcher
from sessions_app.live.executors import (
    BatchExecutor,
    PoolExecutor,
    default_pool_size,
)
from sessions_app.live.mailbox import Ticket
from sessions_app.live.pace import Pace
from sessions_app.live.roster import Roster
from sessions_app.minutes.running_session import RunningSession
from sessions_app.minutes.store import (
    MIN_READINGS,
    LiveWriter,
    OpenMinuteStore,
    get_store,
)
from sessions_app.models.session import MAX_INTERVAL_MS, MIN_INTERVAL_MS

# For so long somebody who went away may still have a frame at the engine.
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
class LivePath:
    """Everything between a student's socket and the open minute."""

    executor: BatchExecutor | None  # None where emotion inference is off
    store: OpenMinuteStore = field(default_factory=get_store)
    buffer: LiveWriter | None = None  # where writing to the store would have to wait
    roster: Roster = field(default_factory=Roster)
    pace: Pace = field(default_factory=Pace)
    refresh_asked: asyncio.Event = field(default_factory=asyncio.Event)
    _sockets: dict[UUID, StudentSocket] = field(default_factory=dict)
    _left: dict[UUID, tuple[UUID, float]] = field(default_factory=dict)
    on_enter: Callable[[StudentSocket], None] = lambda socket: None
    # Whether the open minutes were cut off; what a server finds that begins alone.
    cut_off: bool = True
    # Classes of which nobody could send since the database went away.
    _cut_here: dict[UUID, RunningSession] = field(default_factory=dict)
    companions: list[Callable[[], Coroutine[Any, Any, None]]] = field(
        default_factory=list
    )  # what else runs beside the sockets
    _dispatcher: Dispatcher | None = None

    def __post_init__(self) -> None:
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
        """Where stills of the public demo wait; none where emotion inference is off."""
        return self._dispatcher.visitors if self._dispatcher else None

    # --- sockets ------------------------------------------------------------------

    def enter(self, socket: StudentSocket) -> None:
        """A student's socket opened; the newest one of a student wins."""
        older = self._sockets.get(socket.participant_id)
        self._sockets[socket.participant_id] = socket
        if older is not None:
            older.continued_elsewhere()
        self.on_enter(socket)

    def leave(self, socket: StudentSocket) -> None:
        if self._sockets.get(socket.participant_id) is socket:
            del self._sockets[socket.participant_id]
            self._left[socket.participant_id] = (socket.session_id, time.monotonic())
            self._forget_waiting(socket.session_id, socket.participant_id)

    def sockets(self) -> list[StudentSocket]:
        return list(self._sockets.values())

    def people(self) -> dict[UUID, UUID]:
        """Whom the roster is read for, each with their class.

        Those with a socket, and those who just went away: what they sent may still
        come back from the engine, and what they withdraw must be forgotten here, too.
        """
        since = time.monotonic() - _STILL_ASKED_ABOUT_S
        self._left = {p: left for p, left in self._left.items() if left[1] > since}
        gone = {person: session for person, (session, _) in self._left.items()}
        return gone | {p: socket.session_id for p, socket in self._sockets.items()}

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
        self._dispatcher.submit(
            Ticket(
                session=session,
                participant=participant,
                minute=running.minute_at(clock.now_s()),
                received_at=time.monotonic(),
                jpeg=jpeg,
                answer=answer,
            )
        )

    def record(self, ticket: Ticket, reading: Reading) -> None:
        """Add a reading to the open minute, if it still may be, and answer."""
        if not self.roster.shares_expression(ticket.session, ticket.participant):
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
        """Take over a new reading of the database; forget who withdrew."""
        before, self.roster = self.roster, roster
        for person, session in self.people().items():
            if person in roster.asked_about:
                self._forget_withdrawn(before, session, person)
                if not roster.knows(person):
                    withheld.forget(person)
        for socket in self._sockets.values():
            if socket.participant_id not in roster.asked_about:
                continue  # connected while it was read; the next one knows
            running = self.roster.session(socket.session_id)
            here = roster.knows(socket.participant_id)  # not somebody who left
            if here and running is not None and running.state == SessionState.LIVE:
                self._sums.note_present(
                    running.id,
                    running.minute_at(clock.now_s()),
                    {socket.participant_id},
                )
            socket.tell_news()
        self._note_interruptions(before)

    def look_at(self, socket: StudentSocket) -> None:
        """Obey at once what a hint may be about; the rest follows with the roster."""
        if self.roster.knows(socket.participant_id):
            self._forget_withdrawn(
                self.roster, socket.session_id, socket.participant_id
            )
            socket.tell_news()
        self.refresh_asked.set()

    def close_intake(self) -> None:
        """Let nobody send until the roster can be read again.

        Every class is marked, also one of which nobody is here: what a minute is called
        must not tell whether somebody had the page open. Asked again while the database
        stays away, it marks the minutes that begin meanwhile.
        """
        self._cut_here |= self.roster.sessions
        self.roster = Roster()
        for running in self._cut_here.values():
            self._sums.note_interrupted(running.id, running.minute_at(clock.now_s()))

    def _note_interruptions(self, before: Roster) -> None:
        """Mark the minutes in which a class was paused, or cut off, in part."""
        for running in self.roster.sessions.values():
            was = before.session(running.id)
            minute = running.minute_at(clock.now_s())
            paused = SessionState.PAUSED in {running.state, was and was.state}
            cut_off = (self.cut_off and minute > 0) or running.id in self._cut_here
            if paused:
                self._sums.note_paused(running.id, minute)
            if cut_off:
                self._sums.note_interrupted(running.id, minute)
            elif running.state == SessionState.LIVE and running.expression_on:
                self._note_unread(running)
        self.cut_off, self._cut_here = False, {}

    def _note_unread(self, running: RunningSession) -> None:
        """Mark what the engine cannot read now, and could not before it was noticed."""
        if self.executor is None or not self.executor.is_cut_off():
            return
        now = clock.now_s()
        since = now - self.executor.notices_within_s
        for minute in {running.minute_at(since), running.minute_at(now)}:
            self._sums.note_interrupted(running.id, minute, [Purpose.EXPRESSION])

    @property
    def _sums(self) -> LiveWriter:
        return self.store if self.buffer is None else self.buffer

    def _forget_withdrawn(self, before: Roster, session: UUID, person: UUID) -> None:
        agreed = before.consents.get(person, frozenset())  # also what is withheld now
        lost = agreed - self.roster.consents_of(person)
        if Purpose.EXPRESSION in lost or self._no_longer_offered(before, session):
            self._forget_waiting(session, person)
            self._sums.forget_readings(session, person)
        if Purpose.PULSE in lost:
            self._sums.forget_vote(session, person)

    def _no_longer_offered(self, before: Roster, session: UUID) -> bool:
        """Whether the policy or the teacher turned expression off in a running class."""
        was, now = before.session(session), self.roster.session(session)
        return bool(was and now and was.expression_on and not now.expression_on)

    def _forget_waiting(self, session: UUID, participant: UUID) -> None:
        if self._dispatcher is not None:
            self._dispatcher.withdraw(session, participant)

    def _note_dropped(self) -> None:
        metrics.FRAMES.labels(FrameState.DROPPED.value).inc()
        self.pace.note(now=time.monotonic(), dropped=True)


def live_path_by_settings() -> LivePath:
    """The live path that the settings describe; a cluster's parts only in a cluster."""
    if settings.FER_CLUSTER:
        make = import_string("sessions_app.live.cluster.cluster_path.cluster_live_path")
        return cast(LivePath, make())
    return local_live_path()


def local_live_path() -> LivePath:
    """The live path of a platform that runs as one process."""
    if not settings.FER_EMOTION_INFERENCE:
        return LivePath(executor=None)
    return LivePath(
        executor=PoolExecutor(
            size=settings.FER_POOL_SIZE or default_pool_size(),
            config=settings.FER_ENGINE,
        )
    )


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


def engine_is_away() -> bool:
    """Whether this process serves, and no still can be read."""
    executor = _current.executor if _current else None
    return executor is not None and executor.is_cut_off()
