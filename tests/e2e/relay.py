"""A line between browser and server that can fall silent, as networks do: nothing closes it."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

DRAWN_WITHIN_S = 20  # by a browser on a machine that does much else
NOTICED_WITHIN_S = 30 + DRAWN_WITHIN_S  # a line that is silent
# A try that hangs in the silence, then the pause before the next.
BACK_WITHIN_S = 40 + DRAWN_WITHIN_S


class Relay:
    """Passes bytes between its own port and a server's, until told to stop.

    It keeps what browsers sent to the server over connections that became WebSockets.
    """

    def __init__(self, url: str, edited: Callable[[bytes], bytes] = bytes):
        """`edited` may change what the server sends, keeping its length."""
        self._server = urlsplit(url)
        self._edited = edited
        self._speaks = asyncio.Event()
        self._hears = True
        self.uploads: list[bytearray] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._listening = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.speak()
        port = self._listening.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_):
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def fall_silent(self):
        """From now on nothing gets through, in no connection, old or new; none is closed."""
        self._loop.call_soon_threadsafe(self._speaks.clear)

    def go_deaf(self):
        """From now on what browsers send is lost; what the server sends gets through."""
        self._hears = False

    def speak(self):
        """Let everything through that waits, and all that comes, in both directions."""
        self._hears = True
        self._loop.call_soon_threadsafe(self._speaks.set)

    def frames_sent(self):
        """The binary WebSocket messages that browsers sent so far."""
        return [message for upload in self.uploads for message in _binary(upload)]

    async def _serve(self, reader, writer):
        there = await asyncio.open_connection(self._server.hostname, self._server.port)
        upload = bytearray()
        self.uploads.append(upload)
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(
                self._pass_on(reader, there[1], upload),
                self._pass_on(there[0], writer),
            )

    async def _pass_on(self, reader, writer, upload=None):
        while data := await reader.read(65536):
            await self._speaks.wait()
            if upload is not None:
                upload.extend(data)
                if not self._hears:
                    continue
            writer.write(self._edited(data) if upload is None else data)
            await writer.drain()
        writer.close()

    async def _end(self):
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


def _binary(upload):
    """The payloads of the binary frames in what a browser sent, RFC 6455."""
    head, _, rest = bytes(upload).partition(b"\r\n\r\n")
    if b"upgrade: websocket" not in head.lower():
        return
    while len(rest) >= 6:
        opcode, length, at = rest[0] & 15, rest[1] & 127, 2
        if length == 126:
            length, at = int.from_bytes(rest[2:4]), 4
        key, body = rest[at : at + 4], rest[at + 4 : at + 4 + length]
        if len(body) < length:
            return
        if opcode == 2:
            yield bytes(byte ^ key[i % 4] for i, byte in enumerate(body))
        rest = rest[at + 4 + length :]
