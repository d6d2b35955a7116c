"""What a student's own device read, from its socket to the open minute."""

import asyncio
import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from sessions_app import clock
from sessions_app.enums import Inference, Purpose
from sessions_app.live.intervals import expected_engine
from sessions_app.live.protocol import CloseCode
from sessions_app.services import consent, sessions
from tests.sessions_app.live.consumers.class_room import (
    ClassRoom,
    closed_with,
    frame,
    in_thread,
    open_socket,
    socket_for,
    student,
)
from tests.sessions_app.live.consumers.real_class import interval

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
NO_FACE = {"faces": 0, "scores": (0.0,) * 7, "arg_max": (0,) * 7, "max_score": 0.0}


@pytest.fixture
async def room():
    room = ClassRoom()
    running = asyncio.create_task(room.live.run())
    yield room
    running.cancel()


@pytest.fixture(params=["device", "either"])
def _devices_read(request, settings):
    settings.FER_INFERENCE = request.param


@pytest.fixture
def devices_alone(settings):
    settings.FER_INFERENCE = "device"


@pytest.fixture
def time(monkeypatch):
    """The platform's clock, turned by hand."""

    class Time:
        now = clock.now_s()

    monkeypatch.setattr(clock, "now_s", lambda: Time.now)
    return Time


async def said(socket, message):
    await socket.send_to(bytes_data=message)
    return await socket.receive_json_from(timeout=10)


def held_of(room, person):
    """What the open minutes hold of a student, by minute."""
    store, session = room.live.store, person.session_id
    minutes = {m: store.read(session, m).people for m in store.open_minutes(session)}
    return {
        m: people[person.pk] for m, people in minutes.items() if person.pk in people
    }


@pytest.mark.usefixtures("_devices_read")
async def test_an_interval_is_counted_in_the_minute_in_which_it_came(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        answer = await said(socket, interval(seq=17))

    assert 1000 <= answer.pop("next_delay_ms") <= 10_000  # a random part of the first
    assert answer == {"seq": 17, "state": "counted", "reason": ""}
    [sums] = held_of(room, alice).values()
    assert (sums.frames, sums.faces, sums.max_score) == (5, 4, 3.5)
    assert list(sums.scores) == [0, 0, 0, 3, 0, 0, 1]
    assert list(sums.arg_max) == [0, 0, 0, 3, 0, 0, 1]
    assert room.engine.seen == []


async def test_later_answers_ask_for_an_interval_of_ten_seconds(
    room, devices_alone, time
):
    async with open_socket(room, await student(Purpose.EXPRESSION)) as socket:
        await said(socket, interval())
        time.now += 10
        assert (await said(socket, interval(seq=1)))["next_delay_ms"] == 10_000


@pytest.mark.parametrize(
    ("inference", "engine"),
    [("server", None), ("device", expected_engine().hex())],
)
async def test_news_say_where_pictures_are_read_and_by_which_engine(
    room, settings, inference, engine
):
    settings.FER_INFERENCE = inference
    socket = socket_for(await student(Purpose.EXPRESSION))
    await socket.connect()
    await room.tick()
    news = await socket.receive_json_from(timeout=10)

    assert (news["inference"], news["engine"]) == (inference, engine)
    assert (news["expression"], news["interval_ms"]) == (True, 10_000)
    await socket.disconnect()


async def test_where_the_server_reads_an_interval_is_refused(room):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=interval())

        assert await closed_with(socket) == CloseCode.READ_ELSEWHERE
    assert held_of(room, alice) == {}


async def test_where_devices_read_a_picture_is_refused(room, devices_alone):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=frame())

        assert await closed_with(socket) == CloseCode.READ_ELSEWHERE
    assert room.engine.seen == []
    assert held_of(room, alice) == {}


async def test_where_either_may_read_one_student_may_change_over(room, settings):
    settings.FER_INFERENCE = "either"
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        assert (await said(socket, frame(seq=1)))["state"] == "ok"
        assert (await said(socket, interval(seq=2)))["state"] == "counted"

    [sums] = held_of(room, alice).values()
    assert (sums.frames, sums.faces) == (6, 5)


