"""Send to browsers that may be gone by now."""

import json
from typing import Any

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncWebsocketConsumer


class PatientWebsocketConsumer(AsyncWebsocketConsumer):
    """A consumer whose sends and closes never fail because the browser went first.

    A browser may close its socket while an answer is on its way; Channels tells the
    consumer only afterwards, and what is sent in between has nowhere to go.
    """

    _hung_up = False

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
