"""Reports are made once, after the end, outside of requests, and again on change."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from sessions_app.enums import ReportProblem, ReportState, SessionState
from sessions_app.models import AuditEntry, ClassSession, Report, ReportPdf, User
from sessions_app.reports.pdf import NotDrawn, TookTooLong
from sessions_app.selectors.reports import report_status
from sessions_app.services import (
    co_teachers,
    courses,
    marks,
    outbox,
    people,
    postman,
    reports,
    sessions,
)
from sessions_app.services.sessions import WrongState
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    MarkFactory,
    ReportFactory,
    UserFactory,
)

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def drawn(monkeypatch):
    """Instead of drawing, note what was to be drawn."""
    contents = []

    def draw(content):
        contents.append(content)
        return f"%PDF of {content['title']}".encode()

    monkeypatch.setattr(reports, "as_pdf", draw)
    return contents


@pytest.fixture
def announced(monkeypatch):
    told = []
    monkeypatch.setattr(reports, "announce", lambda report: told.append(report.pk))
    return told


def fails_with(monkeypatch, error):
    def draw(content):
        raise error

    monkeypatch.setattr(reports, "as_pdf", draw)


def make_due():
    """Make what is due; return how many were looked at."""
    made = 0
    while reports.make_next(now=timezone.now()):
        made += 1
    return made


def later(seconds):
    return timezone.now() + dt.timedelta(seconds=seconds)


def test_the_end_of_a_lesson_brings_a_report_on_the_clock_of_who_ends_it(
    teacher, announced
):
    session = ClassSessionFactory(teacher=teacher, live=True, title="Rings")
    with timezone.override("Asia/Tokyo"):
        sessions.end(session=session, by=teacher)

    assert make_due() == 0  # its last minute is not closed yet
    ClassSession.objects.update(state=SessionState.ENDED)
    assert make_due() == 1
    assert make_due() == 0

    report = Report.objects.get()
    assert (report.state, report.time_zone) == (ReportState.READY, "Asia/Tokyo")
    assert bytes(ReportPdf.objects.get().content).startswith(b"%PDF")
    assert announced == [session.pk]


@pytest.fixture
def paced(teacher, announced, monkeypatch):
    """Make the reports of so many lessons; return how long each took, and the rest after it."""

    def make(number):
        for _ in range(number):
            session = ClassSessionFactory(teacher=teacher, ended=True)
            reports.ask(session=session, by=teacher)
        took, rests = [], []
        monkeypatch.setattr(reports.time, "sleep", rests.append)

        def draw(content):
            began = time.monotonic()
            while time.monotonic() < began + 0.02:
                pass
            took.append(time.monotonic() - began)
            return b"%PDF"

        monkeypatch.setattr(reports, "as_pdf", draw)
        reports.make_due()
        assert len(announced) == len(took) == len(rests) == number
        return took, rests

    return make


def test_while_a_lesson_runs_it_rests_for_longer_than_a_report_took(teacher, paced):
    ClassSessionFactory(teacher=teacher, live=True)

    took, rests = paced(2)

    assert all(rest > drawing for rest, drawing in zip(rests, took, strict=True))


def test_where_many_wait_or_were_just_made_it_rests_longer_until_few_do(teacher):
    """Lessons that end one by one in the same minute are many, too."""
    ClassSessionFactory(teacher=teacher, live=True)
    just_made = ReportFactory.create_batch(reports._MANY - 3, ready=True)
    ReportFactory.create_batch(4)
    many = reports._rest_s(0.1)

    before = timezone.now() - reports._LATELY
    Report.objects.filter(pk=just_made[0].pk).update(made_at=before)

    assert many > reports._rest_s(0.1) > 0.1


def test_where_no_lesson_runs_it_does_not_rest(paced):
    _took, rests = paced(2)

    assert rests == [0, 0]


def test_what_changes_makes_it_again_and_tells_nobody_twice(teacher, drawn, announced):
    course = CourseFactory(teacher=teacher)
    session = ClassSessionFactory(teacher=teacher, ended=True, course=course)
    ClassMinuteFactory(session=session, released=True)
    at = session.started_at + dt.timedelta(seconds=5)
    reports.ask(session=session, by=teacher)
    make_due()

    mark = marks.add(session=session, by=teacher, at=at, word="One")
    assert Report.objects.get().state == ReportState.WAITING
    make_due()
    marks.update(mark=mark, by=teacher, word="Two")
    make_due()
    marks.delete(mark=mark, by=teacher)
    make_due()
    sessions.update(session=session, by=teacher, title="Fields")
    make_due()
    courses.update(course=course, by=teacher, title="Algebra")
    make_due()

    words = [[mark["word"] for mark in content["marks"]] for content in drawn]
    assert words == [[], ["One"], ["Two"], [], [], []]
    assert [content["title"] for content in drawn[-2:]] == ["Fields", "Fields"]
    assert drawn[-1]["course"].startswith("Algebra")
    assert announced == [session.pk]
    assert ReportPdf.objects.count() == 1


def test_a_note_makes_nothing_again(teacher, drawn):
    session = ReportFactory(ready=True, session__teacher=teacher).session

    sessions.write_note(session=session, by=teacher, note="Ask Mia")

    assert make_due() == 0


def test_what_changes_while_it_is_drawn_is_drawn_again(teacher, monkeypatch):
    session = ReportFactory(session__teacher=teacher).session
    made = []

    def draw(content):
        made.append(content["title"])
        if len(made) == 1:
            sessions.update(session=session, by=teacher, title="Fields")
        return content["title"].encode()

    monkeypatch.setattr(reports, "as_pdf", draw)
    make_due()

    assert made == [session.title, "Fields"]
    assert bytes(ReportPdf.objects.get().content) == b"Fields"


def test_a_lesson_deleted_while_its_report_is_drawn_leaves_nothing(
    teacher, monkeypatch
):
    session = ReportFactory(session__teacher=teacher).session

    def draw(content):
        sessions.delete(session=session, by=teacher)
        return b"too late"

    monkeypatch.setattr(reports, "as_pdf", draw)
    make_due()

    assert not Report.objects.exists()
    assert not ReportPdf.objects.exists()


def test_a_claim_of_a_process_that_ended_is_taken_again(monkeypatch, drawn):
    ReportFactory()

    def end(content):
        raise KeyboardInterrupt  # the process ends in the middle

    with monkeypatch.context() as while_it_runs:
        while_it_runs.setattr(reports, "as_pdf", end)
        with pytest.raises(KeyboardInterrupt):
            reports.make_next(now=later(0))

    assert Report.objects.get().state == ReportState.MAKING
    assert not reports.make_next(now=later(10))  # it may run yet
    assert reports.make_next(now=later(50))
    assert Report.objects.get().state == ReportState.READY


def test_one_on_which_the_server_ended_three_times_is_given_up():
    ReportFactory(state="making", tries=3, claimed_until=later(-1))

    make_due()

    report = Report.objects.get()
    assert (report.state, report.problem) == ("failed", ReportProblem.GONE)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (TookTooLong("30 s"), ReportProblem.SLOW),
        (NotDrawn("no font"), ReportProblem.BROKEN),
        (ValueError("a fault of ours"), ReportProblem.BROKEN),
    ],
)
def test_one_that_fails_says_why_holds_up_no_other_and_can_be_made_again(
    teacher, error, problem, monkeypatch
):
    session = ReportFactory(session__teacher=teacher).session
    with monkeypatch.context() as broken:
        fails_with(broken, error)
        assert make_due() == reports.MOST_TRIES
    status = report_status(session)
    assert (status.state, status.problem) == ("failed", problem.label)

    monkeypatch.setattr(reports, "as_pdf", lambda content: b"%PDF")
    reports.ask(session=session, by=teacher)
    make_due()

    assert report_status(session).state == "ready"
    [entry] = AuditEntry.objects.all()
    assert entry.detail.endswith("its report was made again")


def test_before_its_end_a_lesson_has_no_report(teacher):
    session = ClassSessionFactory(teacher=teacher, live=True)

    with pytest.raises(WrongState, match="not over"):
        reports.ask(session=session, by=teacher)

    assert report_status(session).state == "none"


def test_several_processes_at_once_make_each_report_once(monkeypatch):
    ReportFactory.create_batch(6)
    made, turn = [], threading.Lock()

    def draw(content):
        with turn:
            made.append(content["title"])
        return b"%PDF"

    monkeypatch.setattr(reports, "as_pdf", draw)

    def alone():
        try:
            make_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=alone) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    make_due()  # what a locked database put off

    assert len(made) == len({*made}) == 6
    assert set(Report.objects.values_list("state", flat=True)) == {"ready"}


def test_a_thread_of_its_own_makes_what_is_due(monkeypatch):
    threads = []

    def draw(content):
        threads.append(threading.current_thread())
        return b"%PDF"

    monkeypatch.setattr(reports, "as_pdf", draw)
    ReportFactory()

    postman.look()
    postman._running["reports"].join()

    assert threads == [postman._running["reports"]]
    assert Report.objects.get().state == ReportState.READY


@pytest.fixture
def course(teacher, colleague, drawn):
    """Of a teacher and a colleague, both of whom want reports; a third one does, too."""
    course = CourseFactory(teacher=teacher)
    rights = {"may_run": False, "may_delete": False}
    co_teachers.add(course=course, by=teacher, email=colleague.email, **rights)
    for user in (teacher, colleague, UserFactory()):
        people.change(user=user, by=user, mails_reports=True)
    return course


def test_the_teachers_who_asked_for_it_get_the_file_by_mail(
    teacher, colleague, course, mailoutbox
):
    title = "=1+1 <b>Rings</b>"
    session = ClassSessionFactory(
        teacher=teacher, ended=True, course=course, title=title
    )
    ReportFactory(session=session)
    make_due()

    assert sorted(mail.to for mail in mailoutbox) == sorted(
        [[teacher.email], [colleague.email]]
    )
    for mail in mailoutbox:
        [(name, content, kind)] = mail.attachments
        assert (name.endswith(".pdf"), kind) == (True, "application/pdf")
        assert content == f"%PDF of {title}".encode()
        assert title in mail.subject
        assert title in mail.body
    details = AuditEntry.objects.filter(action="exported").values_list("detail")
    assert len(details) == 2
    assert all("its report was sent to" in detail for (detail,) in details)


def test_a_lesson_without_a_course_is_its_teacher_s_alone(teacher, course, mailoutbox):
    ReportFactory(session__teacher=teacher)
    make_due()

    assert [mail.to for mail in mailoutbox] == [[teacher.email]]


def test_a_teacher_with_a_new_address_gets_it_there(
    teacher, drawn, mailoutbox, monkeypatch
):
    people.change(user=teacher, by=teacher, mails_reports=True)
    put = outbox.put

    def after_a_change(*args, to, **about):
        User.objects.filter(pk=teacher.pk).update(email="new@school.example")
        UserFactory(email=to, mails_reports=True)  # who has the old address now
        return put(*args, to=to, **about)

    monkeypatch.setattr(outbox, "put", after_a_change)
    ReportFactory(session__teacher=teacher)
    make_due()

    assert [mail.to for mail in mailoutbox] == [["new@school.example"]]


def test_a_clock_that_went_back_holds_up_no_report(drawn):
    ReportFactory(state="making", tries=1, claimed_until=later(400 * 86_400))

    make_due()

    assert Report.objects.get().state == ReportState.READY


def test_who_did_not_ask_gets_none(teacher, drawn, mailoutbox):
    ReportFactory(session__teacher=teacher)
    make_due()

    assert mailoutbox == []


def test_it_is_deleted_with_its_lesson(teacher):
    session = ReportFactory(ready=True, session__teacher=teacher).session
    MarkFactory(session=session)
    assert ReportPdf.objects.count() == 1

    sessions.delete(session=session, by=teacher)

    assert not ReportPdf.objects.exists()
