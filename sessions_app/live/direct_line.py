"""A short way between a socket's bytes and its consumer, for messages that devices send.

Such a message has some dozens of bytes, comes alone and is answered at once. The way through
the WebSocket library, Daphne's queue and Channels costs ten times what counting it does. All
other messages go that way as before.
"""

from collections.abc import Callable
from typing import Any

EXTENSION = "classmood.direct_line"  # its name in a socket's ASGI scope

_BINARY, _TEXT = 0x82, 0x81  # first bytes of a WebSocket message in one piece
_MASKED = 0x80
_MASK = slice(2, 6)  # of a message of at most `LONGEST` bytes
_PAYLOAD = 6
LONGEST = 125  # bytes; longer ones have another header

Hear = Callable[[bytes], bool]


class DirectLine:
    """One socket's short way; the server and the consumer each hold an end."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        """Write what `tell` is given by this."""
        self.tell = write  # a text, to the browser
        self.hear: Hear | None = None  # the consumer's; False leaves it to `receive`
        self.sent = self.handled = 0  # messages that went the long way

    def take(self, message: bytes) -> bool:
        """Give a message to the consumer; False if it has to go the long way.

        One that overtook another on the long way would be out of order.
        """
        return (
            self.hear is not None and self.sent == self.handled and self.hear(message)
        )


def line_of(scope: dict[str, Any]) -> DirectLine | None:
    """The short way of a socket; None where the server, or a test, has none."""
    line: DirectLine | None = scope.get("extensions", {}).get(EXTENSION)
    return line


def only_message(data: bytes) -> bytes | None:
    """The message that these bytes are, unmasked; None where they are not just that.

    Args:
        data: Read from a socket on which nothing is half read.
    """
    length = len(data) - _PAYLOAD
    if not 0 < length <= LONGEST or data[:2] != bytes((_BINARY, _MASKED | length)):
        return None
    mask = (data[_MASK] * (length // 4 + 1))[:length]
    plain = int.from_bytes(data[_PAYLOAD:]) ^ int.from_bytes(mask)
    return plain.to_bytes(length)


def as_text(message: bytes) -> bytes:
    """The bytes that send a short text as a WebSocket message."""
    return bytes((_TEXT, len(message))) + message
