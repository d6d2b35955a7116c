"""Students made of code come back to a server as browsers do."""

import asyncio
import json
import time

import pytest
from aiohttp import WSMsgType, web

from inference.contracts import FrameState, Reading
from sessions_app.lab.devices import Device
from sessions_app.lab.simulated_clients import Student, pause_before
from sessions_app.lab.tally import Tally
from sessions_app.live.intervals import objection
from sessions_app.live.protocol import parse_interval

pytestmark = [pytest.mark.long, pytest.mark.real]

ANSWER = {"state": "ok", "next_delay_ms": 0, "scores": None}


class Door:
    """A server of the test's own that closes sockets when the test says."""

    def __init__(self):
        self.opened_at = []
        self.closes_with = []  # codes, one per message; after them all is answered
        app = web.Application()
        app.router.add_get("/class/", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def open(self):
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        [(_, port)] = [address[:2] for address in self._runner.addresses]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def close(self):
        await self._runner.cleanup()

    async def _socket(self, request):
        self.opened_at.append(time.monotonic())
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            assert message.type == WSMsgType.BINARY
            if self.closes_with:
                await socket.close(code=self.closes_with.pop(0))
                break
            seq = int.from_bytes(message.data[1:5], "big")
            await socket.send_str(json.dumps({"seq": seq, **ANSWER}))
        return socket


@pytest.fixture
async def door():
    door = await Door().open()
    yield door
    await door.close()


@pytest.fixture
async def alice(door):
    alice = Student(door.url, "CODE", Tally())
    alice._socket_path = "/class/"
    await alice.connect()
    yield alice
    await alice.leave()


async def sends(student, seconds):
    await student.send(
        lambda: b"\xff\xd8 a frame",
        interval_s=0.1,
        until=time.monotonic() + seconds,
    )


@pytest.mark.alone
async def test_a_socket_that_closes_is_opened_again_after_growing_pauses(door, alice):
    door.closes_with = [1011, 1012]

    await sends(alice, 5)

    first, second, third = door.opened_at
    assert 0.4 <= second - first < third - second
    assert alice._tally.errors == 2
    assert alice._tally.answers["ok"] > 0


async def test_a_server_that_is_away_is_tried_until_the_time_is_over(door, alice):
    sending = asyncio.create_task(sends(alice, 4))
    await asyncio.sleep(0.2)
    await door.close()

    await sending

    assert alice._tally.errors >= 2


@pytest.mark.parametrize("code", [4400, 4403, 4409, 4410])
async def test_who_was_sent_away_stays_away(door, alice, code):
    door.closes_with = [code]

    await sends(alice, 5)

    assert len(door.opened_at) == 1
    assert alice._tally.answers == {}


def test_pauses_grow_up_to_a_quarter_of_a_minute():
    pauses = [pause_before(attempt) for attempt in (0, 1, 2, 20)]

    for pause, full in zip(pauses, (0.5, 1, 2, 15), strict=True):
        assert 0.8 * full <= pause <= full


def test_a_device_reads_as_many_frames_as_the_time_allows(monkeypatch):
    """Also where its intervals are a little shorter than what was asked for."""
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    happy = Reading(FrameState.OK, scores=(0, 0, 0, 1, 0, 0, 0), faces=1)
    device = Device(lambda: happy, every_s=2.0)
    counts = []
    for lasted_s in (9.98, 10.03, 0.2, 9.9, 9.99):
        now += lasted_s
        message, frames = device.interval(len(counts))
        counts.append(frames)
        assert objection(parse_interval(message)) == ""
        assert parse_interval(message).frames == frames

    assert sum(counts) == 20
