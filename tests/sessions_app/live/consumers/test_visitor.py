"""The public demo's socket: four at once, two minutes each, behind every class."""

import asyncio
from contextlib import asynccontextmanager
from functools import partial

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.cache import cache

from fer_platform.asgi import application
from inference.contracts import FrameState, Reading, ReadingWithBox
from inference.labels import EMOTIONS
from sessions_app.live.demo import demo_slots
from sessions_app.live.pipeline import LivePath, start_with
from sessions_app.live.protocol import CloseCode
from sessions_app.live.ticker import Ticker
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.models import ClassMinute, Consent, Participant, Policy
from tests.sessions_app.line import SOON_S
from tests.sessions_app.live.consumers.class_room import closed_with, frame
from tests.sessions_app.live.patient_socket import PatientSocket

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

in_thread = partial(sync_to_async, thread_sensitive=True)
SEEN = ReadingWithBox(
    FrameState.OK,
    scores=(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    faces=1,
    luma=90.04,
    box=(100.04, 60.0, 180.0, 150.96),
    landmarks=((120.0, 90.0), (160.0, 90.04)),
)


class Engine:
    """Looks at every frame at once, and keeps what it was given."""

    def __init__(self):
        self.seen, self.reading = [], SEEN

    def backlog(self):
        return 0

    def is_interrupted(self):
        return False

    async def read_with_box(self, jpeg):
        self.seen.append(jpeg)
        return self.reading


class Hall:
    """A server without the server, whose admin has opened the demo page."""

    def __init__(self):
        self.engine = Engine()
        self.live = start_with(LivePath(executor=self.engine, store=MemoryStore()))
        self.ticker = Ticker(self.live)

    async def switch(self, *, on):
        await in_thread(Policy.objects.update_or_create)(
            defaults={"demo_page_on": on, "min_group": 10}
        )
        await self.ticker.tick()


@pytest.fixture
async def hall(monkeypatch):
    cache.clear()
    monkeypatch.setattr("sessions_app.models.policy._READ_ANEW_AFTER_S", 0.0)
    monkeypatch.setattr("sessions_app.models.policy._last_read", None)
    hall = Hall()
    await hall.switch(on=True)
    running = asyncio.create_task(hall.live.run())
    yield hall
    running.cancel()


def socket_for(
    *, agreed=settings.FER_CONSENT_VERSION, origin=b"http://localhost", client=None
):
    socket = PatientSocket(
        application, f"/ws/try/?agreed={agreed}", headers=[(b"origin", origin)]
    )
    socket.scope["client"] = [client or "192.0.2.1", 40000]
    return socket


@asynccontextmanager
async def visit(**options):
    socket = socket_for(**options)
    await socket.connect()
    socket.news = await socket.receive_json_from()
    yield socket
    await socket.disconnect()


async def refused_with(**options):
    socket = socket_for(**options)
    await socket.connect()
    return await closed_with(socket)


async def until_free(place):
    async with asyncio.timeout(SOON_S):
        while await cache.aget(f"demo-place-{place}") is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_visitors_frame_is_answered_with_face_landmarks_and_scores(hall):
    async with visit() as socket:
        await socket.send_to(bytes_data=frame(seq=3))
        answer = await socket.receive_json_from()

    assert socket.news == {
        "type": "session",
        "state": "live",
        "expression": True,
        "frame_interval_ms": 150,
        "lasts_s": 120.0,
    }
    assert answer == {
        "seq": 3,
        "state": "ok",
        "next_delay_ms": 150,
        "scores": {label: float(label == "happy") for label in EMOTIONS},
        "faces": 1,
        "luma": 90.0,
        "reason": "",
        "box": [100.0, 60.0, 180.0, 151.0],
        "landmarks": [[120.0, 90.0], [160.0, 90.0]],
    }


async def test_nothing_of_a_visit_is_stored(hall, monkeypatch):
    summed = []
    monkeypatch.setattr(hall.live.store, "add", lambda *sums: summed.append(sums))
    async with visit() as socket:
        await socket.send_to(bytes_data=frame())
        await socket.receive_json_from()

    assert hall.engine.seen == [b"\xff\xd8 a frame"]
    for rows in (Participant, Consent, ClassMinute):
        assert not await in_thread(rows.objects.exists)()
    assert summed == []


async def test_without_a_face_there_is_no_box(hall):
    hall.engine.reading = ReadingWithBox(FrameState.NO_FACE)
    async with visit() as socket:
        await socket.send_to(bytes_data=frame())
        answer = await socket.receive_json_from()

    assert (answer["state"], answer["box"], answer["landmarks"]) == (
        "no_face",
        None,
        [],
    )


async def test_a_fifth_visitor_is_told_that_all_places_are_taken(hall):
    sockets = [socket_for() for _ in range(demo_slots.PLACES)]
    for socket in sockets:
        await socket.connect()
        await socket.receive_json_from()

    assert await refused_with() == CloseCode.ALL_TAKEN

    await sockets[2].disconnect()
    await until_free(2)
    async with visit() as socket:
        assert socket.news["state"] == "live"
    for socket in sockets:
        await socket.disconnect()


async def test_the_time_is_over_after_two_minutes(hall, monkeypatch):
    assert demo_slots.LASTS_S == 120
    monkeypatch.setattr(demo_slots, "LASTS_S", 0.1)

    async with visit() as socket:
        assert await closed_with(socket) == CloseCode.SESSION_OVER
    await until_free(0)


async def test_no_visitor_gets_in_while_the_page_is_off(hall):
    await hall.switch(on=False)

    assert await refused_with() == CloseCode.NOT_ALLOWED


async def test_switching_the_page_off_ends_a_visit_and_its_last_answer(hall):
    arrived, reply = asyncio.Event(), asyncio.Event()

    async def slow(jpeg):
        arrived.set()
        await reply.wait()
        return SEEN

    hall.engine.read_with_box = slow
    async with visit() as socket:
        await socket.send_to(bytes_data=frame())
        await arrived.wait()
        await hall.switch(on=False)
        reply.set()

        event = await socket.receive_output(timeout=30)
        assert (event["type"], event["code"]) == ("websocket.close", 4403)


async def test_where_emotion_inference_is_off_there_is_no_demo(hall):
    hall.live = start_with(LivePath(executor=None, store=MemoryStore()))
    hall.ticker = Ticker(hall.live)
    await hall.switch(on=True)

    assert await refused_with() == CloseCode.NOT_ALLOWED


@pytest.mark.parametrize("agreed", ["", "2020-01"])
async def test_who_has_not_agreed_to_the_current_text_is_refused(hall, agreed):
    assert await refused_with(agreed=agreed) == CloseCode.NOT_ALLOWED


async def test_starts_are_limited_per_address(hall, monkeypatch):
    monkeypatch.setattr(demo_slots, "_STARTS", "2/d")
    for _ in range(2):
        async with visit(client="198.51.100.7"):
            pass

    assert await refused_with(client="198.51.100.7") == CloseCode.TOO_MANY
    async with visit(client="198.51.100.8") as other:
        assert other.news["state"] == "live"


async def test_three_unreadable_frames_close_the_socket(hall):
    hall.engine.reading = Reading(FrameState.REJECTED, reason="not a JPEG")
    async with visit() as socket:
        for seq in range(3):
            await socket.send_to(bytes_data=frame(seq))
            assert (await socket.receive_json_from())["state"] == "rejected"

        assert await closed_with(socket) == CloseCode.BAD_MESSAGES


async def test_text_closes_the_socket(hall):
    async with visit() as socket:
        await socket.send_to(text_data="hello")

        assert await closed_with(socket) == CloseCode.BAD_MESSAGES


async def test_a_page_of_another_site_cannot_open_it(hall):
    connected, _ = await socket_for(origin=b"http://evil.example").connect()

    assert not connected
