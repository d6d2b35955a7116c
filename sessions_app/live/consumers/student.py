"""The socket a student's browser sends to: may you? -> mailbox, or sums -> return."""

import random
from functools import partial
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from inference.contracts import FrameState, Reading
from sessions_app import clock
from sessions_app.enums import Inference, Purpose, SessionState
from sessions_app.live import metrics
from sessions_app.live.consumers.frames import FrameConsumer
from sessions_app.live.countable_time import CountedTime
from sessions_app.live.intervals import expected_engine, objection, sums_of
from sessions_app.live.pipeline import LivePath, live_path
from sessions_app.live.protocol import (
    DROPPED,
    Answer,
    CloseCode,
    IncomingFrame,
    IncomingInterval,
    IntervalAnswer,
    IntervalState,
)
from sessions_app.minutes.running_session import RunningSession
from sessions_app.models import Participant
from sessions_app.models.session import MAX_INTERVAL_MS, MIN_INTERVAL_MS
from sessions_app.selectors.visible import participant_for_socket
from sessions_app.web.access import may_not_contribute

_TOLD_DIGITS = 6  # of a second, to the other web processes


class StudentConsumer(FrameConsumer):
    """One student's browser. Opens for everyone who joined, camera or not."""

    session_id: UUID
    participant_id: UUID
    entered_at: float
    live: LivePath
    _has_answered = False  # one of them

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
        self._counted = CountedTime()
        self._told: dict[str, Any] = {}
        await self.live.hints.enter(self.session_id)
        self.channel_name = self.live.hints.channel_name
        self._entered, self.entered_at = True, round(clock.now_s(), _TOLD_DIGITS)
        metrics.SOCKETS.labels("student").inc()
        self.live.sockets.enter(self)
        self.live.refresh_asked.set()
        self.hear_intervals_directly()

    async def disconnect(self, code: int) -> None:
        self.let_go()
        if self.participant is not None:
            await self.live.stop_listening(self.session_id)

    def let_go(self) -> None:
        self.stop_hearing_directly()
        if self._entered:
            self._entered = False
            metrics.SOCKETS.labels("student").dec()
            self.live.leave(self)

    async def take_in(self, frame: IncomingFrame) -> None:
        answer = partial(self._answer, frame.seq)
        if self._waits():
            answer(DROPPED)
        elif code := self._refusal(Inference.SERVER):
            await self.hang_up(code)
        elif reason := self.repeats(frame.seq):
            answer(Reading(FrameState.REJECTED, reason=reason))
        else:
            self.live.submit(
                session=self.session_id,
                participant=self.participant_id,
                jpeg=frame.jpeg,
                answer=answer,
            )

    def count(self, interval: IncomingInterval) -> IntervalAnswer | CloseCode:
        if self._waits():
            return self._interval_answer(interval.seq, IntervalState.DROPPED)
        if code := self._refusal(Inference.DEVICE):
            return code
        reason = self.repeats(interval.seq) or objection(interval)
        if reason := reason or self._overlap(interval):
            state = IntervalState.REJECTED
        else:
            state = self._add(interval)
        return self._interval_answer(interval.seq, state, reason)

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

    def _waits(self) -> bool:
        """Whether nothing counts now: it just connected, or the lesson does not run."""
        running = self.live.roster.session(self.session_id)
        unread = not self.live.roster.knows(self.participant_id)
        return unread or running is None or running.state != SessionState.LIVE

    def _refusal(self, place: Inference) -> CloseCode | None:
        """Why nothing that was read in a place may come, and the socket is closed."""
        roster = self.live.roster
        if not roster.shares_expression(self.session_id, self.participant_id):
            return CloseCode.NOT_ALLOWED
        running = roster.session(self.session_id)
        if running is None or not running.inference.allows(place):
            return CloseCode.READ_ELSEWHERE
        return None

    def _overlap(self, interval: IncomingInterval) -> str:
        """Why it is rejected: part of it was counted before, or was not allowed."""
        return self._counted.objection(
            lasted_s=interval.length_ds / 10,
            frames=interval.frames,
            since=self.live.allowed.of(self.session_id, self.participant_id),
            now=clock.now_s(),
        )

    def _add(self, interval: IncomingInterval) -> IntervalState:
        counted = self.live.add_interval(
            session=self.session_id,
            participant=self.participant_id,
            sums=sums_of(interval),
            lasted_s=interval.length_ds / 10,
        )
        return IntervalState.COUNTED if counted else IntervalState.LATE

    def _interval_answer(
        self, seq: int, state: IntervalState, reason: str = ""
    ) -> IntervalAnswer:
        running = self.live.roster.session(self.session_id)
        delay_ms = running.interval_ms if running else MAX_INTERVAL_MS
        if not self._has_answered:  # a class that began at once must not send at once
            self._has_answered = True
            delay_ms = random.randint(MIN_INTERVAL_MS, delay_ms)
        metrics.INTERVALS.labels(state.value).inc()
        return IntervalAnswer(seq, state, delay_ms, reason)

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
            # As the row holds them: a page that was opened before the start may have others.
            "choices": running.choices if running else None,
            "result": running.result if running else None,
            "replies": running.replies if running else [],
            **self._where_read(running),
        }

    def _where_read(self, running: RunningSession | None) -> dict[str, Any]:
        """Where this student's camera pictures may be read, and by which engine."""
        inference = running.inference if running else Inference.SERVER
        by_device = inference.allows(Inference.DEVICE)
        return {
            "inference": inference.value,
            "engine": expected_engine().hex() if by_device else None,
            "interval_ms": running.interval_ms if running else MAX_INTERVAL_MS,
        }

    def _counts_from(self, purpose: Purpose) -> int | None:
        return self.live.roster.waits_until(
            self.session_id, self.participant_id, purpose, clock.now_s()
        )
