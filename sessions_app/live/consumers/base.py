"""Send to browsers that may be gone by now."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncWebsocketConsumer

# Browsers take 22 s without a word for a dead line: static/js/lib/live_socket.js.
BEAT_EVERY_S = 10.0

_working: set[asyncio.Task[None]] = set()  # the loop itself keeps no task alive


class SafeWebsocketConsumer(AsyncWebsocketConsumer):
    """A consumer whose sends and closes never fail because the browser went first.

    A browser may close its socket while an answer is on its way; Channels tells the
    consumer only afterwards, and what is sent in between has nowhere to go.
    """

    _hung_up = False
    _beating: asyncio.Task[None] | None = None

    async def __call__(self, *connection: Any) -> None:
        """Serve one socket; however that ends, it is let go of."""
        try:
            await super().__call__(*connection)
        finally:
            if self._beating is not None:
                self._beating.cancel()
            self.let_go()

    async def accept(self, *subprotocol: Any, **options: Any) -> None:
        """Let a browser in; from now on it hears a beat, whatever else it is told."""
        await super().accept(*subprotocol, **options)
        self._beating = asyncio.create_task(self._beat())

    def let_go(self) -> None:
        """Forget this socket wherever it is known. Called more than once."""

    async def _beat(self) -> None:
        """Say that the line stands: a half-open one closes by itself only after minutes."""
        while not self._hung_up:
            await asyncio.sleep(BEAT_EVERY_S)
            await self.tell({"type": "beat"})

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something without making the caller wait for one browser."""
        task = asyncio.get_running_loop().create_task(work)
        _working.add(task)
        task.add_done_callback(_working.discard)

    async def tell(self, message: dict[str, Any]) -> None:
        """Send JSON, unless the socket is closed."""
        if self._hung_up:
            return
        try:
            await self.send(json.dumps(message))
        except Disconnected:
            self._hung_up = True

    async def hang_up(self, code: int) -> None:
        """Close with a code, once."""
        if self._hung_up:
            return
        self._hung_up = True
        try:
            await self.close(code)
        except Disconnected:
            return
