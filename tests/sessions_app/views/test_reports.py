"""A report's addresses: the page, the PDF, its state, having it made again."""

import pytest
from django.urls import reverse

from sessions_app.models import AuditEntry, Report
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    ReportFactory,
)

pytestmark = pytest.mark.django_db


def url(name, session):
    return reverse(name, args=[session.pk])


@pytest.fixture
def session(teacher):
    session = ClassSessionFactory(teacher=teacher, ended=True, title="=1+1 <b>")
    ClassMinuteFactory(session=session, index=0, released=True)
    ClassMinuteFactory(session=session, index=1)
    return session


def test_the_page_shows_the_charts_and_tables_of_the_minutes(
    session, teacher, browser_of
):
    answer = browser_of(teacher).get(url("session-report", session))
    page = answer.content.decode()

    assert page.count("<svg xmlns") == 3 + 7 + 5  # charts, legends
    assert "50\u00a0% ±\u00a015" in page
    assert "too few students to show" in page
    assert "=1+1 &lt;b&gt;" in page
    assert "no-store" in answer["Cache-Control"]


def test_the_file_is_sent_as_a_file_and_written_down(session, teacher, browser_of):
    ReportFactory(session=session, ready=True)

    answer = browser_of(teacher).get(url("session-report-pdf", session))

    assert answer.content == b"%PDF-1.7 a report"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="class-')
    assert "no-store" in answer["Cache-Control"]
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.actor) == ("exported", teacher.email)
    assert entry.detail == "Report PDF of “=1+1 <b>”"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (None, "There is no report of this lesson."),
        ({}, "The report is being made. Ask again in some seconds."),
        ({"state": "making"}, "The report is being made. Ask again in some seconds."),
        (
            {"state": "failed", "problem": "slow"},
            "Drawing the PDF took too long. Have it made again.",
        ),
    ],
    ids=["none", "waiting", "making", "failed"],
)
def test_a_file_that_is_not_there_says_why(
    options, words, session, teacher, browser_of, program_of
):
    if options is not None:
        ReportFactory(session=session, **options)

    page = browser_of(teacher).get(url("session-report-pdf", session), follow=True)
    problem = program_of(teacher).get(url("api-session-report-pdf", session))

    assert words in page.content.decode()
    assert problem.status_code == 409
    assert problem.json()["detail"].startswith(words)
    assert problem["Content-Type"] == "application/problem+json"
    assert not AuditEntry.objects.filter(action="exported").exists()


def test_the_lesson_s_page_says_how_far_it_is(session, teacher, browser_of):
    browser = browser_of(teacher)
    seen = {}
    for state in ("none", "waiting", "making", "ready", "failed"):
        Report.objects.all().delete()
        if state != "none":
            ReportFactory(session=session, state=state, problem="broken")
        page = browser.get(url("session-detail", session)).content.decode()
        seen[state] = f'data-state="{state}" data-report-url' in page

    assert all(seen.values()), seen


def test_a_press_has_it_made_again_on_the_reader_s_clock(session, teacher, browser_of):
    browser = browser_of(teacher)
    browser.cookies["time_zone"] = "Asia/Tokyo"

    for _ in range(2):
        answer = browser.post(url("session-report-make", session))

    assert answer.url == url("session-detail", session)
    report = Report.objects.get()
    assert (report.state, report.time_zone) == ("waiting", "Asia/Tokyo")


def test_a_program_asks_for_it_and_takes_it(session, teacher, program_of):
    program = program_of(teacher)
    state = url("api-session-report", session)

    assert program.get(state).json() == {
        "state": "none",
        "made_at": None,
        "problem": "",
    }
    asked = program.post(state)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    Report.objects.all().delete()
    ReportFactory(session=session, ready=True)
    assert program.get(state).json()["made_at"]
    taken = program.get(url("api-session-report-pdf", session))
    assert taken.content == b"%PDF-1.7 a report"
    assert taken["Content-Type"] == "application/pdf"


def test_a_token_that_may_only_read_asks_for_nothing(session, teacher, program_of):
    answer = program_of(teacher, "read").post(url("api-session-report", session))

    assert answer.status_code == 403


@pytest.mark.parametrize("state", ["live", "paused", "ending"])
def test_before_the_end_there_is_nothing_to_ask_for(
    state, teacher, browser_of, program_of
):
    running = ClassSessionFactory(teacher=teacher, **{state: True})

    page = browser_of(teacher).post(url("session-report-make", running), follow=True)

    assert "not over" in page.content.decode()
    assert program_of(teacher).post(url("api-session-report", running)).status_code == (
        409
    )
    assert not Report.objects.exists()
