"""Own silent browsers around somebody's switch: no counter tells of it.

On a production server: a teacher's dashboard, the API, and sockets of the attacker's
own, beside a target who says no, yes and no, closes the page, leaves and comes back.
"""

import asyncio
import json
import math
import re
import time
from contextlib import AsyncExitStack

import aiohttp
import pytest

from sessions_app.live.protocol import CloseCode
from tests.production_server import production_server
from tests.sessions_app.live.consumers.real_class import frame

pytestmark = pytest.mark.real

OWN = 4  # silent browsers of the attacker; with the target they make the minimum group
PROMISED_S = 2.0
SETTLED_S = 3.0
BEAT = json.dumps({"type": "beat"})
CLASS = {
    "title": "A lesson",
    "frame_interval_s": "2",
    "expression_on": "on",
    "pulse_on": "on",
}


@pytest.fixture(scope="module")
def server():
    with production_server(
        FER_EMOTION_INFERENCE="on",
        FER_POOL_SIZE="1",
        FER_MIN_GROUP="5",
        FER_JOIN_RATE="1000/m",
        FER_WINDOW_S="300",  # all that happens here has to be in one
    ) as running:
        yield running


@pytest.fixture
def room(server):
    return Room(server)


class Room:
    """A class that has just begun, or not yet, with its teacher logged in."""

    def __init__(self, server, *, begun=True):
        self.server = server
        self.teacher = server.browser()
        assert self.teacher.log_in().status == 302
        self.page = self.teacher.send("/sessions/new/", **CLASS).headers["Location"]
        self.pk = self.page.split("/")[2]
        if begun:
            self.start()
        self.code = re.search(r"/j/([A-Z0-9]{8})", self.teacher.get(self.page).text)[1]

    def start(self):
        self.teacher.send(f"{self.page}start/", self.page)

    def student(self):
        """A browser that joined with yes to everything."""
        browser = self.server.browser()
        path = f"/j/{self.code}/"
        assert browser.send(path, expression="yes", pulse="yes").status == 302
        return browser

    def choose(self, browser, **choices):
        page = f"/j/{self.code}/class/"
        return browser.send(f"/j/{self.code}/choices/", page, **choices)

    def leave(self, browser):
        return browser.send(f"/j/{self.code}/leave/", f"/j/{self.code}/class/")

    def socket(self, http, browser, kind="student"):
        return http.ws_connect(
            f"ws://127.0.0.1:{self.server.port}/ws/sessions/{self.pk}/{kind}/",
            origin="https://localhost",
            headers={
                "Host": "localhost",
                "X-Forwarded-Proto": "https",
                "Cookie": browser.cookie_header(),
            },
        )

    def snapshot(self):
        return self.teacher.get(f"/api/v1/sessions/{self.pk}/snapshot/").text


class Ear:
    """What one socket hears, and when last."""

    def __init__(self, socket):
        self.heard = []
        self.heard_at = math.inf
        self.listening = asyncio.create_task(self._listen(socket))

    async def _listen(self, socket):
        async for message in socket:
            if message.data != BEAT:  # it comes by the clock
                self.heard.append(message.data)
                self.heard_at = time.monotonic()


async def silent(ears):
    """Until each has heard something, and nothing more for a while."""
    async with asyncio.timeout(60):
        while max(ear.heard_at for ear in ears) > time.monotonic() - SETTLED_S:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_no_counter_tells_of_a_switch_before_the_minute_closes(room):
    """All that is heard and polled is the same before, between and after."""
    target = room.student()
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        own = [await _in_thread(room.student) for _ in range(OWN)]
        watched = [(room.teacher, "dashboard"), *((each, "student") for each in own)]
        sockets = [
            await stack.enter_async_context(room.socket(http, browser, kind))
            for browser, kind in watched
        ]
        targets = await stack.enter_async_context(room.socket(http, target))
        ears = [Ear(socket) for socket in sockets]
        await silent(ears)
        polled = {await _in_thread(room.snapshot)}
        before = [list(ear.heard) for ear in ears]

        async def look(act, *arguments, **options):
            await _in_thread(act, *arguments, **options)
            await asyncio.sleep(PROMISED_S)
            polled.add(await _in_thread(room.snapshot))

        await targets.send_bytes(frame())
        for word in ("off", "on", "off"):
            await look(room.choose, target, expression=word, pulse=word)
        await targets.close()
        await look(room.leave, target)
        for _ in range(8):
            await _in_thread(room.student)
        await look(room.snapshot)

        assert [ear.heard for ear in ears] == before
        assert len(polled) == 1
    snapshot = json.loads(polled.pop())
    assert snapshot["closed_through"] == -1  # all of this in one minute
    told = {"joined", "last_minute"}
    assert set(snapshot) - told == {
        *("type", "state", "closed_through", "summary", "trouble", "window_s"),
        *("after_pause", "next_at", "marks_version", "alert"),
    }


@pytest.mark.alone
async def test_who_logs_in_as_staff_stops_taking_part(room):
    """In a browser whose student's socket was opened before."""
    browser = room.student()
    async with aiohttp.ClientSession() as http, room.socket(http, browser) as socket:
        await _news(socket, expression=True, pulse=True)

        logged_in = await _in_thread(browser.log_in)
        began = time.monotonic()

        assert logged_in.status == 302
        await _news(socket, expression=False, pulse=False)
        assert time.monotonic() - began < PROMISED_S
        await socket.send_bytes(frame())
        async for _ in socket:
            pass
        assert socket.close_code == CloseCode.NOT_ALLOWED


async def test_who_logs_in_as_staff_before_the_class_begins_takes_no_part(server):
    """The student's socket was opened while the class was a draft."""
    room = Room(server, begun=False)
    browser = room.student()
    async with aiohttp.ClientSession() as http, room.socket(http, browser) as socket:
        await _news(socket, state="draft")
        assert (await _in_thread(browser.log_in)).status == 302

        await _in_thread(room.start)

        await _news(socket, state="live", expression=False, pulse=False)
        await socket.send_bytes(frame())
        async for _ in socket:
            pass
        assert socket.close_code == CloseCode.NOT_ALLOWED


async def _news(socket, **wanted):
    async with asyncio.timeout(30):
        while not wanted.items() <= (await socket.receive_json()).items():
            pass


_in_thread = asyncio.to_thread