@pytest.mark.usefixtures("_devices_read")
async def test_without_consent_an_interval_is_refused_like_a_picture(room):
    alice = await student(Purpose.PULSE)
    async with open_socket(room, alice) as socket:
        await socket.send_to(bytes_data=interval())

        assert await closed_with(socket) == CloseCode.NOT_ALLOWED
    assert held_of(room, alice) == {}


async def test_a_no_deletes_what_a_device_sent(room, devices_alone):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        await said(socket, interval())
        assert held_of(room, alice)
        await in_thread(consent.decide)(
            participant=alice, decisions={Purpose.EXPRESSION: False}
        )

    assert held_of(room, alice) == {}


async def test_what_was_read_before_a_new_yes_is_never_counted(
    room, devices_alone, time
):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice) as socket:
        for yes in (False, True):
            await in_thread(consent.decide)(
                participant=alice, decisions={Purpose.EXPRESSION: yes}
            )
            await room.tick()
            news = await socket.receive_json_from(timeout=10)
            assert news["expression"] == yes
        time.now += 5
        answer = await said(socket, interval())

        assert answer["state"] == "rejected"
        assert answer["reason"] == "10 s, of which only 5.0 s were left to count"
    assert held_of(room, alice) == {}


async def test_intervals_do_not_overlap(room, devices_alone, time):
    alice = await student(Purpose.EXPRESSION)
    states = []
    async with open_socket(room, alice) as socket:
        for seq, later_s in enumerate((0, 9, 10, 7)):  # the network may be uneven
            time.now += later_s
            states.append((await said(socket, interval(seq)))["state"])

    assert states == ["counted", "counted", "counted", "rejected"]
    assert sum(sums.frames for sums in held_of(room, alice).values()) == 15


@pytest.mark.parametrize("length_ds", [1, 20])
async def test_short_intervals_make_no_more_than_a_frame_a_second(
    room, devices_alone, time, length_ds
):
    alice = await student(Purpose.EXPRESSION)
    frames = max(1, length_ds // 10)
    async with open_socket(room, alice) as socket:
        for seq in range(10):
            time.now += 0.2
            read = interval(seq, length_ds=length_ds, frames=frames, **NO_FACE)
            if (await said(socket, read))["state"] == "rejected":
                break

    assert seq < 9
    assert sum(sums.frames for sums in held_of(room, alice).values()) <= 4


async def test_what_is_read_through_a_pause_that_nobody_told_of_is_rejected(
    room, devices_alone, time
):
    """A page without a connection goes on reading; another socket then brings it all."""
    alice, bob = await student(Purpose.EXPRESSION), await student(Purpose.EXPRESSION)
    for of, to in ((alice, sessions.pause), (alice, sessions.resume)):
        await in_thread(to)(session=of.session, by=of.session.teacher)
        await room.tick()
    time.now += 5
    states = {}
    for person in (alice, bob):
        async with open_socket(room, person) as socket:
            states[person] = (await said(socket, interval()))["state"]

    assert states == {alice: "rejected", bob: "counted"}
    assert held_of(room, alice) == {}


async def test_what_is_read_through_a_no_that_another_tab_said_is_rejected(
    room, devices_alone, time
):
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice):
        for yes in (False, True):
            await in_thread(consent.decide)(
                participant=alice, decisions={Purpose.EXPRESSION: yes}
            )
        await room.tick()
    time.now += 5
    async with open_socket(room, alice) as socket:
        assert (await said(socket, interval()))["state"] == "rejected"
        time.now += 5
        assert (await said(socket, interval(1)))["state"] == "counted"


@pytest.fixture
def a_day_back(monkeypatch):
    """The machine's own clock, which somebody has set."""

    class Behind(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) - dt.timedelta(days=1)

    monkeypatch.setattr(timezone, "datetime", Behind)


