"""A TCP connection by hand, for tests that send on to a peer that has already answered.

Threads send and read on a plain socket: what Linux received before a reset can still
be read. asyncio would throw it away as soon as a write meets the reset.
"""

import asyncio
import contextlib
import socket
from urllib.parse import urlsplit

SOON_S = 90  # on a busy machine; what is measured has its own limits


class Line:
    """Reads only when told."""

    def __init__(self, plain: socket.socket):
        self.plain = plain
        self._received = plain.makefile("rb")

    @classmethod
    async def to(cls, url, *, source=None):
        """Connect to the host and port of a URL, from another address if told."""
        where = urlsplit(url)
        address, timeout = (where.hostname, where.port), SOON_S
        connecting = asyncio.to_thread(
            socket.create_connection, address, timeout, source and (source, 0)
        )
        return cls(await connecting)

    async def send(self, data):
        await asyncio.to_thread(self.plain.sendall, data)

    async def send_all(self, pieces):
        """Send all of it, or as much as the other end takes."""
        await asyncio.to_thread(self._send_all, pieces)

    async def read_until(self, end):
        """The next bytes, up to and with `end`."""
        return await asyncio.to_thread(self._read_until, end)

    async def read(self, size):
        """The next `size` bytes; fewer where the other end hung up."""
        return await asyncio.to_thread(self._received.read, size)

    async def rest(self):
        """Everything up to the end, however it ends."""
        return await asyncio.to_thread(self._rest)

    def close(self):
        with contextlib.suppress(OSError):
            self.plain.shutdown(socket.SHUT_RDWR)  # wakes a thread that still sends
        self._received.close()
        self.plain.close()

    def _send_all(self, pieces):
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                self.plain.sendall(piece)

    def _read_until(self, end):
        said = b""
        while not said.endswith(end):
            byte = self._received.read(1)
            if not byte:
                raise ConnectionError(f"It hung up after {said!r}.")
            said += byte
        return said

    def _rest(self):
        said = b""
        with contextlib.suppress(ConnectionError):
            while piece := self._received.read1(2**16):
                said += piece
        return said
