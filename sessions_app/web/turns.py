"""How many requests of one address are worked on at once; the others wait for their turn.

Each request has a thread of its own, and all threads of the process share its one
interpreter, the event loop's included. A client that keeps hundreds of connections busy would
slow down every page and every frame; so it only waits for itself.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings

from sessions_app.web.client_address import network_of

AT_ONCE = 20  # a whole school may be one address; more at once would not be faster

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]  # of ASGI


class Turns:
    """Let a network's requests in by `AT_ONCE`, in the order in which they came.

    Those whose sender has hung up wait, too, so no more than
    `FER_CONNECTIONS_PER_ADDRESS` may.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._here = Counter[str]()  # waiting, and worked on

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        network = network_of(str((scope.get("client") or [""])[0]))
        if self._here[network] >= settings.FER_CONNECTIONS_PER_ADDRESS:
            await _refuse(send)
            return
        turn = self._turns.setdefault(network, asyncio.Semaphore(AT_ONCE))
        self._here[network] += 1
        try:
            async with turn:
                await self._application(scope, receive, send)
        finally:
            self._here[network] -= 1
            if not self._here[network]:
                del self._here[network], self._turns[network]


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    status = HTTPStatus.TOO_MANY_REQUESTS
    await send({"type": "http.response.start", "status": status, "headers": headers})
    body = b"Too many requests from this address are waiting.\n"
    await send({"type": "http.response.body", "body": body})
