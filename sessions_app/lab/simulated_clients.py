"""Students and teachers made of code, through the real doors: pages and sockets.

The demo class, the load test and the mood check all are classes of these.
"""

import asyncio
import contextlib
import itertools
import json
import random
import re
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from yarl import URL

from sessions_app.lab.devices import Device
from sessions_app.lab.tally import Tally
from sessions_app.live.protocol import CloseCode, IncomingFrame, pack_frame

ANSWER_WITHIN_S = 2.0
_FIRST_INTERVAL_S = 1.0  # of a device; the server says how long the next ones are
# As the browser's page does it: static/js/lib/backoff.js and close_codes.js.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 15.0
_STAYS_AWAY_AFTER = {
    CloseCode.BAD_MESSAGES,
    CloseCode.NOT_ALLOWED,
    CloseCode.CONTINUED_ELSEWHERE,
    CloseCode.SESSION_OVER,
}

_READ = re.compile(r'name="read" value="([^"]*)"')
_SOCKET_PATH = re.compile(r"/ws/sessions/[0-9a-f-]{36}/student/")


class NotLetIn(RuntimeError):
    """The platform answered with another page than expected; the text says which."""


def _now_ms() -> int:
    return int(time.time() * 1000)


def pause_before(attempt: int) -> float:
    """Seconds until a browser tries to connect again; doubles, less up to a fifth."""
    full: float = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(attempt, 10))
    return full * (1 - 0.2 * random.random())


class Visitor:
    """One browser without a screen."""

    def __init__(
        self, base_url: str, connector: aiohttp.BaseConnector | None = None
    ) -> None:
        """Open connections of one's own, or use those of a connector that many share."""
        self.base = base_url.rstrip("/")
        self.http = aiohttp.ClientSession(
            connector=connector,
            connector_owner=connector is None,
            # `unsafe`, so that an address such as 127.0.0.1 gets its cookies, too.
            cookie_jar=aiohttp.CookieJar(unsafe=True),
        )

    async def get(self, path: str) -> str:
        async with self.http.get(self.base + path) as response:
            return await self._page(response)

    async def post(self, path: str, **fields: str) -> tuple[str, str]:
        """Send a form as its page would; returns where it led, and that page.

        Raises:
            NotLetIn: If the answer is an error page.
        """
        cookies = self.http.cookie_jar.filter_cookies(URL(self.base))
        # Behind HTTPS its name has a prefix.
        found = (c.value for name, c in cookies.items() if name.endswith("csrftoken"))
        token = next(found, "")
        async with self.http.post(
            self.base + path, data=fields | {"csrfmiddlewaretoken": token}
        ) as response:
            return response.url.path, await self._page(response)

    async def leave(self) -> None:
        await self.http.close()

    async def _page(self, response: aiohttp.ClientResponse) -> str:
        if not response.ok:
            raise NotLetIn(f"{response.url} answered {response.status}.")
        return await response.text()


