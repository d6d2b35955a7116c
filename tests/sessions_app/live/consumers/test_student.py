import asyncio
from uuid import uuid4

import pytest
from django.db import OperationalError

from inference.contracts import FrameState, Reading
from inference.labels import EMOTIONS
from sessions_app import clock
from sessions_app.enums import Purpose, SessionState
from sessions_app.live.protocol import CloseCode
from sessions_app.minutes.re_entry import Rule
from sessions_app.minutes.running_session import running_session
from sessions_app.models import Participant
from sessions_app.services import consent, sessions
from tests.sessions_app.factories import ClassSessionFactory
from tests.sessions_app.live.consumers.class_room import (
    HAPPY,
    ClassRoom,
    closed_with,
    frame,
    in_thread,
    open_socket,
    socket_for,
    student,
)

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


BEAT = {"type": "beat"}


@pytest.fixture
async def room():
    room = ClassRoom()
    running = asyncio.create_task(room.live.run())
    yield room
    running.cancel()


def away(*_):
    raise OperationalError("server closed the connection")


async def test_a_consenting_students_frame_is_analysed_counted_and_answered(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame(seq=17))
        answer = await socket.receive_json_from()

    assert answer == {
        "seq": 17,
        "state": "ok",
        "next_delay_ms": 2000,
        "scores": {label: float(label == "happy") for label in EMOTIONS},
        "faces": 1,
        "luma": 90.0,
        "reason": "",
    }
    assert room.engine.seen == [b"\xff\xd8 a frame"]
    minute = room.live.store.open_minutes(alice.session_id)[-1]
    assert room.live.store.read(alice.session_id, minute).people[alice.pk].faces == 1


async def test_a_student_hears_a_beat_until_the_socket_is_closed(room, monkeypatch):
    monkeypatch.setattr("sessions_app.live.consumers.beats.SILENT_FOR_S", 0.05)
    async with open_socket(room, await student(Purpose.PULSE)) as socket:
        told = [await socket.receive_json_from(timeout=10) for _ in range(3)]

    # On a slow machine a beat comes before the news of the session.
    assert [each for each in told if each["type"] != "session"][:2] == [BEAT] * 2
    while not socket.output_queue.empty():
        socket.output_queue.get_nowait()  # sent before the socket was closed
    assert await socket.receive_nothing(timeout=0.2)


async def test_news_on_connecting_say_what_the_student_may_do(room):
    alice = await student(Purpose.PULSE)
    socket = socket_for(alice)
    await socket.connect()
    await room.tick()

    assert await socket.receive_json_from() == {
        "type": "session",
        "state": "live",
        "expression": False,
        "pulse": True,
        "counts_from": None,
        "pulse_counts_from": None,  # no group is formed yet
        "frame_interval_ms": 2000,
        "counted": None,  # no minute is closed yet
        "choices": None,  # the platform's own
        "result": None,  # for staff alone
        "replies": [],
        "inference": "server",
        "engine": None,  # of no device
        "interval_ms": 10_000,
    }
    await socket.disconnect()


async def test_a_student_who_joins_later_is_told_from_when_on_to_count(room):
    """The group of the last minute is formed, without this student."""
    alice = await student(*Purpose)
    session, store = alice.session, room.live.store
    last = running_session(session).minute_at(clock.now_s()) - 1
    for purpose in Purpose:
        others = {uuid4(): key for key in range(10)}
        store.admit(
            session.pk, last, purpose, full=others, able=others, its=Rule(5, 10)
        )
    store.drop(session.pk, last)
    await in_thread(sessions_closed_through)(session, last)
    async with open_socket(room, alice) as socket:
        await room.tick()
        news = await socket.receive_json_from(timeout=10)

    mark = int(session.started_at.timestamp() + (last + 5) * session.window_s)
    assert (news["counts_from"], news["pulse_counts_from"]) == (mark, mark)


def sessions_closed_through(session, minute):
    session.closed_through = minute
    session.save(update_fields=["closed_through"])


async def test_without_consent_the_camera_is_refused(room):
    alice = await student(Purpose.PULSE)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame())

        assert await closed_with(socket) == CloseCode.NOT_ALLOWED
    assert room.engine.seen == []


