"""The end of the socket addresses: an unknown address is refused, and not logged."""

from channels.generic.websocket import AsyncWebsocketConsumer


class RejectUnknownPath(AsyncWebsocketConsumer):
    """HTTP 403, where the router would raise, and fill the log at every request."""

    async def connect(self) -> None:
        await self.close()