@pytest.mark.parametrize("machine", ["on_time", "a_day_back"])
async def test_a_no_and_a_yes_that_no_socket_here_heard_of_are_not_read_through(
    room, devices_alone, time, request, machine
):
    """The page was offline, or at another web process, while another tab decided twice."""
    if machine == "a_day_back":
        request.getfixturevalue(machine)
    alice, bob = await student(Purpose.EXPRESSION), await student(Purpose.EXPRESSION)
    for yes in (False, True):
        await in_thread(consent.decide)(
            participant=alice, decisions={Purpose.EXPRESSION: yes}
        )
    time.now = clock.now_s() + 5
    states = {}
    for person in (alice, bob):
        async with open_socket(room, person) as socket:
            states[person] = (await said(socket, interval()))["state"]
            time.now += 5
            states[person] += (await said(socket, interval(1)))["state"]

    assert states[alice] == "rejectedcounted"
    assert next(iter(held_of(room, alice).values())).frames == 5


async def test_what_waited_for_a_connection_is_late_once_its_minute_is_closed(
    room, devices_alone, time
):
    alice = await student(Purpose.EXPRESSION)
    session = alice.session
    time.now = session.started_at.timestamp() + 10 * session.window_s + 20
    await in_thread(closed_through)(session, 9)
    states = []
    for seq, lasted_s in enumerate((60, 39)):  # of a minute that began 20 s ago
        async with open_socket(room, alice) as socket:
            read = interval(seq, length_ds=lasted_s * 10, frames=30)
            states.append((await said(socket, read))["state"])

    assert states == ["late", "counted"]
    assert list(held_of(room, alice)) == [10]


def closed_through(session, minute):
    session.closed_through = minute
    session.save(update_fields=["closed_through"])


async def test_what_is_read_in_a_pause_is_dropped(room, devices_alone):
    alice = await student(Purpose.EXPRESSION)
    await in_thread(sessions.pause)(session=alice.session, by=alice.session.teacher)
    async with open_socket(room, alice) as socket:
        assert (await said(socket, interval()))["state"] == "dropped"

    assert held_of(room, alice) == {}


async def test_the_third_interval_in_a_row_that_no_faces_make_closes(
    room, devices_alone
):
    async with open_socket(room, await student(Purpose.EXPRESSION)) as socket:
        for seq in range(3):
            answer = await said(socket, interval(seq, faces=6))
            assert (answer["state"], answer["reason"]) == (
                "rejected",
                "6 faces in 5 frames",
            )

        assert await closed_with(socket) == CloseCode.BAD_MESSAGES


async def test_a_lesson_that_promised_devices_alone_keeps_it(room, settings):
    """The operator may choose `server` later: what its students read still holds."""
    settings.FER_INFERENCE = "device"
    alice = await student(Purpose.PULSE)
    await in_thread(consent.decide)(
        participant=alice, decisions={Purpose.EXPRESSION: True}
    )
    settings.FER_INFERENCE = "server"

    async with open_socket(room, alice) as socket:
        read = interval(length_ds=10, frames=1, **NO_FACE)  # since the yes
        assert (await said(socket, read))["state"] == "counted"
        await socket.send_to(bytes_data=frame(seq=1))
        assert await closed_with(socket) == CloseCode.READ_ELSEWHERE
    said_yes = await in_thread(alice.consents.latest)("pk")
    assert said_yes.inference == Inference.DEVICE
    await in_thread(alice.session.refresh_from_db)()
    assert alice.session.device_only


async def test_a_picture_that_is_on_its_way_when_devices_alone_may_read_is_forgotten(
    room, settings
):
    settings.FER_INFERENCE = "either"
    alice = await student(Purpose.EXPRESSION)
    async with open_socket(room, alice):
        running = room.live.roster.session(alice.session_id)
        room.live.roster.sessions[running.id] = replace(
            running, inference=Inference.DEVICE
        )
        room.live.submit(
            session=running.id,
            participant=alice.pk,
            jpeg=b"\xff\xd8 on its way",
            answer=lambda reading: pytest.fail("answered"),
        )
        await room.until_read()

    assert room.engine.seen  # it was read, and told nobody
    assert held_of(room, alice) == {}
