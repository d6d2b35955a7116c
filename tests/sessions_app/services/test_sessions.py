import datetime as dt

import pytest
import time_machine

from sessions_app.enums import SessionState
from sessions_app.models import ClassSession
from sessions_app.services import sessions
from sessions_app.services.sessions import NoSignal, WrongState
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    ParticipantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

BOSS = UserFactory.build()  # whose address the audit takes
MOMENT = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)

# Every state with every change: the state afterwards, or None where it is refused.
MOVES = {
    "draft": {"start": "live", "pause": None, "resume": None, "end": None},
    "live": {"start": "live", "pause": "paused", "resume": "live", "end": "ending"},
    "paused": {"start": None, "pause": "paused", "resume": "live", "end": "ending"},
    "ending": {"start": None, "pause": None, "resume": None, "end": "ending"},
    "ended": {"start": None, "pause": None, "resume": None, "end": "ended"},
}


def session_in(state, **values):
    return ClassSessionFactory(**({} if state == "draft" else {state: True}), **values)


@pytest.mark.parametrize(
    ("state", "change", "expected"),
    [(s, change, after) for s, row in MOVES.items() for change, after in row.items()],
)
def test_each_change_works_from_its_states_only(state, change, expected):
    session = session_in(state)

    if expected is None:
        with pytest.raises(WrongState):
            getattr(sessions, change)(session=session, by=BOSS)
    else:
        getattr(sessions, change)(session=session, by=BOSS)

    assert ClassSession.objects.get().state == (expected or state)


def test_a_refused_change_says_why():
    with pytest.raises(WrongState, match=r"cannot become “Live”: it is “Ended”\."):
        sessions.start(session=session_in("ended"), by=BOSS)


@time_machine.travel("2026-11-22 10:00:00Z", tick=False)
def test_starting_fixes_the_length_of_the_minutes(settings, monkeypatch):
    monkeypatch.setattr("sessions_app.clock.now", lambda: MOMENT)
    settings.FER_WINDOW_S = 20

    session = sessions.start(session=session_in("draft"), by=BOSS)

    settings.FER_WINDOW_S = 60
    session.refresh_from_db()
    assert (session.window_s, session.closed_through) == (20, -1)
    assert session.started_at == MOMENT


def test_starting_twice_keeps_the_first_start():
    draft = session_in("draft")
    first = sessions.start(session=draft, by=BOSS).started_at

    assert sessions.start(session=draft, by=BOSS).started_at == first


def test_a_page_that_is_behind_changes_nothing():
    stale = session_in("live")
    sessions.end(session=ClassSession.objects.get(), by=BOSS)

    with pytest.raises(WrongState):
        sessions.pause(session=stale, by=BOSS)

    assert ClassSession.objects.get().state == SessionState.ENDING


def test_a_clock_set_back_does_not_keep_a_class_from_ending(monkeypatch):
    session = session_in("live")

    monkeypatch.setattr("sessions_app.clock.now", lambda: MOMENT - dt.timedelta(days=9))
    ended = sessions.end(session=session, by=BOSS)

    assert ended.ended_at == session.started_at


def test_update_leaves_what_the_live_path_wrote():
    stale = session_in("live", title="Old")
    ClassSession.objects.update(state=SessionState.PAUSED, closed_through=7)

    sessions.update(session=stale, by=BOSS, title="New")

    fresh = ClassSession.objects.get()
    assert (fresh.title, fresh.state, fresh.closed_through) == ("New", "paused", 7)


def test_create_makes_a_draft_with_a_code_of_its_own(teacher):
    course = CourseFactory(teacher=teacher)

    one = sessions.create(teacher=teacher, title="One", course=course)
    two = sessions.create(teacher=teacher, title="Two", course=None)

    assert one.state == SessionState.DRAFT
    assert one.join_code != two.join_code


def test_no_door_makes_a_class_that_asks_for_nothing(teacher):
    with pytest.raises(NoSignal, match="at least one signal"):
        sessions.create(
            teacher=teacher, title="Optics", pulse_on=False, expression_on=False
        )
    session = ClassSessionFactory(expression_on=False)
    with pytest.raises(NoSignal):
        sessions.update(session=session, by=session.teacher, pulse_on=False)

    assert ClassSession.objects.get().pulse_on


@pytest.mark.parametrize("state", ["draft", "ended"])
def test_delete_takes_participants_and_minutes_along(state):
    session = session_in(state)
    ParticipantFactory(session=session)
    if state == "ended":
        ClassMinuteFactory(session=session)

    sessions.delete(session=session, by=BOSS)

    assert not ClassSession.objects.exists()


@pytest.mark.parametrize("state", ["live", "paused", "ending"])
def test_a_running_session_is_not_deleted(state):
    with pytest.raises(WrongState):
        sessions.delete(session=session_in(state), by=BOSS)

    assert ClassSession.objects.exists()


def test_sockets_are_told_after_the_commit_and_only_of_changes(
    told, django_capture_on_commit_callbacks
):
    session = session_in("draft")

    with django_capture_on_commit_callbacks(execute=True):
        sessions.start(session=session, by=BOSS)
        assert told == []
    with django_capture_on_commit_callbacks(execute=True):
        sessions.start(session=session, by=BOSS)

    assert told == [session.pk]
