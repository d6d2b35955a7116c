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
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from sessions_app.live.protocol import CloseCode, IncomingFrame, pack_frame

ANSWER_WITHIN_S = 2.0
# As the browser's page does it: static/js/lib/backoff.js and close_codes.js.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 15.0
_STAYS_AWAY_AFTER = {
    CloseCode.BAD_MESSAGES,
    CloseCode.NOT_ALLOWED,
    CloseCode.CONTINUED_ELSEWHERE,
    CloseCode.SESSION_OVER,
}

_SOCKET_PATH = re.compile(r"/ws/sessions/[0-9a-f-]{36}/student/")


class NotLetIn(RuntimeError):
    """The platform answered with another page than expected; the text says which."""


@dataclass
class Tally:
    """What happened to the frames of a whole class."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    errors: int = 0  # sockets that closed, joins refused
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def analysed(self) -> int:
        """How many frames the engine has read."""
        return self.answers["ok"] + self.answers["no_face"]

    def note_answer(self, state: str, took_s: float) -> None:
        """One frame was answered."""
        self.answers[state] += 1
        self.latencies_ms.append(took_s * 1000)


def pause_before(attempt: int) -> float:
    """Seconds until a browser tries to connect again; doubles, less up to a fifth."""
    full: float = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(attempt, 10))
    return full * (1 - 0.2 * random.random())


class Visitor:
    """One browser without a screen."""

    def __init__(self, base_url: str) -> None:
        self.base = base_url.rstrip("/")
        # `unsafe`, so that an address such as 127.0.0.1 gets its cookies, too.
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

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
    def __init__(self, base_url: str, code: str, tally: Tally | None = None) -> None:
        super().__init__(base_url)
        self._page_path = f"/j/{code}/"
        self._tally = tally or Tally()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._socket_path = ""
        self._seq = itertools.count()
        self._attempts = 0  # to connect, since the server last talked

    async def join(self, *, expression: bool = True, pulse: bool = False) -> None:
        """Open the join page, make both choices, take part.

        Raises:
            NotLetIn: If that does not lead to the class page.
        """
        await self.get(self._page_path)
        choices = {"expression": expression, "pulse": pulse}
        answers = {purpose: "yes" if yes else "no" for purpose, yes in choices.items()}
        where, page = await self.post(self._page_path, display_name="", **answers)
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
        due = time.monotonic()
        while time.monotonic() < until:
            answer = await self._send_one(frame())
            if answer is None and not await self._come_back(until):
                return
            if answer and heard:
                heard(answer)
            delay_s = answer["next_delay_ms"] / 1000 if answer else 0.0
            due = max(due + (interval_s or delay_s), time.monotonic())
            await asyncio.sleep(due - time.monotonic())

    async def _send_one(self, jpeg: bytes) -> dict[str, Any] | None:
        """Send, wait for the answer; empty if none came, None if the server hung up."""
        assert self._socket is not None, "connect first"
        seq, sent_at = next(self._seq), time.monotonic()
        frame = IncomingFrame(seq, int(time.time() * 1000), jpeg)
        self._tally.sent += 1
        try:
            with contextlib.suppress(ConnectionError):  # it hung up: read why
                await self._socket.send_bytes(pack_frame(frame))
            answer = await asyncio.wait_for(self._answer_to(seq), ANSWER_WITHIN_S)
        except TimeoutError:
            self._tally.unanswered += 1
            return {}
        if answer is None:
            self._tally.errors += 1
            return None
        self._tally.note_answer(answer["state"], time.monotonic() - sent_at)
        return answer

    async def _answer_to(self, seq: int) -> dict[str, Any] | None:
        """The answer to one frame; None if the server closed the socket."""
        assert self._socket is not None
        async for message in self._socket:
            if message.type != aiohttp.WSMsgType.TEXT:
                continue
            answer: dict[str, Any] = json.loads(message.data)
            self._attempts = 0  # only a server that talks counts as back
            if answer.get("seq") == seq:
                return answer
        return None

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
