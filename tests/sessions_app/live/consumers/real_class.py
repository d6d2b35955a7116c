"""A class on a real server, for tests that send it what no browser sends."""

import asyncio
import contextlib
import itertools
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from yarl import URL

from sessions_app.lab.simulated_clients import Student, Teacher
from sessions_app.live.intervals import expected_engine
from sessions_app.live.protocol import (
    IncomingFrame,
    IncomingInterval,
    pack_frame,
    pack_interval,
)
from tests.inference.frames import ASTRONAUT_JPEG
from tests.sessions_app.line import SOON_S, Line

CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN = 0x80


def frame(seq=0, jpeg=ASTRONAUT_JPEG, captured_ms=1_790_000_000_000):
    return pack_frame(IncomingFrame(seq, captured_ms, jpeg))


READ = IncomingInterval(
    seq=0,
    sent_ms=1_790_000_000_000,
    engine=expected_engine(),
    length_ds=100,
    frames=5,
    faces=4,
    luma_d=900,
    scores=(0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 1.0),
    arg_max=(0, 0, 0, 3, 0, 0, 1),
    max_score=3.5,
)


def interval(seq=0, **changes):
    """What a device read of four faces in five frames of ten seconds."""
    return pack_interval(replace(READ, seq=seq, **changes))


class Attendee(Student):
    """A student who also knows how to misbehave."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.seq = itertools.count()

    @property
    def path(self):
        return self._socket_path

    @property
    def cookie(self):
        cookies = self.http.cookie_jar.filter_cookies(URL(self.base))
        return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())

    async def take_part(self):
        await self.join()
        await self.connect()
        await self.news(expression=True)
        return self

    async def open(self, path=None, **options):
        """Open any socket with any cookie and Origin; returns it."""
        url = self.base.replace("http", "ws", 1) + (path or self.path)
        self._socket = await self.http.ws_connect(
            url, **{"origin": self.base, "autoclose": False} | options
        )
        return self._socket

    async def say(self, message):
        if isinstance(message, str):
            await self._socket.send_str(message)
        else:
            await self._socket.send_bytes(message)

    async def hear(self):
        """The next answer to a frame."""
        while "seq" not in (message := await self._json()):
            pass
        return message

    async def news(self, **wanted):
        while not wanted.items() <= (message := await self._json()).items():
            pass
        return message

    async def closed(self):
        """Read on until the server closes; its code."""
        async with asyncio.timeout(SOON_S):
            async for _ in self._socket:
                pass
        return self._socket.close_code

    async def is_read(self):
        """Send frames until one is read; a busy machine may drop some."""
        async with asyncio.timeout(SOON_S):
            while (state := await self._sends_one()) != "ok":
                assert state == "dropped"

    async def keeps_sending(self):
        """Send frames for ever, and count those that are read."""
        self.read = 0
        while True:
            self.read += await self._sends_one() == "ok"

    async def _sends_one(self):
        await self.say(frame(next(self.seq)))
        state = (await self.hear())["state"]
        await asyncio.sleep(0.2)
        return state

    async def _json(self):
        async with asyncio.timeout(SOON_S):
            return await self._socket.receive_json()


class RealClass:
    """A teacher's live class, and the windows that were opened in it."""

    def __init__(self, server, where, code, teacher):
        self.server = server
        self.where = where  # the session's path
        self.code = code
        self._teacher = teacher
        self._people = []

    def newcomer(self):
        person = Attendee(self.server.url, self.code)
        self._people.append(person)
        return person

    async def attendee(self):
        return await self.newcomer().take_part()

    async def turn(self, action):
        """start, pause, resume or end it."""
        await self._teacher.post(f"{self.where}{action}/")

    async def close(self):
        for person in self._people:
            await person.leave()


class School:
    """A real server, its teacher logged in."""

    def __init__(self, server):
        self.server = server
        self._teacher = Teacher(server.url)

    @asynccontextmanager
    async def open(self):
        await self._teacher.log_in(self.server.email, self.server.password)
        yield self
        await self._teacher.leave()

    @asynccontextmanager
    async def a_class(self):
        where, code = await self._teacher.open_class("A lesson", interval_s=1)
        room = RealClass(self.server, where, code, self._teacher)
        try:
            yield room
        finally:
            await room.close()


class RawSocket(Line):
    """A WebSocket by hand, which reads only when told, and sends what it likes."""

    @classmethod
    async def of(cls, person, *more):
        """Open the socket of somebody who joined; `more` are lines of the handshake."""
        lines = [
            f"GET {person.path} HTTP/1.1",
            f"Host: {urlsplit(person.base).netloc}",
            f"Origin: {person.base}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Extensions: permessage-deflate",
            f"Cookie: {person.cookie}",
        ]
        line = await cls.to(person.base)
        told = b"\r\n".join([*map(str.encode, lines), *more, b"", b""])
        await line.send(told)
        line.answer = (await line.read_until(b"\r\n\r\n")).decode("latin-1")
        return line

    async def closed(self):
        """Read on until the server closes; its code, or None where it just hung up."""
        with contextlib.suppress(ConnectionError):
            while head := await self.read(2):
                payload = await self.read(await self._length(head[1]))
                if head[0] & 0x0F == CLOSE:
                    return int.from_bytes(payload[:2], "big")
        return None

    async def _length(self, short):
        if short < 126:
            return short
        return int.from_bytes(await self.read(2 if short == 126 else 8), "big")


def masked(opcode, payload, *, fin=True):
    """One WebSocket frame, masked with zeros."""
    length = len(payload)
    head = bytes([opcode | FIN * fin])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 2**16:
        head += bytes([0x80 | 126]) + length.to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + length.to_bytes(8, "big")
    return head + bytes(4) + payload


async def until_cut(send, *, within_s):
    """Send again and again until the server has cut the connection; seconds it took."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(within_s):
            while True:
                await send()
    except ConnectionError:
        return time.monotonic() - began
