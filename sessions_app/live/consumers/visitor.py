"""The socket of the public demo: a visitor's frames in, what the engine saw out."""

import asyncio
from functools import partial
from time import monotonic
from urllib.parse import parse_qs
from uuid import uuid4

from asgiref.sync import sync_to_async

from inference.contracts import FrameState, Reading
from sessions_app.live import metrics
from sessions_app.live.consumers.frames import FrameConsumer
from sessions_app.live.demo import demo_slots
from sessions_app.live.demo.visitors import VisitorFrame, VisitorLane
from sessions_app.live.pipeline import LivePath, live_path
from sessions_app.live.protocol import Answer, CloseCode, IncomingFrame
from sessions_app.models.consent import current_versions

EVERY_MS = 150
EVERY_MS_WHILE_BUSY = 1000
_CHECKS_EVERY_S = 1.0  # so that the policy's no takes effect within two seconds


class VisitorConsumer(FrameConsumer):
    """One visitor's browser: no account, no participant, nothing that stays."""

    sender = "a visitor of the demo"
    live: LivePath
    lane: VisitorLane
    _place: int
    _clock: asyncio.Task[None]

    async def connect(self) -> None:
        await self.accept()  # before any close, so that the browser learns the code
        self.live = live_path()
        lane, agreed = self.live.visitors, self._agreed_to()
        if lane is None or not self._open() or agreed not in current_versions():
            await self.hang_up(CloseCode.NOT_ALLOWED)
        elif await sync_to_async(demo_slots.starts_too_often)(self._address()):
            await self.hang_up(CloseCode.TOO_MANY)
        elif (place := await demo_slots.take()) is None:
            await self.hang_up(CloseCode.ALL_TAKEN)
        else:
            await self._enter(lane, place)

    async def disconnect(self, code: int) -> None:
        self.let_go()

    def let_go(self) -> None:
        if self._entered:
            self._entered = False
            metrics.SOCKETS.labels("visitor").dec()
            self._clock.cancel()
            self.lane.withdraw(self._visitor)
            self.soon(demo_slots.give_back(self._place))

    async def take_in(self, frame: IncomingFrame) -> None:
        answer = partial(self._answer, frame.seq)
        if reason := self.repeats(frame.seq):
            answer(Reading(FrameState.REJECTED, reason=reason))
        else:
            waiting = VisitorFrame(monotonic(), frame.jpeg, answer)
            self.lane.submit(self._visitor, waiting)

    # --- inside -------------------------------------------------------------------

    async def _enter(self, lane: VisitorLane, place: int) -> None:
        self.lane, self._place, self._visitor = lane, place, uuid4()
        self._clock = asyncio.create_task(self._watch_the_clock())
        self._entered = True
        metrics.SOCKETS.labels("visitor").inc()
        await self.tell(
            {
                "type": "session",
                "state": "live",
                "expression": True,
                "frame_interval_ms": EVERY_MS,
                "lasts_s": demo_slots.LASTS_S,
            }
        )

    async def _watch_the_clock(self) -> None:
        """Close when the time is over, or when the policy no longer wants a demo."""
        ends = monotonic() + demo_slots.LASTS_S
        while (left_s := ends - monotonic()) > 0:
            await asyncio.sleep(min(left_s, _CHECKS_EVERY_S))
            if not self._open():
                await self.hang_up(CloseCode.NOT_ALLOWED)
                return
        await self.hang_up(CloseCode.SESSION_OVER)

    def _answer(self, seq: int, reading: Reading) -> None:
        if not self._open():
            return
        busy = reading.state == FrameState.DROPPED
        self.reply(Answer(seq, reading, EVERY_MS_WHILE_BUSY if busy else EVERY_MS))

    def _open(self) -> bool:
        return self.live.roster.demo_page

    def _agreed_to(self) -> str:
        """The version of the text that the page showed before the camera went on."""
        query: bytes = self.scope["query_string"]
        return parse_qs(query.decode(errors="replace")).get("agreed", [""])[0]

    def _address(self) -> str:
        host, _ = self.scope.get("client") or ("0.0.0.0", 0)
        return str(host)
