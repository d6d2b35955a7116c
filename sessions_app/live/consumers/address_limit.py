"""A limit of sockets per address, checked before anything is read for them."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from sessions_app.live import metrics
from sessions_app.live.protocol import CloseCode
from sessions_app.web.client_address import network_of

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class AddressLimit:
    """Close the sockets that an address opens past `FER_SOCKETS_PER_ADDRESS`.

    It counts in this process. One that is too many costs neither a cookie's check nor a
    query, so that a person who opens thousands takes nothing from the classes of others.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        address = network_of(str((scope.get("client") or [""])[0]))
        if self._open[address] >= settings.FER_SOCKETS_PER_ADDRESS:
            await _refuse(receive, send)
            return
        self._open[address] += 1
        try:
            await self._application(scope, receive, send)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


async def _refuse(receive: Receive, send: Send) -> None:
    metrics.SOCKETS_REFUSED.inc()
    await receive()
    await send({"type": "websocket.accept"})  # or the browser learns no code
    await send({"type": "websocket.close", "code": int(CloseCode.TOO_MANY)})
