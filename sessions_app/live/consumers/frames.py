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
from sessions_app.live.protocol import (
    Answer,
    BadMessage,
    CloseCode,
    IncomingFrame,
    IncomingInterval,
    IntervalAnswer,
    parse,
)

logger = logging.getLogger(__name__)

MOST_FRAMES_PER_SECOND = 10
REJECTED_IN_A_ROW = 3


class FrameConsumer(SafeWebsocketConsumer, ABC):
    """Speaks docs/protocol.md; the subclass decides which sockets may send, and where frames go."""

    sender = "somebody"  # how the log names who is at the other end
    _entered = False  # True while this socket may send
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
        else:
            await self.take_in_interval(message)

    @abstractmethod
    async def take_in(self, frame: IncomingFrame) -> None:
        """Hand a well-formed message on, or refuse it; never wait for the engine."""

    async def take_in_interval(self, interval: IncomingInterval) -> None:
        """Refuse it, unless a subclass counts what devices read."""
        await self.hang_up(CloseCode.BAD_MESSAGES)

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close with a plain number: the WebSocket library refuses an enum's member."""
        await super().close(None if code is None else int(code), reason)

    def repeats(self, seq: int) -> str:
        """Why a message is rejected whose sequence did not grow; blank if it did."""
        if seq <= self._last_seq:
            return f"sequence {seq} after {self._last_seq}"
        self._last_seq = seq
        return ""

    def reply(self, answer: Answer | IntervalAnswer) -> None:
        """Send an answer; close after too many messages that nobody can read."""
        self.soon(self.tell(answer.as_json()))
        self._note(answer)

    async def reply_now(self, answer: Answer | IntervalAnswer) -> None:
        """The same, where the caller is about to wait for the next message anyway.

        It has no words in the reader's language.
        """
        await self.tell_text(json.dumps(answer.as_json()))
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