async def test_withdrawal_stops_frames_and_deletes_the_open_minutes_sums(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame())
        await socket.receive_json_from()
        await in_thread(consent.decide)(
            participant=alice, decisions={Purpose.EXPRESSION: False}
        )
        await room.tick()
        news = await socket.receive_json_from()
        await socket.send_to(bytes_data=frame(seq=1))

        assert news["expression"] is False
        assert await closed_with(socket) == CloseCode.NOT_ALLOWED
    store = room.live.store
    assert all(
        store.read(alice.session_id, minute).people == {}
        for minute in store.open_minutes(alice.session_id)
    )


async def test_a_reading_that_arrives_after_withdrawal_is_not_recorded(room):
    alice = await student(Purpose.EXPRESSION)
    asked, reply = asyncio.Event(), asyncio.Event()

    async def slow(jpegs):
        asked.set()
        await reply.wait()
        return [HAPPY] * len(jpegs)

    room.engine.read = slow
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame())
        await asked.wait()
        await in_thread(consent.decide)(
            participant=alice, decisions={Purpose.EXPRESSION: False}
        )
        await room.tick()
        reply.set()
        await room.until_read()
        news = await socket.receive_json_from()

        assert news["type"] == "session"
        assert await socket.receive_nothing()  # not even a result for oneself
    held = room.live.store.read(alice.session_id, 5)
    assert held.people == {}


async def test_a_reading_of_before_a_no_is_not_recorded_after_a_new_yes(room):
    alice = await student(Purpose.EXPRESSION)
    asked, reply = asyncio.Event(), asyncio.Event()

    async def slow(jpegs):
        asked.set()
        await reply.wait()
        return [HAPPY] * len(jpegs)

    room.engine.read = slow
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame())
        await asked.wait()
        for yes in (False, True):
            await in_thread(consent.decide)(
                participant=alice, decisions={Purpose.EXPRESSION: yes}
            )
            await room.tick()
            await socket.receive_json_from()  # the news
        reply.set()
        await room.until_read()
        assert await socket.receive_nothing()
        assert _read_of(room, alice) == 0

        await socket.send_to(bytes_data=frame(seq=1))
        assert (await socket.receive_json_from(timeout=10))["state"] == "ok"
    assert _read_of(room, alice) == 1


def _read_of(room, person):
    """How many frames of a student the open minutes hold."""
    store, session = room.live.store, person.session_id
    minutes = [store.read(session, m).people for m in store.open_minutes(session)]
    return sum(people[person.pk].frames for people in minutes if person.pk in people)


