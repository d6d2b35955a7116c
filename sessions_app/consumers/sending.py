"""Send to browsers that may be gone by now."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncWebsocketConsumer

_working: set[asyncio.Task[None]] = set()  # the loop itself keeps no task alive


class PatientWebsocketConsumer(AsyncWebsocketConsumer):
    """A consumer whose sends and closes never fail because the browser went first.

    A browser may close its socket while an answer is on its way; Channels tells the
    consumer only afterwards, and what is sent in between has nowhere to go.
    """

    _hung_up = False

    async def __call__(self, *connection: Any) -> None:
        """Serve one socket; however that ends, it is let go of."""
        try:
            await super().__call__(*connection)
        finally:
            self.release()

    def release(self) -> None:
        """Forget this socket wherever it is known. Called more than once."""

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
