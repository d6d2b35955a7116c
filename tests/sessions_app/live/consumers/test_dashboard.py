import asyncio

import pytest
from django.db import OperationalError

from sessions_app.enums import SessionState
from sessions_app.live.consumers.dashboard import (
    LOGGED_OUT,
    NOT_YOURS,
    watched_sessions,
)
from sessions_app.live.pipeline import LivePath
from sessions_app.live.ticker import Ticker
from sessions_app.minutes.headline import summarise
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.services import co_teachers, sessions
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    ParticipantFactory,
    UserFactory,
)
from tests.sessions_app.live.consumers.class_room import (
    dashboard_of,
    in_thread,
    stop,
)

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticker():
    return Ticker(LivePath(executor=None, store=MemoryStore()))


async def closed_with(socket):
    async with asyncio.timeout(10):  # beats go on for as long as it is open
        while (event := await socket.receive_output())["type"] != "websocket.close":
            pass
    return event["code"]


def _class_with_one_minute():
    session = ClassSessionFactory(live=True, closed_through=0)
    ClassMinuteFactory(session=session, index=0)
    ParticipantFactory.create_batch(3, session=session)
    return session


async def test_the_teacher_gets_a_full_snapshot_on_opening():
    session = await in_thread(_class_with_one_minute)()

    socket = await dashboard_of(session, session.teacher)
    snapshot = await socket.receive_json_from()

    last_minute = snapshot.pop("last_minute")
    assert (last_minute["index"], last_minute["status"]) == (0, "too_few")
    assert snapshot.pop("joined") % 5 == 0
    assert snapshot.pop("next_at")
    assert snapshot == {
        "type": "snapshot",
        "state": "live",
        "closed_through": 0,
        "marks_version": 0,
        "summary": summarise([]),
        "alert": None,
        "trouble": "",
        "after_pause": False,
        "window_s": 60,
    }
    await socket.disconnect()


async def test_a_dashboard_hears_a_beat_while_nothing_changes(monkeypatch):
    monkeypatch.setattr("sessions_app.live.consumers.beats.SILENT_FOR_S", 0.05)
    session = await in_thread(_class_with_one_minute)()
    socket = await dashboard_of(session, session.teacher)
    while (await socket.receive_json_from())["type"] != "snapshot":
        """A beat may be faster than the first snapshot."""

    beats = [await socket.receive_json_from() for _ in range(2)]

    assert beats == [{"type": "beat"}] * 2
    await socket.disconnect()


@pytest.mark.parametrize("asks_every_s", [30.0, 0.0])
async def test_a_database_that_is_away_is_told_once_and_until_it_is_back(
    ticker, monkeypatch, asks_every_s
):
    """Also to who would have to be asked for leave just then, which takes a database."""
    session = await in_thread(_class_with_one_minute)()
    socket = await dashboard_of(session, session.teacher)
    await socket.receive_json_from()
    await ticker.tick()
    before = await socket.receive_json_from()

    def away(*_, **asked):
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr("sessions_app.live.consumers.dashboard.visible_session", away)
        patched.setattr(
            "sessions_app.live.consumers.dashboard.RECHECK_EVERY_S", asks_every_s
        )
        patched.setattr("sessions_app.live.ticker.RosterReader.read", away)
        patched.setattr("sessions_app.live.ticker.EVERY_S", 0.05)
        running = asyncio.create_task(ticker.run())
        told = await socket.receive_json_from()
        assert await socket.receive_nothing(timeout=0.5)
    after = await socket.receive_json_from(timeout=5)
    await stop(ticker, running)

    assert told == {**before, "trouble": "database"}
    assert after == before
    await socket.disconnect()


async def test_a_tick_tells_the_open_dashboards_of_a_change_and_nothing_otherwise(
    ticker,
):
    session = await in_thread(_class_with_one_minute)()
    socket = await dashboard_of(session, session.teacher)
    await socket.receive_json_from()
    await ticker.tick()
    await socket.receive_json_from()

    await ticker.tick()
    assert await socket.receive_nothing()
    session.state = SessionState.PAUSED
    await in_thread(session.save)()
    await ticker.tick()

    assert (await socket.receive_json_from())["state"] == "paused"
    await socket.disconnect()
    assert watched_sessions() == []


