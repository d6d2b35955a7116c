"""What a teacher replies to the class: one line about a moment, which its students read."""

import datetime as dt

import pytest
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.live.roster_reader import RosterReader
from sessions_app.models import ClassSession, Mark
from sessions_app.models.mark import MAX_REPLY
from sessions_app.reports.content import report_content
from sessions_app.selectors.export import session_export
from tests.sessions_app.factories import (
    ClassSessionFactory,
    MarkFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db
LINE = "You said too fast, so I went back to slide 4"


@pytest.fixture
def session(teacher):
    return ClassSessionFactory(teacher=teacher, live=True)


@pytest.fixture
def ask(teacher, browser_of, session):
    browser = browser_of(teacher)

    def of(method, body=None, *, reply=None):
        name, more = (
            ("api-session-reply", [reply]) if reply else ("api-session-replies", [])
        )
        url = reverse(name, args=[session.pk, *more])
        return getattr(browser, method)(url, body, content_type="application/json")

    return of


def seen_live(session):
    """What the sockets of its students tell."""
    [running] = RosterReader().read({}).sessions.values()
    return [reply["word"] for reply in running.replies]


def test_students_read_a_reply_live_as_it_is_now_and_no_mark(
    ask, session, browser_with
):
    MarkFactory(session=session, word="Ask Mia")
    made = ask("post", {"word": "You said to fast"}).json()
    assert seen_live(session) == ["You said to fast"]

    ask("patch", {"word": LINE}, reply=made["id"])

    assert seen_live(session) == [LINE]
    student = browser_with(ParticipantFactory(session=session, agreed=[Purpose.PULSE]))
    page = student.get(reverse("join-class", args=[session.join_code]))
    assert LINE in page.content.decode()
    assert "Ask Mia" not in page.content.decode()
    assert ask("delete", reply=made["id"]).status_code == 204
    assert seen_live(session) == []
    assert Mark.objects.get().word == "Ask Mia"


def test_afterwards_it_stands_wherever_the_lesson_is_read(
    session, teacher, browser_of, browser_with
):
    person = ParticipantFactory(session=session)
    MarkFactory(session=session, kind="reply", word=LINE)
    ClassSession.objects.update(state="ended", ended_at=dt.datetime.now(dt.UTC))
    session.refresh_from_db()

    student = browser_with(person).get(reverse("join-class", args=[session.join_code]))
    assert (student.status_code, LINE in student.content.decode()) == (200, True)
    timeline = browser_of(teacher).get(reverse("session-timeline", args=[session.pk]))
    assert [reply["word"] for reply in timeline.json()["replies"]] == [LINE]
    assert timeline.json()["marks"] == []
    assert [reply["word"] for reply in session_export(session=session)["replies"]] == [
        LINE
    ]
    assert [reply["word"] for reply in report_content(session)["replies"]] == [LINE]
    report = browser_of(teacher).get(reverse("session-report", args=[session.pk]))
    assert LINE in report.content.decode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "word"),
        ({"word": ""}, "word"),
        ({"word": " \u200d "}, "word"),
        ({"word": "two\nlines"}, "word"),
        ({"word": "x" * (MAX_REPLY + 1)}, "word"),
        ({"word": LINE, "at": "2999-01-01T00:00:00Z"}, "at"),
        ({"word": LINE, "at": "2000-01-01T00:00:00Z"}, "at"),
    ],
)
def test_what_says_nothing_or_is_about_no_moment_is_refused(ask, body, field):
    answer = ask("post", body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Mark.objects.exists()


def test_after_the_lesson_it_says_which_moment_it_is_about(ask, session):
    ClassSession.objects.update(state="ended", ended_at=dt.datetime.now(dt.UTC))

    assert ask("post", {"word": LINE}).status_code == 409
    at = session.started_at + dt.timedelta(minutes=2)
    assert ask("post", {"word": LINE, "at": at.isoformat()}).status_code == 201
    assert Mark.objects.get().at == at


def test_the_page_takes_changes_and_deletes_one(session, teacher, browser_of):
    browser, url = browser_of(teacher), reverse("session-topics", args=[session.pk])

    assert (
        "Nothing of this text"
        in browser.post(url, {"kind": "reply", "word": "\u2800"}).content.decode()
    )
    browser.post(url, {"kind": "reply", "word": LINE})
    reply = Mark.objects.replies().get()
    browser.post(url, {"kind": "reply", "word": LINE, "mark": reply.pk, "do": "merge"})
    assert Mark.objects.replies().get().word == LINE
    browser.post(url, {"mark": reply.pk, "do": "delete"})

    assert not Mark.objects.exists()
