"""Marks: what may be marked, and what is refused in words."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions_app.models import AuditEntry, Mark
from sessions_app.selectors.export import as_csv, session_export
from sessions_app.services import marks
from sessions_app.services.marks import MOST_MARKS
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    MarkFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(teacher):
    return ClassSessionFactory(teacher=teacher, live=True)


@pytest.fixture
def ask(teacher, browser_of, session):
    """Ask the API about the marks of a class."""
    browser = browser_of(teacher)

    def of(method, body=None, *, mark=None, of=session):
        if mark:
            url = reverse("api-session-mark", args=[of.pk, mark.pk])
        else:
            url = reverse("api-session-marks", args=[of.pk])
        return getattr(browser, method)(url, body, content_type="application/json")

    return of


def test_a_moment_is_marked_by_the_platform_s_clock_and_named_later(ask, session):
    made = ask("post", {})
    assert made.status_code == 201
    mark = Mark.objects.get()
    assert session.started_at < mark.at
    assert made.json()["word"] == ""

    assert ask("patch", {"word": "Proof"}, mark=mark).json()["word"] == "Proof"
    assert [told["word"] for told in ask("get").json()] == ["Proof"]
    timeline = ask("get").client.get(reverse("session-timeline", args=[session.pk]))
    assert [told["word"] for told in timeline.json()["marks"]] == ["Proof"]

    assert ask("delete", mark=mark).status_code == 204
    assert ask("get").json() == []


@pytest.mark.parametrize(
    ("minutes", "complaint"),
    [(60, "in the future"), (-60, "before the lesson started")],
)
def test_a_moment_that_is_not_in_the_class_is_refused(ask, session, minutes, complaint):
    at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)

    for answer in (
        ask("post", {"at": at.isoformat()}),
        ask("patch", {"at": at.isoformat()}, mark=MarkFactory(session=session)),
    ):
        assert answer.status_code == 400
        [error] = answer.json()["errors"]
        assert error["field"] == "at"
        assert complaint in error["detail"]
    assert Mark.objects.count() == 1


def test_no_class_has_two_thousand_marks(ask, session):
    Mark.objects.bulk_create(
        MarkFactory.build(session=session) for _ in range(MOST_MARKS)
    )

    answers = [ask("post", {}) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {409}
    assert "200 marks, the most there can be" in answers[0].json()["detail"]
    assert session.marks.count() == MOST_MARKS


@pytest.mark.parametrize(
    "word", ["two\nlines", "turned \u202e round", "x" * 61, 7, ["a"], None]
)
def test_a_word_is_one_short_line(ask, word):
    assert ask("post", {"word": word}).status_code == 400
    assert not Mark.objects.exists()


@pytest.mark.parametrize("state", ["draft", "ended"])
def test_now_is_no_moment_of_a_class_that_does_not_run(ask, teacher, state):
    kept = ClassSessionFactory(
        teacher=teacher, **({state: True} if state != "draft" else {})
    )

    answer = ask("post", {}, of=kept)

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This lesson ")


def test_a_class_that_is_over_is_marked_where_the_time_is_said(ask, teacher):
    over = ClassSessionFactory(teacher=teacher, ended=True)
    inside = over.started_at + dt.timedelta(seconds=30)

    assert ask("post", {"at": inside.isoformat()}, of=over).status_code == 201
    after = over.ended_at + dt.timedelta(microseconds=1)
    refused = ask("post", {"at": after.isoformat()}, of=over)
    assert refused.status_code == 400
    assert "after the lesson ended" in refused.json()["errors"][0]["detail"]


def test_a_mark_of_another_class_is_not_found(ask, session):
    foreign = MarkFactory()

    assert ask("patch", {"word": "x"}, mark=foreign).status_code == 404
    assert ask("delete", mark=foreign).status_code == 404
    assert Mark.objects.get().word == ""


def test_an_export_has_each_mark_in_its_minute(teacher):
    over = ClassSessionFactory(teacher=teacher, ended=True)
    for index in range(2):
        ClassMinuteFactory(session=over, index=index)
    MarkFactory(
        session=over, at=over.started_at + dt.timedelta(seconds=75), word="=1+1; -2"
    )
    MarkFactory(session=over, at=over.started_at + dt.timedelta(seconds=119.9))

    export = session_export(session=over)
    _, first, second = as_csv(export).splitlines()

    assert [mark["word"] for mark in export["marks"]] == ["=1+1; -2", ""]
    assert "=1+1" not in first
    assert "=1+1; -2; " in second  # no cell begins with a formula


def test_many_marks_leave_one_entry_in_the_audit(ask):
    for _ in range(5):
        ask("post", {})

    entries = AuditEntry.objects.filter(action="made")
    assert [entry.detail.split(" of ")[0] for entry in entries] == ["Marks"]


def test_the_lesson_is_written_before_its_marks_so_that_nobody_waits_in_a_circle(
    session, teacher
):
    """Who deletes a lesson locks it first, and its marks then."""
    first, second, third = (
        MarkFactory(session=session, at=session.started_at + dt.timedelta(seconds=n))
        for n in range(3)
    )
    changes = [
        lambda: marks.update(mark=first, by=teacher, word="Rings"),
        lambda: marks.merge(mark=second, by=teacher),
        lambda: marks.delete(mark=third, by=teacher),
    ]

    for change in changes:
        with CaptureQueriesContext(connection) as queries:
            change()
        written = re.findall(
            r'(?:UPDATE|DELETE FROM) "sessions_app_(\w+)"',
            str(queries.captured_queries),
        )
        assert written[0] == "classsession", written
