"""The socket a student's browser sends frames to: may you? -> mailbox -> return."""

from functools import partial
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from inference.contracts import Reading
from sessions_app import clock
from sessions_app.enums import Purpose, SessionState
from sessions_app.events import session_group
from sessions_app.live import metrics
from sessions_app.live.consumers.frames import FrameConsumer
from sessions_app.live.pipeline import LivePath, live_path
from sessions_app.live.protocol import DROPPED, Answer, CloseCode, IncomingFrame
from sessions_app.minutes.running_session import RunningSession
from sessions_app.models import Participant
from sessions_app.models.session import MAX_INTERVAL_MS
from sessions_app.selectors.visible import participant_for_socket
from sessions_app.web.access import may_not_contribute


class StudentConsumer(FrameConsumer):
    """One student's browser. Opens for everyone who joined, camera or not."""

    session_id: UUID
    participant_id: UUID
    entered_at: float
    live: LivePath

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Take a hint as directly as a frame; it touches no database either."""
        if message["type"] == "session.changed":
            await self.session_changed(message)
        elif message["type"] == "continued.elsewhere":
            self.continued_elsewhere()
        else:
            await super().dispatch(message)

    async def connect(self) -> None:
        self.participant: Participant | None = None
        participant = await self._participant()
        await self.accept()  # before any close, so that the browser learns the code
        if participant is None or may_not_contribute(self.scope["user"]):
            await self.hang_up(CloseCode.NOT_ALLOWED)
            return
        if participant.session.is_over:
            await self.hang_up(CloseCode.SESSION_OVER)
            return
        self.participant = participant
        self.session_id, self.participant_id = participant.session_id, participant.pk
        self.sender = f"participant {self.participant_id}"
        self.live = live_path()
        self._told: dict[str, Any] = {}
        await self.channel_layer.group_add(
            session_group(self.session_id), self.channel_name
        )
        self._entered, self.entered_at = True, clock.now_s()
        metrics.SOCKETS.labels("student").inc()
        self.live.sockets.enter(self)
        self.live.refresh_asked.set()

    async def disconnect(self, code: int) -> None:
        self.let_go()
        if self.participant is not None:
            await self.channel_layer.group_discard(
                session_group(self.session_id), self.channel_name
            )

    def let_go(self) -> None:
        if self._entered:
            self._entered = False
            metrics.SOCKETS.labels("student").dec()
            self.live.leave(self)

    async def take_in(self, frame: IncomingFrame) -> None:
        answer = partial(self._answer, frame.seq)
        running = self.live.roster.session(self.session_id)
        unread = not self.live.roster.knows(self.participant_id)  # it just connected
        if unread or running is None or running.state != SessionState.LIVE:
            answer(DROPPED)
        elif not self.live.roster.shares_expression(
            self.session_id, self.participant_id
        ):
            await self.hang_up(CloseCode.NOT_ALLOWED)
        elif repeated := self.repeats(frame):
            answer(repeated)
        else:
            self.live.submit(
                session=self.session_id,
                participant=self.participant_id,
                jpeg=frame.jpeg,
                answer=answer,
            )

    async def session_changed(self, event: dict[str, Any]) -> None:
        self.live.apply_hint(self)

    # --- what the live path calls -------------------------------------------------

    def continued_elsewhere(self) -> None:
        self.soon(self.hang_up(CloseCode.CONTINUED_ELSEWHERE))

    def tell_news(self) -> None:
        """Tell the browser what it may do now, when that changed."""
        running = self.live.roster.session(self.session_id)
        if not self.live.roster.knows(self.participant_id):
            self.soon(self.hang_up(CloseCode.NOT_ALLOWED))
        elif running is not None and running.state == SessionState.ENDING:
            self.soon(self.hang_up(CloseCode.SESSION_OVER))
        elif (news := self._news(running)) != self._told:
            self._told = news
            self.soon(self.tell(news))

    # --- inside -------------------------------------------------------------------

    async def _participant(self) -> Participant | None:
        found: Participant | None = await database_sync_to_async(
            participant_for_socket
        )(
            session_id=self.scope["url_route"]["kwargs"]["session_id"],
            cookies=self.scope["cookies"],
        )
        return found

    def _answer(self, seq: int, reading: Reading) -> None:
        self.reply(Answer(seq, reading, self.live.next_delay_ms(self.session_id)))

    def _news(self, running: RunningSession | None) -> dict[str, Any]:
        consents = self.live.roster.consents_of(self.participant_id)
        state = running.state if running else SessionState.DRAFT
        live = state == SessionState.LIVE
        expression = live and self.live.roster.shares_expression(
            self.session_id, self.participant_id
        )
        pulse = (
            live and bool(running and running.pulse_on) and Purpose.PULSE in consents
        )
        return {
            "type": "session",
            "state": state.value,
            "expression": expression,
            "pulse": pulse,
            "counts_from": self._counts_from(Purpose.EXPRESSION)
            if expression
            else None,
            "pulse_counts_from": self._counts_from(Purpose.PULSE) if pulse else None,
            # As the teacher asked: only students who send are told how busy the server is.
            "frame_interval_ms": running.frame_interval_ms
            if running
            else MAX_INTERVAL_MS,
            "counted": running.counted if running else None,
        }

    def _counts_from(self, purpose: Purpose) -> int | None:
        return self.live.roster.waits_until(
            self.session_id, self.participant_id, purpose, clock.now_s()
        )
