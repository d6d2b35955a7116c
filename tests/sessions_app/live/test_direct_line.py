"""A short message takes the short way only where the long one would say the same."""

import struct
from types import SimpleNamespace

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.testing import MemoryReactorClock, StringTransport

from sessions_app.live.daphne_server import ReadingProtocol
from sessions_app.live.direct_line import LONGEST, as_text, only_message

MASK = b"\x01\x9a\x00\xff"


def sent(payload, *, first=0x82, mask=MASK):
    """The bytes of a browser's message."""
    length = len(payload)
    size = (
        bytes([0x80 | length]) if length <= LONGEST else struct.pack(">BH", 254, length)
    )
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([first]) + size + mask + masked


class Socket(ReadingProtocol):
    """An open socket that keeps what came by the long way, and nobody at its other end."""

    def __init__(self):
        super().__init__()
        self.long_way = []
        self.last_ping = 0.0
        self.application_queue = SimpleNamespace(
            put_nowait=lambda message: self.long_way.append(message["bytes"])
        )

    def __repr__(self):  # Daphne's wants an address
        return "Socket"


class Transport(StringTransport):
    """In memory; as in Twisted's, more may wait, and not all may be written at once."""

    disconnecting = False
    dataBuffer = b""  # noqa: N815 -- theirs
    takes_at_once = 1_000

    def __init__(self):
        super().__init__()
        self._tempDataBuffer = []
        self.at_once = b""

    def unregisterProducer(self):  # noqa: N802 -- theirs
        """Daphne's page registered one, before the socket."""

    def writeSomeData(self, data):  # noqa: N802 -- theirs
        self.at_once += data[: self.takes_at_once]
        return len(data[: self.takes_at_once])


@pytest.fixture
def socket():
    factory = WebSocketServerFactory(reactor=MemoryReactorClock())
    factory.protocol = Socket
    socket = factory.buildProtocol(SimpleNamespace(host="127.0.0.1", port=1))
    socket.makeConnection(Transport())
    socket.state = Socket.STATE_OPEN  # as after the handshake
    socket.current_frame, socket.inside_message = None, False
    socket.websocket_version, socket.client_addr = 13, None
    return socket


@pytest.fixture
def heard(socket):
    """What the consumer took by the short way."""
    heard = []
    socket.line.hear = lambda message: heard.append(message) or True
    return heard


@given(st.binary(min_size=1, max_size=LONGEST), st.binary(min_size=4, max_size=4))
def test_a_message_is_read_as_it_was_written(payload, mask):
    assert only_message(sent(payload, mask=mask)) == payload


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x82",
        sent(b""),
        sent(b"text", first=0x81),
        sent(b"begun", first=0x02),
        sent(b"compressed", first=0xC2),
        sent(b"ping", first=0x89),
        sent(bytes(LONGEST + 1)),
        sent(b"half")[:-1],
        sent(b"one") + sent(b"two"),
        b"\x82\x04" + MASK + b"not masked",
    ],
)
def test_anything_else_is_not_that(data):
    assert only_message(data) is None


def test_a_message_that_comes_whole_takes_the_short_way(socket, heard):
    socket.dataReceived(sent(b"read by a device"))

    assert (heard, socket.long_way) == ([b"read by a device"], [])


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_message_in_two_parts_takes_the_long_way_and_the_next_waits_for_it(
    socket, heard, cut
):
    data = sent(b"one")
    socket.dataReceived(data[:cut])
    socket.dataReceived(data[cut:])
    socket.dataReceived(sent(b"two"))
    assert (heard, socket.long_way) == ([], [b"one", b"two"])

    socket.line.handled += 2  # as the consumer does
    socket.dataReceived(sent(b"three"))
    assert heard == [b"three"]


def test_what_the_consumer_leaves_takes_the_long_way(socket):
    socket.line.hear = lambda message: False
    socket.dataReceived(sent(b"a short frame"))

    assert socket.long_way == [b"a short frame"]


def test_within_a_message_of_several_parts_nothing_is_taken_for_one(socket, heard):
    socket.dataReceived(sent(b"begun", first=0x02))
    socket.dataReceived(sent(b"not allowed here"))

    assert (heard, socket.long_way) == ([], [])
    assert socket.state != Socket.STATE_OPEN  # closed: that breaks the protocol


def test_a_flood_of_short_messages_is_too_much(socket, heard):
    closed_with = []
    socket.sendClose = lambda code: closed_with.append(code)
    for _ in range(400):
        socket.dataReceived(sent(b"again"))

    assert (closed_with, len(heard)) == ([4408], 300)


@pytest.mark.parametrize("length", [1, LONGEST, LONGEST + 1, 400])
def test_an_answer_has_the_bytes_that_the_library_sends(socket, length):
    socket.line.tell(b"x" * length)
    ours = socket.transport.at_once or socket.transport.value()
    socket.transport.clear()
    socket.sendMessage(b"x" * length, isBinary=False)

    assert ours == socket.transport.value()


def test_what_cannot_be_written_at_once_waits_in_order(socket):
    socket.transport.takes_at_once = 5
    socket.line.tell(b"first")
    socket.transport._tempDataBuffer = [b"waits"]
    socket.line.tell(b"second")

    both = socket.transport.at_once + socket.transport.value()
    assert both == as_text(b"first") + as_text(b"second")
