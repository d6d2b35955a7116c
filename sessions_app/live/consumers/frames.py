"""A socket that frames or intervals come in by: bounds how many, answers each one.

Their size is bounded before, by `live/daphne_server.py`, and in pixels by `inference/decoding.py`.
"""

import json
import logging
from abc import ABC, abstractmethod
from collections import deque
from time import monotonic
from typing import Any

from inference.contracts import FrameState
from sessions_app.live.consumers.base import SafeWebsocketConsumer
from sessions_app.live.direct_line import DirectLine, line_of
from sessions_app.live.protocol import (
    INTERVAL,
    INTERVAL_BYTES,
    Answer,
    BadMessage,
    CloseCode,
    IncomingFrame,
    IncomingInterval,
    IntervalAnswer,
    parse,
    parse_interval,
)

logger = logging.getLogger(__name__)

MOST_FRAMES_PER_SECOND = 10
REJECTED_IN_A_ROW = 3


class FrameConsumer(SafeWebsocketConsumer, ABC):
    """Speaks docs/protocol.md; the subclass decides which sockets may send, and where frames go."""

    sender = "somebody"  # how the log names who is at the other end
    _entered = False  # True while this socket may send
    _line: DirectLine | None = None
    _last_seq = -1
    _rejected = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._arrivals: deque[float] = deque(maxlen=MOST_FRAMES_PER_SECOND)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Handle frames without Channels' hop to the shared database thread.

        Before every message Channels closes old database connections in the one
        thread that all synchronous code shares; one slow query there would hold up
        every frame of every class. Frames touch no database.
        """
        if message["type"] == "websocket.receive":
            await self.websocket_receive(message)
            if self._line is not None:
                self._line.handled += 1
        else:
            await super().dispatch(message)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        if not self._entered or self._hung_up:
            return
        if bytes_data is None:
            await self.hang_up(CloseCode.BAD_MESSAGES)
            return
        if self._too_fast():
            await self.hang_up(CloseCode.TOO_FAST)
            return
        try:
            message = parse(bytes_data)
        except BadMessage as error:
            logger.info("From %s: %s", self.sender, error)
            await self.hang_up(CloseCode.BAD_MESSAGES)
            return
        if isinstance(message, IncomingFrame):
            await self.take_in(message)
            return
        answer = self.count(message)
        if isinstance(answer, CloseCode):
            await self.hang_up(answer)
        else:
            await self.tell_text(json.dumps(answer.as_json()))
            self._note(answer)

    @abstractmethod
    async def take_in(self, frame: IncomingFrame) -> None:
        """Hand a well-formed message on, or refuse it; never wait for the engine."""

    def count(self, interval: IncomingInterval) -> IntervalAnswer | CloseCode:
        """Count what a device read, or say why this socket is closed; it never waits.

        Sockets take no intervals, unless a subclass does.
        """
        return CloseCode.BAD_MESSAGES

    def hear_intervals_directly(self) -> None:
        """Take intervals by the short way, where the server has one, from now on."""
        self._line = line_of(self.scope)
        if self._line is not None:
            self._line.hear = self._hear

    def stop_hearing_directly(self) -> None:
        if self._line is not None:
            self._line.hear = None

    def _hear(self, message: bytes) -> bool:
        """What `receive` does with an interval, without a task for it."""
        if len(message) != INTERVAL_BYTES or message[0] != INTERVAL:
            return False
        if not self._entered or self._hung_up or self._line is None:
            return False
        if self._too_fast():
            self.soon(self.hang_up(CloseCode.TOO_FAST))
            return True
        answer = self.count(parse_interval(message))
        if isinstance(answer, CloseCode):
            self.soon(self.hang_up(answer))
        else:
            self._line.tell(json.dumps(answer.as_json()).encode())
            self.told_directly()
            self._note(answer)
        return True

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close with a plain number: the WebSocket library refuses an enum's member."""
        await super().close(None if code is None else int(code), reason)

    def repeats(self, seq: int) -> str:
        """Why a message is rejected whose sequence did not grow; blank if it did."""
        if seq <= self._last_seq:
            return f"sequence {seq} after {self._last_seq}"
        self._last_seq = seq
        return ""

    def reply(self, answer: Answer) -> None:
        """Send an answer; close after too many messages that nobody can read."""
        self.soon(self.tell(answer.as_json()))
        self._note(answer)

    def _note(self, answer: Answer | IntervalAnswer) -> None:
        if answer.state == FrameState.REJECTED:
            self._rejected += 1
        elif answer.state != FrameState.DROPPED:
            self._rejected = 0
        if self._rejected >= REJECTED_IN_A_ROW:
            self.soon(self.hang_up(CloseCode.BAD_MESSAGES))

    def _too_fast(self) -> bool:
        """Whether this frame is one too many within a second."""
        now = monotonic()
        full = len(self._arrivals) == MOST_FRAMES_PER_SECOND
        oldest = self._arrivals[0] if full else float("-inf")
        self._arrivals.append(now)
        return now - oldest < 1.0
