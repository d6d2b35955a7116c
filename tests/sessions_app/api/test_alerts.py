"""Alerts: who reads them, who puts them away and answers, and what is refused."""

import pytest
from django.urls import reverse

from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.timeline import live_snapshot
from sessions_app.models import AlertAnswer, AuditEntry
from sessions_app.services import sessions
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    UserFactory,
    with_an_alert,
)

pytestmark = pytest.mark.django_db
ALERT = "expression-8"


@pytest.fixture
def session(teacher):
    course = CourseFactory(teacher=teacher)
    return with_an_alert(ClassSessionFactory(teacher=teacher, course=course, live=True))


@pytest.fixture
def ask(teacher, browser_of, session):
    """Ask the API about the alerts of the lesson, or answer one."""

    def of(body=None, *, alert=ALERT, by=teacher):
        browser = browser_of(by)
        if body is None:
            return browser.get(reverse("api-session-alerts", args=[session.pk]))
        url = reverse("api-session-alert", args=[session.pk, alert])
        return browser.patch(url, body, content_type="application/json")

    return of


def shown(session):
    stats = MemoryStore().stats(session.pk)
    return live_snapshot(session=session, stats=stats)["alert"]


def answers():
    return list(AlertAnswer.objects.values_list("signal", "index", "useful"))


def test_an_alert_says_what_changed_and_since_when_everywhere(
    ask, session, teacher, browser_of
):
    [alert] = ask().json()

    assert alert == {
        "id": ALERT,
        "about": "expression",
        "of": "strained",
        "more": True,
        "words": "More students look strained than before.",
        "since": session.minute_starts_at(6).isoformat().replace("+00:00", "Z"),
        "since_index": 6,
        "at": session.minute_starts_at(9).isoformat().replace("+00:00", "Z"),
        "dismissed": False,
        "useful": None,
    } | {name: alert[name] for name in ("since", "at")}
    assert alert["since"][:16] == session.minute_starts_at(6).isoformat()[:16]
    assert alert["at"][:16] == session.minute_starts_at(9).isoformat()[:16]
    timeline = browser_of(teacher).get(reverse("session-timeline", args=[session.pk]))
    assert timeline.json()["alerts"] == [alert]
    assert shown(session) == alert


def test_it_is_put_away_on_every_device_and_its_answer_is_kept(ask, session):
    assert ask({}).json()["dismissed"] is True
    assert shown(session) is None
    assert answers() == [("expression", 8, None)]

    assert ask({"useful": True}).json()["useful"] is True
    assert ask({}).json()["useful"] is True  # put away again
    assert answers() == [("expression", 8, True)]
    [alert] = ask().json()
    assert (alert["dismissed"], alert["useful"]) == (True, True)


def test_of_two_answers_the_newer_stands(ask):
    for useful in (True, True, False):
        assert ask({"useful": useful}).status_code == 200

    assert answers() == [("expression", 8, False)]


def test_an_answer_after_the_end_is_kept(ask, session, teacher):
    sessions.end(session=session, by=teacher)

    assert ask({"useful": False}).status_code == 200
    assert answers() == [("expression", 8, False)]


@pytest.mark.parametrize(
    "alert", ["expression-7", "pulse-8", "expression", "expression-08", "8", "x" * 300]
)
def test_an_alert_that_is_not_there_is_not_found(ask, alert):
    answer = ask({"useful": True}, alert=alert)

    assert (answer.status_code, answers()) == (404, [])


@pytest.mark.parametrize("useful", ["perhaps", 2, [], {}])
def test_only_yes_and_no_are_answers(ask, useful):
    answer = ask({"useful": useful})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "useful"
    assert answers() == []


def test_a_co_teacher_who_may_only_see_reads_and_answers_nothing(ask, session):
    watcher, runner = UserFactory(), UserFactory()
    CoTeacherFactory(course=session.course, user=watcher)
    CoTeacherFactory(course=session.course, user=runner, may_run=True)

    assert ask(by=watcher).status_code == 200
    assert ask({"useful": True}, by=watcher).status_code == 403
    assert answers() == []
    assert ask({"useful": True}, by=runner).status_code == 200


def test_to_a_colleague_there_is_no_such_lesson(ask, colleague):
    assert ask(by=colleague).status_code == 404
    assert ask({"useful": True}, by=colleague).status_code == 404
    assert answers() == []


def test_what_is_written_down_names_no_number(ask, teacher, session):
    for _ in range(2):
        ask({"useful": True})

    [entry] = AuditEntry.objects.filter(action="changed")
    assert (entry.actor, entry.object_id) == (teacher.email, str(session.pk))
    assert entry.detail == f"Alerts of class “{session.title}”"


def test_an_alert_is_shown_for_ten_minutes(session):
    for index in range(9, 19):
        assert shown(session), index
        ClassMinuteFactory(session=session, index=index, released=False)
        session.closed_through = index
        session.save()

    session.refresh_from_db()
    assert shown(session) is None