async def test_an_admin_sees_every_class_and_other_teachers_see_none():
    session = await in_thread(_class_with_one_minute)()
    admin = await dashboard_of(session, await in_thread(UserFactory)(admin=True))
    colleague = await dashboard_of(session, await in_thread(UserFactory)())
    stranger = await dashboard_of(session)

    assert (await admin.receive_json_from())["type"] == "snapshot"
    assert await closed_with(colleague) == NOT_YOURS
    assert await closed_with(stranger) == LOGGED_OUT
    await admin.disconnect()


async def test_access_is_asked_again_while_the_dashboard_is_open(ticker, monkeypatch):
    session = await in_thread(_class_with_one_minute)()
    socket = await dashboard_of(session, session.teacher)
    await socket.receive_json_from()
    session.teacher.is_active = False
    await in_thread(session.teacher.save)()
    monkeypatch.setattr("sessions_app.live.consumers.dashboard.RECHECK_EVERY_S", 0.0)

    await ticker.tick()

    assert await closed_with(socket) == LOGGED_OUT
    await socket.disconnect()


def _shared_class():
    session = _class_with_one_minute()
    session.course = CourseFactory(teacher=session.teacher)
    session.save()
    rows = [CoTeacherFactory(course=session.course) for _ in range(2)]
    return session, rows


async def test_the_dashboard_of_a_removed_co_teacher_closes_with_the_next_tick(ticker):
    """Not after the half minute, within which every dashboard asks again anyway."""
    session, (removed, staying) = await in_thread(_shared_class)()
    sockets = [await dashboard_of(session, row.user) for row in (removed, staying)] + [
        await dashboard_of(session, session.teacher)
    ]
    for socket in sockets:
        await socket.receive_json_from()
    await ticker.tick()
    for socket in sockets:
        await socket.receive_json_from()

    await in_thread(co_teachers.remove)(co_teacher=removed, by=session.teacher)
    await ticker.tick()

    assert await closed_with(sockets[0]) == NOT_YOURS
    assert await sockets[1].receive_nothing(timeout=0.3)
    assert await sockets[2].receive_nothing(timeout=0.3)
    for socket in sockets:
        await socket.disconnect()


async def test_a_class_that_is_moved_to_another_course_closes_to_the_colleagues_of_before(
    ticker,
):
    """Also where both courses had as many changes of who teaches."""
    session, (before, _) = await in_thread(_shared_class)()
    socket = await dashboard_of(session, before.user)
    await socket.receive_json_from()
    await ticker.tick()
    await socket.receive_json_from()

    elsewhere = await in_thread(CourseFactory)(teacher=session.teacher)
    await in_thread(sessions.update)(
        session=session, by=session.teacher, course=elsewhere
    )
    await ticker.tick()

    assert await closed_with(socket) == NOT_YOURS
    await socket.disconnect()


async def test_the_dashboard_of_a_deleted_class_is_closed(ticker, monkeypatch):
    session = await in_thread(_class_with_one_minute)()
    socket = await dashboard_of(session, session.teacher)
    await socket.receive_json_from()
    await in_thread(session.delete)()
    monkeypatch.setattr("sessions_app.live.consumers.dashboard.RECHECK_EVERY_S", 0.0)

    await ticker.tick()

    assert await closed_with(socket) == NOT_YOURS
    await socket.disconnect()


async def test_a_socket_that_breaks_while_it_opens_is_let_go_of(monkeypatch):
    session = await in_thread(_class_with_one_minute)()

    def broken(**_):
        raise RuntimeError("no snapshot")

    monkeypatch.setattr("sessions_app.live.consumers.dashboard.live_snapshot", broken)
    socket = await dashboard_of(session, session.teacher)
    with pytest.raises(RuntimeError):
        await socket.receive_output(timeout=30)

    assert watched_sessions() == []
