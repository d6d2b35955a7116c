"""Daphne, set up so that no browser can keep it busy with little."""

import fcntl
import sys
import termios
from collections.abc import Callable
from functools import partial
from typing import Any

from daphne.server import Server  # isort: skip -- installs the reactor
from daphne.endpoints import build_endpoint_description_strings
from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings
from django.utils.module_loading import import_string

from sessions_app.live.direct_line import (
    EXTENSION,
    LONGEST,
    DirectLine,
    as_text,
    only_message,
)
from sessions_app.live.protocol import MAX_MESSAGE_BYTES, CloseCode
from sessions_app.web.http_limits import BoundedChannel, Counts

_PING_EVERY_S = 1.0  # at most, by a client; browsers send none at all
_MOST_PARTS = 300  # within a second; ten frames come in far fewer, however they are cut


class ReadingProtocol(WebSocketProtocol):  # type: ignore[misc]  # Daphne has no types
    """A socket whose other end must show that it reads.

    Daphne pings clients that say nothing, and takes a message for a sign of life. But who
    sends and never reads piles up answers here: so everyone is asked, and only the
    ping's own answer counts. Devices, which send a few dozen bytes now and then, are not
    asked while they took every byte of what they were told: nothing of theirs waits here.
    """

    last_ping: float  # by us; Daphne's own, in seconds of its clock
    _pinged_at = float("-inf")  # by them
    _counted_at = float("-inf")  # since when parts are counted
    _parts = 0
    _flooded = False
    _talked = False  # by the short way, since the last question

    def __init__(self) -> None:
        super().__init__()
        self.line = DirectLine(self._tell)

    def onConnect(self, request: Any) -> Any:  # noqa: N802 -- theirs
        """Look at no header whose name is no text, and at no sub-protocol: there are none.

        Daphne reads both strictly, so a stranger's handshake was a fault in the log.
        """
        names = [name for name in request.headers if not name.isascii()]
        for name in (*names, "sec-websocket-protocol"):
            request.headers.pop(name, None)
        return super().onConnect(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 -- theirs
        """Read on; without the adapter's own lines of debugging, which cost more than they say."""
        if not (self._flooded or self._taken_directly(data)):
            self._dataReceived(data)

    def onFrameBegin(self) -> None:  # noqa: N802 -- theirs
        """Count parts of every kind: each takes time, and most never become a message."""
        self._count_part()
        super().onFrameBegin()

    def _count_part(self) -> None:
        """Of too many the rest is not looked at: one read can hold ten thousand of them."""
        now = self.factory.reactor.seconds()
        if now - self._counted_at >= 1.0:
            self._counted_at, self._parts = now, 0
        self._parts += 1
        if self._parts == _MOST_PARTS:
            self.sendClose(code=int(CloseCode.TOO_FAST))
            self._flooded, self.data = True, b""

    def _taken_directly(self, data: bytes) -> bool:
        """Whether these bytes were one short message that the consumer took at once."""
        if self.line.hear is None or self.data or self.inside_message:
            return False
        if self.state != self.STATE_OPEN or self.current_frame is not None:
            return False
        message = only_message(data)
        if message is None or not self.line.take(message):
            return False
        self._count_part()
        self._talked = True
        return True

    def _tell(self, text: bytes) -> None:
        if len(text) > LONGEST:
            self.sendMessage(text, isBinary=False)
        elif self.state == self.STATE_OPEN:
            _write_now(self.transport, as_text(text))

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803 -- theirs
        self.line.sent += 1
        asked_at = self.last_ping
        super().onMessage(payload, isBinary)
        self.last_ping = asked_at

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: N802, N803 -- theirs
        self.line.hear = None
        super().onClose(wasClean, code, reason)

    def _sendAutoPing(self) -> None:  # noqa: N802 -- theirs
        talked, self._talked = self._talked, False
        if not (talked and _has_taken_all(self.transport)):
            super()._sendAutoPing()

    def onPing(self, payload: bytes) -> None:  # noqa: N802 -- theirs
        """Answer now and then; each answer would wait here for clients that read none."""
        now = self.factory.reactor.seconds()
        if now - self._pinged_at < _PING_EVERY_S:
            self.sendClose(code=int(CloseCode.TOO_FAST))
            return
        self._pinged_at = now
        super().onPing(payload)


class LiveServer(Server):  # type: ignore[misc]  # Daphne has no types
    """Hands each socket's consumer the end of its short way."""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, ReadingProtocol):
            scope["extensions"] = {EXTENSION: protocol.line}
        return super().create_application(protocol, scope)


def _has_taken_all(transport: Any) -> bool:
    """Whether the other end confirmed every byte: none waits here or in the kernel.

    A system that cannot tell says no.
    """
    if transport.dataBuffer or transport._tempDataBuffer:
        return False
    try:
        waits = fcntl.ioctl(transport.fileno(), termios.TIOCOUTQ, bytes(4))
    except OSError:
        return False
    return int.from_bytes(waits, sys.byteorder) == 0


def _write_now(transport: Any, data: bytes) -> None:
    """Write without asking the event loop first when that is possible, if nothing waits.

    What is not written now waits as usual; a connection that is lost is noticed there.
    """
    waits = transport.dataBuffer or transport._tempDataBuffer
    if waits or transport.disconnecting or not transport.connected:
        transport.write(data)
        return
    written = transport.writeSomeData(data)
    transport.write(data[written if isinstance(written, int) else 0 :])


def server(
    *, bind: str, port: int, behind_proxy: bool, ready: Callable[[], None]
) -> Server:
    """Make the server; `ready` is called once it listens.

    A connection that asks for nothing, and a socket that leaves a ping unanswered, are
    closed after `FER_SOCKET_IDLE_TIMEOUT_S`.
    """
    proxies = settings.FER_PROXY_COUNT if behind_proxy else 0

    def on_ready() -> None:
        made.http_factory.timeOut = settings.FER_SOCKET_IDLE_TIMEOUT_S
        made.http_factory.protocol = partial(BoundedChannel, Counts(), proxies)
        made.ws_factory.protocol = ReadingProtocol
        made.ws_factory.setProtocolOptions(
            autoPingRestartOnAnyTraffic=False,
            failByDrop=False,  # say 1009 to clients that send too much, rather than vanish
        )
        ready()

    made: Any = LiveServer(
        import_string(settings.ASGI_APPLICATION),
        endpoints=build_endpoint_description_strings(host=bind, port=port),
        websocket_max_message_size=MAX_MESSAGE_BYTES,
        websocket_max_frame_size=MAX_MESSAGE_BYTES,
        # Written by `BoundedChannel`, with a proxy or without.
        proxy_forwarded_address_header="X-Forwarded-For",
        ping_interval=settings.FER_SOCKET_IDLE_TIMEOUT_S,
        # Shorter, since a second ping would forget that the first is unanswered.
        ping_timeout=0.75 * settings.FER_SOCKET_IDLE_TIMEOUT_S,
        ready_callable=on_ready,
    )
    return made