class Student(Visitor):
    def __init__(
        self,
        base_url: str,
        code: str,
        tally: Tally | None = None,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        super().__init__(base_url, connector)
        self._page_path = f"/j/{code}/"
        self._tally = tally or Tally()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._socket_path = ""
        self._reading: asyncio.Task[None] | None = None
        self._awaited: tuple[int, asyncio.Future[dict[str, Any] | None]] | None = None
        self._seq = itertools.count()
        self._attempts = 0  # to connect, since the server last talked

    async def join(self, *, expression: bool = True, pulse: bool = False) -> None:
        """Open the join page, make both choices, take part.

        Raises:
            NotLetIn: If that does not lead to the class page.
        """
        page = await self.get(self._page_path)
        read = _READ.search(page)
        choices = {"expression": expression, "pulse": pulse}
        answers = {purpose: "yes" if yes else "no" for purpose, yes in choices.items()}
        where, page = await self.post(
            self._page_path, display_name="", read=read[1] if read else "", **answers
        )
        socket_path = _SOCKET_PATH.search(page)
        if socket_path is None:
            raise NotLetIn(f"Joining led to {where}, not to the lesson. Is it over?")
        self._socket_path = socket_path[0]

    async def connect(self) -> None:
        """Open the socket of the class that was joined."""
        address = self.base.replace("http", "ws", 1) + self._socket_path
        # By itself, aiohttp answers a close, and forgets its code where that comes too late.
        self._socket = await self.http.ws_connect(
            address, origin=self.base, autoclose=False
        )
        # All the time, or a ping between two messages would stay unanswered.
        self._reading = asyncio.create_task(self._read(self._socket))

    async def leave(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        await super().leave()

    async def tap(self, choice: str) -> None:
        """Tap the pulse."""
        await self.post(f"{self._page_path}pulse/", tap=choice)

    async def send(
        self,
        frame: Callable[[], bytes],
        *,
        interval_s: float | None = None,
        until: float = float("inf"),
        heard: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        """Send frames, one in flight, until a moment of the monotonic clock.

        A socket that closed is opened again as the browser would; this returns early
        only where the server closed it for good.

        Args:
            frame: Makes the next JPEG.
            interval_s: Seconds from frame to frame; None obeys the server's delays.
            until: When to stop.
            heard: Called with the answer to the frame that was made last.
        """

        def message(seq: int) -> tuple[bytes, int]:
            return pack_frame(IncomingFrame(seq, _now_ms(), frame())), 1

        await self._keep_sending(message, interval_s, until, heard)

    async def send_readings(
        self, device: Device, *, until: float = float("inf")
    ) -> None:
        """Send what a device of one's own reads, as often as the server asks for."""
        await asyncio.sleep(_FIRST_INTERVAL_S)
        await self._keep_sending(device.interval, None, until, None)

    async def _keep_sending(
        self,
        message: Callable[[int], tuple[bytes, int]],
        interval_s: float | None,
        until: float,
        heard: Callable[[dict[str, Any]], None] | None,
    ) -> None:
        """Send what `message` makes of a sequence number, with its number of frames."""
        due = time.monotonic()
        while time.monotonic() < until:
            answer = await self._send_one(message)
            if answer is None and not await self._come_back(until):
                return
            if answer and heard:
                heard(answer)
            delay_s = answer["next_delay_ms"] / 1000 if answer else 0.0
            due = max(due + (interval_s or delay_s), time.monotonic())
            await asyncio.sleep(min(due, until) - time.monotonic())

    async def _send_one(
        self, message: Callable[[int], tuple[bytes, int]]
    ) -> dict[str, Any] | None:
        """Send, wait for the answer; empty if none came, None if the server hung up."""
        assert self._socket is not None, "connect first"
        seq, sent_at = next(self._seq), time.monotonic()
        said, frames = message(seq)
        self._tally.sent += frames
        answered = asyncio.get_running_loop().create_future()
        self._awaited = seq, answered
        try:
            with contextlib.suppress(ConnectionError):  # it hung up: it was read why
                await self._socket.send_bytes(said)
            answer = await self._answer(answered)
        except TimeoutError:
            self._tally.unanswered += 1
            return {}
        if answer is None:
            self._tally.errors += 1
            return None
        self._tally.note_answer(answer["state"], time.monotonic() - sent_at, frames)
        return answer

    async def _answer(
        self, answered: "asyncio.Future[dict[str, Any] | None]"
    ) -> dict[str, Any] | None:
        """The answer to what was sent last; None if the server closed the socket."""
        assert self._reading is not None
        if self._reading.done():
            return None
        async with asyncio.timeout(ANSWER_WITHIN_S):
            return await answered

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Hear what comes, until the server closes the socket."""
        with contextlib.suppress(ConnectionError):
            async for message in socket:
                if message.type == aiohttp.WSMsgType.TEXT:
                    self._hear(json.loads(message.data))
        if self._awaited is not None and not self._awaited[1].done():
            self._awaited[1].set_result(None)

    def _hear(self, message: dict[str, Any]) -> None:
        self._attempts = 0  # only a server that talks counts as back
        if self._awaited is None:
            return
        seq, answered = self._awaited
        if message.get("seq") == seq and not answered.done():
            answered.set_result(message)

    async def _come_back(self, until: float) -> bool:
        """Connect again with growing pauses; False where that is over."""
        assert self._socket is not None
        while self._socket.close_code not in _STAYS_AWAY_AFTER:
            pause_s = pause_before(self._attempts)
            if time.monotonic() + pause_s > until:
                return False
            self._attempts += 1
            await asyncio.sleep(pause_s)
            try:
                await self.connect()
            except (aiohttp.ClientError, OSError):
                self._tally.errors += 1
            else:
                return True
        return False


class Teacher(Visitor):
    """A teacher's browser: opens a class and reads what the dashboard reads."""

    async def log_in(self, email: str, password: str) -> None:
        await self.get("/login/")
        where, _ = await self.post("/login/", username=email, password=password)
        if where == "/login/":
            raise NotLetIn(f"{email} could not log in; is the password right?")

    async def open_class(self, title: str, *, interval_s: float) -> tuple[str, str]:
        """Create and start a session; returns its path and join code."""
        path, _ = await self.post(
            "/sessions/new/",
            title=title,
            frame_interval_s=f"{interval_s:g}",
            pulse_on="on",
            expression_on="on",
        )
        _, page = await self.post(f"{path}start/")
        code = re.search(r"/j/([A-Z0-9]{8})/", page)
        if code is None:
            raise NotLetIn(f"{path} shows no join link; was the form refused?")
        return path, code[1]

    async def timeline(self, path: str) -> dict[str, Any]:
        """The released minutes of a session, as the dashboard gets them."""
        timeline: dict[str, Any] = json.loads(await self.get(f"/api/v1{path}timeline/"))
        return timeline
