"""Send to browsers that may be gone by now."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from functools import cached_property
from typing import Any

from autobahn.exception import Disconnected
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import override

from sessions_app.live.consumers.beats import Beats
from sessions_app.web.reader_language import language_at

Message = dict[str, Any]

_BEAT = json.dumps({"type": "beat"})
_beats = Beats()
_working: set[asyncio.Task[None]] = set()  # the loop itself keeps no task alive


class SafeWebsocketConsumer(AsyncWebsocketConsumer):
    """A consumer whose sends and closes never fail because the browser went first.

    A browser may close its socket while an answer is on its way; Channels tells the
    consumer only afterwards, and what is sent in between has nowhere to go.
    What it tells has its texts in the language of the one browser.
    """

    _hung_up = False
    _accepted = False

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Serve one socket; however that ends, it is let go of.

        Channels would make a task for each message and a channel for each socket. What
        the channel layer says is heard once for all sockets of the process (`live/hints`).
        """
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            return
        finally:
            _beats.leave(self)
            self._accepted = False
            self.let_go()

    async def accept(self, *subprotocol: Any, **options: Any) -> None:
        """Let a browser in; from now on it hears a beat whenever it hears nothing else."""
        await super().accept(*subprotocol, **options)
        self._accepted = True
        _beats.told(self)

    @cached_property
    def _language(self) -> str:
        return language_at(self.scope)

    def let_go(self) -> None:
        """Forget this socket wherever it is known. Called more than once."""

    def beat(self) -> None:
        """Say that the line stands: a half-open one closes by itself only after minutes."""
        self.soon(self.tell_text(_BEAT))

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something without making the caller wait for one browser."""
        task = asyncio.get_running_loop().create_task(work)
        _working.add(task)
        task.add_done_callback(_working.discard)

    async def tell(self, message: Message) -> None:
        """Send JSON, unless the socket is closed."""
        if self._hung_up:
            return
        with override(self._language):
            text = json.dumps(message, cls=DjangoJSONEncoder)
        await self.tell_text(text)

    def told_directly(self) -> None:
        """Note that this browser heard something that did not go through `tell_text`."""
        if self._accepted:
            _beats.told(self)

    async def hang_up(self, code: int) -> None:
        """Close with a code, once."""
        if self._hung_up:
            return
        self._hung_up = True
        _beats.leave(self)
        try:
            await self.close(code)
        except Disconnected:
            return

    async def tell_text(self, text: str) -> None:
        """Send what is written already, unless the socket is closed."""
        if self._hung_up:
            return
        try:
            await self.send(text)
        except Disconnected:
            self._hung_up = True
            _beats.leave(self)
        else:
            self.told_directly()
