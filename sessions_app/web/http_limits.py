"""What the HTTP server takes in: how much, from how many, and how slowly.

Daphne keeps a whole body before it asks the application. So these limits stand before
it, at Twisted's door, and hold for every address of the site.
"""

from collections import Counter
from http import HTTPStatus
from io import BytesIO
from typing import Any

from daphne.http_protocol import WebRequest
from django.conf import settings
from twisted.web.http import HTTPChannel

from sessions_app.web.client_address import client_address, network_of

_Channel: Any = HTTPChannel  # half of it has no types

MAX_BODY_BYTES = 1_000_000  # as in deploy/Caddyfile; our forms have a few thousand
_BODIES_PER_ADDRESS_BYTES = 16 * MAX_BODY_BYTES  # of all that are not answered yet
_UNREAD_PER_ADDRESS_BYTES = (
    64_000_000  # answers that wait here for clients that do not read
)
# Of a body that comes in pieces (chunked), two for each: Twisted reads every piece that has
# come before anything else happens, and a megabyte can have a million of them.
_MOST_LINES = 2_000
_LINGER_S = 2.0  # so that the sender reads why before the connection goes

_WHY = {
    HTTPStatus.REQUEST_TIMEOUT: "The request did not arrive in time.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large; send 1 MB at most.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many connections from this address.",
    HTTPStatus.BAD_REQUEST: "The request comes in too many pieces; send larger ones.",
}


class Counts:
    """What is open and waiting in this process, by network."""

    def __init__(self) -> None:
        self.connections = Counter[str]()
        self.body_bytes = Counter[str]()
        self.unread_bytes = Counter[str]()


class BoundedRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """A request whose body is small, so it is kept in memory and on no disk."""

    def __init__(self, channel: "BoundedChannel", *_: Any) -> None:
        # Twisted would read the fields of a form, too, on the event loop.
        super().__init__(channel, parsePOSTFormSubmission=False)

    def gotLength(self, length: int | None) -> None:  # noqa: N802 -- theirs
        self.content = BytesIO()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 -- theirs
        if self.channel.takes(data):
            self.content.write(data)

    def requestReceived(self, *line: bytes) -> None:  # noqa: N802 -- theirs
        """Give a chunked body, now whole, the length that Django looks for."""
        if self.requestHeaders.hasHeader("Transfer-Encoding"):
            self.requestHeaders.removeHeader("Transfer-Encoding")
            length = str(self.content.tell())
            self.requestHeaders.setRawHeaders("Content-Length", [length])
        super().requestReceived(*line)

    def process(self) -> Any:
        working = super().process()
        if self.transport is None:  # it became a WebSocket, which is counted as one
            self.channel.let_go()
        return working


