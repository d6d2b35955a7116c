"""Withdrawal and policy hold everywhere within 2 s, though no message ever arrives."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from channels.layers import get_channel_layer

from sessions_app.enums import Purpose
from sessions_app.live.protocol import CloseCode
from sessions_app.models import policy
from sessions_app.services import consent
from sessions_app.services import policy as policy_service
from tests.sessions_app.dead_layer import DeadLayer
from tests.sessions_app.live.consumers.class_room import (
    HAPPY,
    ClassRoom,
    closed_with,
    frame,
    in_thread,
    socket_for,
    stop,
    student,
)

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

PROMISED_S = 2.0


@pytest.fixture(autouse=True)
def _dead_layer(settings, monkeypatch):
    path = f"{DeadLayer.__module__}.{DeadLayer.__qualname__}"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": path}}
    assert isinstance(get_channel_layer(), DeadLayer)
    monkeypatch.setattr(policy, "_last_read", None)  # as a server has it, not a test


@pytest.fixture
async def room(settings):
    """A class room whose own clock ticks; it shares no memory with who decides."""
    settings.FER_MAX_CREDIT = 1  # so that a second frame has to wait
    room = ClassRoom()
    running = [asyncio.create_task(work) for work in (room.live.run(), tick(room))]
    yield room
    await stop(room.ticker, *running)


async def tick(room):
    await room.ticker.run()


@asynccontextmanager
async def taking_part(participant):
    socket = socket_for(participant)
    await socket.connect()
    yield socket
    await socket.disconnect()


async def news_when(socket, wanted):
    """Wait until the browser is told so; nothing else is sent in between."""
    while True:
        news = await socket.receive_json_from(timeout=PROMISED_S)
        assert news["type"] == "session"
        if wanted.items() <= news.items():
            return


def held_of(room, participant):
    store, session = room.live.store, participant.session_id
    minutes = store.open_minutes(session)
    return [store.read(session, minute).people for minute in minutes]


async def one_counted_one_in_flight_one_waiting(room, participant, socket, reply):
    """Three frames of a student, each caught at another place."""
    await socket.send_to(bytes_data=frame(seq=0, jpeg=b"\xff\xd8 counted"))
    await socket.receive_json_from()
    assert any(held_of(room, participant))

    async def slow(jpegs):
        room.engine.seen += jpegs
        await reply.wait()
        return [HAPPY] * len(jpegs)

    room.engine.read = slow
    await socket.send_to(bytes_data=frame(seq=1, jpeg=b"\xff\xd8 in flight"))
    await room.until(lambda: len(room.engine.seen) == 2)
    await socket.send_to(bytes_data=frame(seq=2, jpeg=b"\xff\xd8 waiting"))
    await room.until(lambda: room.live._dispatcher.waiting == 1)
    assert room.engine.seen == [b"\xff\xd8 counted", b"\xff\xd8 in flight"]


async def test_withdrawal_drops_what_counted_what_is_in_flight_and_what_waits(room):
    alice = await student(*Purpose)
    reply = asyncio.Event()
    async with taking_part(alice) as socket:
        await news_when(socket, {"expression": True, "pulse": True})
        await one_counted_one_in_flight_one_waiting(room, alice, socket, reply)
        room.live.store.tap(alice.session_id, alice.pk, "lost")

        withdrawn_at = time.monotonic()
        await in_thread(consent.decide)(
            participant=alice, decisions=dict.fromkeys(Purpose, False)
        )
        await news_when(socket, {"expression": False, "pulse": False})
        took_s = time.monotonic() - withdrawn_at
        reply.set()
        await room.until_read()

        assert took_s < PROMISED_S
        assert not any(held_of(room, alice))
        assert room.live.store.votes(alice.session_id, ago_s=0) == {}
        assert b"\xff\xd8 waiting" not in room.engine.seen
        assert await socket.receive_nothing()  # not even a result for oneself


async def test_leaving_drops_the_same_and_closes_the_socket(room):
    alice = await student(*Purpose)
    reply = asyncio.Event()
    async with taking_part(alice) as socket:
        await news_when(socket, {"expression": True})
        await one_counted_one_in_flight_one_waiting(room, alice, socket, reply)

        await in_thread(consent.leave)(participant=alice)
        code = await asyncio.wait_for(closed_with(socket), PROMISED_S)
        reply.set()
        await room.until_read()

    assert code == CloseCode.NOT_ALLOWED
    assert not any(held_of(room, alice))
    assert b"\xff\xd8 waiting" not in room.engine.seen


async def test_one_students_withdrawal_leaves_the_others_alone(room):
    alice = await student(*Purpose)
    bob = await student(*Purpose)
    async with taking_part(alice) as hers, taking_part(bob) as his:
        for socket in (hers, his):
            await news_when(socket, {"expression": True})
            await socket.send_to(bytes_data=frame())
            await socket.receive_json_from()

        await in_thread(consent.decide)(
            participant=alice, decisions={Purpose.EXPRESSION: False}
        )
        await news_when(hers, {"expression": False, "pulse": True})

        assert not any(held_of(room, alice))
        assert any(held_of(room, bob))


async def test_an_admins_no_to_expression_holds_in_running_classes(
    room, boss, monkeypatch
):
    monkeypatch.setattr(policy_service, "read_policy_anew", lambda: None)  # elsewhere
    alice = await student(*Purpose)
    reply = asyncio.Event()
    async with taking_part(alice) as socket:
        await news_when(socket, {"expression": True})
        await one_counted_one_in_flight_one_waiting(room, alice, socket, reply)

        decided_at = time.monotonic()
        await in_thread(policy_service.change)(by=boss, expression_on=False)
        await news_when(socket, {"expression": False, "pulse": True})
        took_s = time.monotonic() - decided_at
        reply.set()
        await room.until_read()

        assert took_s < PROMISED_S
        assert not any(held_of(room, alice))
        assert b"\xff\xd8 waiting" not in room.engine.seen


async def test_a_new_consent_text_stops_the_frames(room, settings):
    alice = await student(*Purpose)
    async with taking_part(alice) as socket:
        await news_when(socket, {"expression": True})
        await socket.send_to(bytes_data=frame())
        await socket.receive_json_from()
        assert any(held_of(room, alice))

        settings.FER_CONSENT_VERSION = "2030-01"
        await news_when(socket, {"expression": False, "pulse": False})

        assert not any(held_of(room, alice))