async def test_leaving_closes_the_socket(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await in_thread(Participant.objects.filter(pk=alice.pk).delete)()
        await room.tick()

        assert await closed_with(socket) == CloseCode.NOT_ALLOWED


async def test_the_newest_socket_of_a_student_wins(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as older, open_socket(room, alice) as newer:
        assert await closed_with(older) == CloseCode.CONTINUED_ELSEWHERE
        await newer.send_to(bytes_data=frame())
        assert (await newer.receive_json_from())["state"] == "ok"


async def test_a_paused_class_drops_frames_without_closing(room):
    alice = await student(Purpose.EXPRESSION, paused=True)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame())

        assert (await socket.receive_json_from())["state"] == "dropped"
    assert room.engine.seen == []


async def test_the_end_of_the_class_closes_the_socket(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        session = alice.session
        session.state, session.ended_at = SessionState.ENDING, session.started_at
        await in_thread(session.save)()
        await room.tick()

        assert await closed_with(socket) == CloseCode.SESSION_OVER


@pytest.mark.parametrize(
    "message",
    [
        {"text_data": "hello"},
        {"bytes_data": b"\x01"},
        {"bytes_data": b"\x01\x00\x00"},
        {"bytes_data": b"\x02" + frame()[1:]},
    ],
    ids=["text", "one byte", "truncated header", "wrong version"],
)
async def test_what_is_no_frame_closes_the_socket(room, message):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await socket.send_to(**message)

        assert await closed_with(socket) == CloseCode.BAD_MESSAGES


async def test_a_repeated_sequence_is_rejected_and_three_in_a_row_close(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame(seq=5))
        await socket.receive_json_from()
        for _ in range(3):
            await socket.send_to(bytes_data=frame(seq=5))
            answer = await socket.receive_json_from()
            assert answer["state"] == "rejected"

        assert await closed_with(socket) == CloseCode.BAD_MESSAGES


async def test_three_rejected_frames_in_a_row_close(room):
    room.engine.reading = Reading(FrameState.REJECTED, reason="not a JPEG")
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        for seq in range(3):
            await socket.send_to(bytes_data=frame(seq, b"PNG"))
            assert (await socket.receive_json_from())["reason"] == "not a JPEG"

        assert await closed_with(socket) == CloseCode.BAD_MESSAGES


async def test_a_hundred_frames_a_second_are_too_fast(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        for seq in range(30):
            await socket.send_to(bytes_data=frame(seq))

        assert await closed_with(socket) == CloseCode.TOO_FAST


async def test_forged_and_foreign_cookies_are_refused(room):
    alice = await student(Purpose.EXPRESSION)
    elsewhere = await in_thread(ClassSessionFactory)(live=True)
    sockets = [
        socket_for(alice, cookie="forged"),
        socket_for(alice, session=elsewhere),
    ]
    for socket in sockets:
        await socket.connect()
        assert await closed_with(socket) == CloseCode.NOT_ALLOWED


async def test_a_browser_logged_in_as_staff_cannot_contribute(room, browser_of):
    alice = await student(Purpose.EXPRESSION)
    teacher = await in_thread(browser_of)(alice.session.teacher)
    socket = socket_for(alice)
    name, cookie = socket.scope["headers"][1]
    session = f"; sessionid={teacher.cookies['sessionid'].value}".encode()
    socket.scope["headers"][1] = (name, cookie + session)

    await socket.connect()

    assert await closed_with(socket) == CloseCode.NOT_ALLOWED


async def test_pages_of_other_sites_cannot_open_the_socket(room):
    alice = await student(Purpose.EXPRESSION)

    connected, _ = await socket_for(alice, origin=b"http://evil.example").connect()

    assert not connected


async def test_the_database_away_looks_the_same_in_a_class_without_an_open_page(
    room, monkeypatch
):
    """Or the minute's word would tell whether anybody was there."""
    alice = await student(Purpose.EXPRESSION)
    empty = await in_thread(ClassSessionFactory)(live=True)
    async with open_socket(room, alice):
        monkeypatch.setattr("sessions_app.live.ticker.RosterReader.read", away)
        with pytest.raises(OperationalError):
            await room.tick()

    for session in (alice.session, empty):
        minute = int((clock.now() - session.started_at).total_seconds() // 60)
        assert room.live.store.read(session.pk, minute).interrupted == set(Purpose)


async def test_who_is_taken_out_of_a_draft_that_asks_to_sign_in_is_told_at_once(room):
    alice = await student(Purpose.PULSE)
    async with open_socket(room, alice) as socket:
        await in_thread(sessions.update)(
            session=alice.session, by=alice.session.teacher, signed_in_only=True
        )
        await room.tick()

        assert await closed_with(socket) == CloseCode.NOT_ALLOWED


async def test_while_the_database_is_away_nobody_may_send_and_nothing_is_lost(
    room, monkeypatch
):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame())
        await socket.receive_json_from()

        with monkeypatch.context() as broken:
            broken.setattr("sessions_app.live.ticker.RosterReader.read", away)
            ticking = asyncio.create_task(room.ticker.run())
            await asyncio.sleep(0.1)
            ticking.cancel()
            await socket.send_to(bytes_data=frame(seq=1))
            assert (await socket.receive_json_from())["state"] == "dropped"
        await room.tick()
        await socket.send_to(bytes_data=frame(seq=2))

        assert (await socket.receive_json_from())["state"] == "ok"
    minute = room.live.store.open_minutes(alice.session_id)[-1]
    assert room.live.store.read(alice.session_id, minute).people[alice.pk].faces == 2
