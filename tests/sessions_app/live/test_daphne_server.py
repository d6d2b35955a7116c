"""One read of a socket can hold ten thousand pieces; of too many the rest stays unread."""

from types import SimpleNamespace

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory
from twisted.internet.testing import MemoryReactorClock, StringTransport

from sessions_app.live.daphne_server import ReadingProtocol

PIECES = {
    "answers to no ping": b"\x8a\x80\0\0\0\0" * 10_000,
    "a message in pieces": b"\x02\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * 10_000,
    "messages": b"\x81\x80\0\0\0\0" * 10_000,
}


class Socket(ReadingProtocol):
    """An open socket that counts what it looks at, and nobody at its other end."""

    def __init__(self):
        super().__init__()
        self.looked_at, self.closed_with = 0, []

    def processData(self):  # noqa: N802 -- theirs
        self.looked_at += 1
        return super().processData()

    def sendClose(self, code=None, reason=None):  # noqa: N802 -- theirs
        self.closed_with.append(code)

    def __repr__(self):  # Daphne's wants an address
        return "Socket"

    def onMessage(self, payload, isBinary):  # noqa: N802, N803 -- theirs
        pass

    def onPong(self, payload):  # noqa: N802 -- theirs
        pass


@pytest.fixture
def socket():
    factory = WebSocketServerFactory(reactor=MemoryReactorClock())
    factory.protocol = Socket
    socket = factory.buildProtocol(SimpleNamespace(host="127.0.0.1", port=1))
    socket.makeConnection(StringTransport())
    socket.state = Socket.STATE_OPEN  # as after the handshake
    socket.current_frame, socket.inside_message = None, False
    socket.websocket_version = 13
    return socket


@pytest.mark.parametrize("pieces", PIECES.values(), ids=PIECES)
def test_of_a_flood_of_pieces_the_rest_is_not_looked_at(socket, pieces):
    socket.dataReceived(pieces)
    looked_at = socket.looked_at
    socket.dataReceived(pieces)

    assert socket.closed_with == [4408]
    assert socket.looked_at == looked_at <= 2 * 300 + 2
