"""The end of the socket addresses: what is none of ours is refused without a trace."""

from channels.generic.websocket import AsyncWebsocketConsumer


class RejectUnknownPath(AsyncWebsocketConsumer):
    """HTTP 403, where the router would raise, and fill the log at every request."""

    async def connect(self) -> None:
        await self.close()