class BoundedChannel(_Channel):  # type: ignore[misc]
    """One connection that asks for pages.

    A request must be whole within `FER_SOCKET_IDLE_TIMEOUT_S`. A network has at most
    `FER_CONNECTIONS_PER_ADDRESS` of these connections; behind a proxy, whose own they
    are, a limited number of requests that are not answered yet. A client that does not read
    is answered once, not more, and is cut off.
    """

    def __init__(self, counts: Counts, proxies: int) -> None:
        super().__init__()
        self._counts = counts
        self._proxies = proxies
        self._network = ""  # that this connection, or its request, is counted for
        self._body_bytes = 0
        self._lines = 0  # of a body in pieces
        self._unread = ("", 0)  # whom the bytes that wait here count for, and how many
        self._deadline: Any = None
        self._refused = False

    # --- one connection -------------------------------------------------------------

    def connectionMade(self) -> None:  # noqa: N802 -- theirs
        super().connectionMade()
        self.requestFactory = BoundedRequest
        if not self._proxies:
            self._count(self.getPeer().host)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 -- theirs
        if self._refused:
            return
        if self._deadline is None and not self._handlingRequest:
            self._deadline = self.callLater(
                settings.FER_SOCKET_IDLE_TIMEOUT_S, self._too_slow
            )
        super().dataReceived(data)

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 -- theirs
        self._forget_deadline()
        self._forget_unread()
        self.let_go()
        super().connectionLost(reason)

    # --- one request ----------------------------------------------------------------

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 -- theirs
        if not self._refused:
            super().lineReceived(line)

    def allHeadersReceived(self) -> None:  # noqa: N802 -- theirs
        address = self._read_address()
        if self._proxies:
            self._count(address)
        if self.length is not None and self.length > MAX_BODY_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not self._refused:
            super().allHeadersReceived()

    def rawDataReceived(self, data: bytes) -> None:  # noqa: N802 -- theirs
        if self.length is None:  # it comes in pieces
            self._count_lines(data)
        if not self._refused:
            super().rawDataReceived(data)

    def takes(self, data: bytes) -> bool:
        """Count a piece of the body; False, and the answer is given, if it is too much."""
        self._body_bytes += len(data)
        self._counts.body_bytes[self._network] += len(data)
        if self._body_bytes > MAX_BODY_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self._counts.body_bytes[self._network] > _BODIES_PER_ADDRESS_BYTES:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS)
        return not self._refused

    def allContentReceived(self) -> None:  # noqa: N802 -- theirs
        if not self._refused:
            self._forget_deadline()
            super().allContentReceived()

    def requestDone(self, request: Any) -> None:  # noqa: N802 -- theirs
        self._forget_body()
        unread = self._waitingForTransport  # the answer fills the connection
        if self._proxies:
            self.let_go()
        if unread and self._dataBuffer:  # it asked on; no browser does that
            self.persistent = False
        super().requestDone(request)
        if unread:
            self._networkProducer.pauseProducing()
        if not self.persistent:  # Twisted would wait for its reader for good
            self.setTimeout(self._savedTimeOut)

    def write(self, data: bytes) -> None:
        self._count_unread(len(data))
        super().write(data)

    def writeSequence(self, pieces: list[bytes]) -> None:  # noqa: N802 -- theirs
        self._count_unread(sum(map(len, pieces)))
        super().writeSequence(pieces)

    def resumeProducing(self) -> None:  # noqa: N802 -- theirs
        self._forget_unread()
        super().resumeProducing()

    def let_go(self) -> None:
        """Count this connection, or its request, no longer."""
        self._forget_body()
        if self._network:
            _subtract(self._counts.connections, self._network, 1)
        self._network = ""

    # --- its parts ------------------------------------------------------------------

    def _read_address(self) -> str:
        """Find the client's address, and leave nothing else for others to read."""
        headers = self.requests[-1].requestHeaders
        # As bytes: Twisted reads text as UTF-8, and would hang up where it is none.
        raw = headers.getRawHeaders(b"X-Forwarded-For", [])
        forwarded = [value.decode("latin-1") for value in raw]
        address = client_address(forwarded, self.getPeer().host, self._proxies)
        headers.setRawHeaders("X-Forwarded-For", [address])
        headers.removeHeader("Daphne-Root-Path")  # would begin every link of the page
        if not self._proxies and settings.FER_SIGNED_IN_HEADER:
            headers.removeHeader(settings.FER_SIGNED_IN_HEADER)  # nobody vouches
        return address

    def _count(self, address: str) -> None:
        self._network = network_of(address)
        self._counts.connections[self._network] += 1
        if (
            self._counts.connections[self._network]
            > settings.FER_CONNECTIONS_PER_ADDRESS
        ):
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS)

    def _count_lines(self, data: bytes) -> None:
        self._lines += data.count(b"\r\n")
        if self._lines > _MOST_LINES:
            self._refuse(HTTPStatus.BAD_REQUEST)

    def _count_unread(self, amount: int) -> None:
        if not self._waitingForTransport:
            return
        network = self._unread[0] or self._network
        self._unread = (network, self._unread[1] + amount)
        self._counts.unread_bytes[network] += amount
        if self._counts.unread_bytes[network] > _UNREAD_PER_ADDRESS_BYTES:
            self.transport.abortConnection()

    def _forget_unread(self) -> None:
        _subtract(self._counts.unread_bytes, *self._unread)
        self._unread = ("", 0)

    def _too_slow(self) -> None:
        self._deadline = None
        self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer now, drop what came and what still comes, and close."""
        if self._refused:
            return
        self._refused = True
        self._forget_deadline()
        self._forget_body()
        self.setTimeout(None)
        self.transport.write(_answer(status))
        self.transport.loseWriteConnection()
        self._abortingCall = self.callLater(_LINGER_S, self.forceAbortClient)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _forget_body(self) -> None:
        _subtract(self._counts.body_bytes, self._network, self._body_bytes)
        self._body_bytes = self._lines = 0
        if self._refused and self.requests and self.requests[-1].content:
            self.requests[-1].content.close()


def _answer(status: HTTPStatus) -> bytes:
    body = f"{_WHY[status]}\n"
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
        f"{body}"
    ).encode()


def _subtract(counter: Counter[str], key: str, amount: int) -> None:
    """Subtract, and keep no key that has nothing."""
    counter[key] -= amount
    if counter[key] <= 0:
        del counter[key]
