"""One question after class: who may ask and answer, and that nothing tells whose answer is whose."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import AuditEntry, ClassSession, Participant, Question
from sessions_app.models.question import MAX_ANSWER
from sessions_app.services import questions, retention, sessions
from sessions_app.services.marks import OutsideClass
from sessions_app.services.sessions import WrongState
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    ParticipantFactory,
    QuestionFactory,
)

pytestmark = pytest.mark.django_db

K = 5
LATER = dt.timedelta(days=4000)


@pytest.fixture(autouse=True)
def _five_are_enough(settings):
    settings.FER_MIN_GROUP = K


@pytest.fixture
def session(teacher):
    """A lesson that is over, with one shown minute and one of too few."""
    session = ClassSessionFactory(
        teacher=teacher,
        ended=True,
        ended_at=timezone.now() - dt.timedelta(minutes=1),
        course=CourseFactory(teacher=teacher),
    )
    for index, released in enumerate([True, False]):
        starts_at = session.minute_starts_at(index)
        ClassMinuteFactory(
            session=session, index=index, starts_at=starts_at, released=released
        )
    return session


@pytest.fixture
def asked(session):
    return QuestionFactory(session=session)


@pytest.fixture
def students(session):
    return [ParticipantFactory(session=session) for _ in range(2 * K)]


def answered_by(*students):
    for number, student in enumerate(students):
        asked = Question.objects.get(session=student.session_id).pk
        questions.answer(participant=student, question=asked, text=f"Answer {number}")


def texts(question):
    question.refresh_from_db()
    return sorted(each["text"] for each in question.shown)


# --- asking ---------------------------------------------------------------------------


def test_a_teacher_asks_from_the_summary_and_a_co_teacher_with_the_right_may(
    session, teacher, browser_of
):
    url = reverse("session-question", args=[session.pk])
    page = browser_of(teacher).get(reverse("session-detail", args=[session.pk]))
    form = page.context["question_form"]
    assert [index for index, _ in form.fields["minute"].choices] == [0]

    runner = CoTeacherFactory(course=session.course, may_run=True).user
    browser_of(runner).post(url, {"do": "ask", "minute": "0", "words": ""})

    question = Question.objects.get()
    assert (question.at, question.words) == (session.started_at, "What happened?")
    entry = AuditEntry.objects.filter(action="made").get()
    assert (entry.actor, "question to the class" in entry.detail) == (
        runner.email,
        True,
    )


@pytest.mark.parametrize(
    ("seconds", "complaint"),
    [
        (61, "no numbers"),  # of too few students
        (200, "no numbers"),  # not closed as a minute
        (-1, "before the lesson started"),
        (270, "after the lesson ended"),
        (9999, "in the future"),
    ],
)
def test_a_moment_that_shows_nothing_is_refused_by_service_and_api(
    session, teacher, browser_of, seconds, complaint
):
    at = session.started_at + dt.timedelta(seconds=seconds)
    with pytest.raises(OutsideClass, match=complaint):
        questions.ask(session=session, by=teacher, at=at)

    answer = browser_of(teacher).post(
        reverse("api-session-question", args=[session.pk]),
        {"at": at.isoformat()},
        content_type="application/json",
    )

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["field"], complaint in error["detail"]) == ("at", True)
    assert not Question.objects.exists()


def test_a_wrong_minute_in_the_form_is_named_and_the_words_stay(
    session, teacher, browser_of
):
    url = reverse("session-question", args=[session.pk])

    page = browser_of(teacher).post(url, {"do": "ask", "minute": "1", "words": "Why?"})

    assert list(page.context["question_form"].errors) == ["minute"]
    assert 'value="Why?"' in page.content.decode()


@pytest.mark.parametrize("state", ["live", "paused", "ending"])
def test_nothing_is_asked_before_the_lesson_is_over(state, teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher, **{state: True})

    with pytest.raises(WrongState, match="not over"):
        questions.ask(session=session, by=teacher, at=session.started_at)
    url = reverse("session-question", args=[session.pk])
    assert browser_of(teacher).post(url, {"do": "ask"}).status_code == 302
    assert not Question.objects.exists()


def test_a_lesson_has_one_question_at_a_time(session, teacher, asked, students):
    answered_by(*students)
    with pytest.raises(WrongState, match="a question already"):
        questions.ask(session=session, by=teacher, at=session.started_at)

    questions.delete(session=session, by=teacher)
    again = questions.ask(session=session, by=teacher, at=session.started_at)

    student = Participant.objects.get(pk=students[0].pk)
    with pytest.raises(WrongState, match="This question is closed"):
        questions.answer(participant=student, question=asked.pk, text="To the first")
    questions.answer(participant=student, question=again.pk, text="Again")
    again.refresh_from_db()
    assert [each["text"] for each in again.waiting] == ["Again"]


@pytest.mark.parametrize("words", ["\u3164", "exam\u202egnp"])
def test_a_question_that_hides_is_refused_by_page_and_api(
    words, session, teacher, browser_of
):
    browser = browser_of(teacher)
    page = browser.post(
        reverse("session-question", args=[session.pk]),
        {"do": "ask", "minute": "0", "words": words},
    )
    refused = browser.post(
        reverse("api-session-question", args=[session.pk]),
        {"at": session.started_at.isoformat(), "words": words},
        content_type="application/json",
    )

    assert list(page.context["question_form"].errors) == ["words"]
    assert [each["field"] for each in refused.json()["errors"]] == ["words"]
    assert not Question.objects.exists()


def test_minutes_of_a_few_seconds_are_told_apart(session, teacher, browser_of):
    ClassSession.objects.update(window_s=10)

    page = browser_of(teacher).get(reverse("session-detail", args=[session.pk]))

    [(_, label)] = page.context["question_form"].fields["minute"].choices
    assert re.fullmatch(r"\d\d:\d\d:\d\d", label)


# --- answering ------------------------------------------------------------------------


def test_answers_are_shown_from_k_on_and_k_at_a_time(asked, students):
    answered_by(*students[: K - 1])
    assert texts(asked) == []

    answered_by(students[K - 1])
    assert len(texts(asked)) == K

    answered_by(*students[K : 2 * K - 1])
    assert len(texts(asked)) == K
    answered_by(students[-1])
    assert len(texts(asked)) == 2 * K


@pytest.mark.parametrize(("count", "seen"), [(K - 1, 0), (K, K), (K + 2, K + 2)])
def test_closing_shows_the_rest_or_deletes_what_too_few_wrote(
    session, teacher, asked, students, count, seen
):
    answered_by(*students[:count])

    questions.close(session=session, by=teacher)

    assert len(texts(asked)) == seen
    assert asked.waiting == []
    with pytest.raises(WrongState, match="closed"):
        answered_by(students[-1])


def test_no_row_tells_whose_an_answer_is_when_it_came_or_in_which_order(
    asked, students, monkeypatch
):
    shuffled = []
    monkeypatch.setattr(
        "sessions_app.services.questions._chance.shuffle", shuffled.append
    )
    answered_by(*students[:K])

    asked.refresh_from_db()
    assert {key for each in asked.shown for key in each} == {"id", "text"}
    assert len(shuffled) == 2 * K  # both lists, with each answer that came
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sessions_app_question")
        row = json.dumps([str(value) for value in cursor.fetchone()])
    assert not [student for student in students if student.pk.hex in row]
    assert not [student for student in students if str(student.pk) in row]


def test_a_thousand_answers_from_one_browser_are_one(session, asked, browser_with):
    browser = browser_with(ParticipantFactory(session=session))
    url = reverse("join-answer", args=[session.join_code])

    statuses = {
        browser.post(url, {"question": asked.pk, "text": f"No {n}"}).status_code
        for n in range(30)
    }

    assert statuses == {302, 429}
    asked.refresh_from_db()
    assert [each["text"] for each in asked.waiting] == ["No 0"]


@pytest.mark.parametrize(
    "text",
    ["", " \u200d ", "\u2800", "two\nlines", "exam\u202egnp", "x" * (MAX_ANSWER + 1)],
)
def test_an_answer_that_hides_or_overflows_is_named_and_stays_in_the_form(
    text, session, asked, browser_with
):
    browser = browser_with(ParticipantFactory(session=session))

    page = browser.post(
        reverse("join-answer", args=[session.join_code]), {"text": text}
    )

    assert page.status_code == 200
    assert list(page.context["answer_form"].errors) == ["text"]
    asked.refresh_from_db()
    assert asked.waiting == []


def test_a_student_is_asked_where_the_link_leads_answers_once_and_reads_what_follows(
    session, teacher, asked, browser_with, browser_of
):
    person = ParticipantFactory(session=session)
    browser, code = browser_with(person), [session.join_code]
    assert browser.get(reverse("join-question", args=code)).json() == {"asked": True}
    page = browser.get(reverse("join", args=code), follow=True).content.decode()
    assert "What happened?" in page
    assert f'name="question" value="{asked.pk}"' in page
    assert "nobody can find it again" in page

    hostile = "<script>alert(1)</script>"
    sent = {"question": asked.pk, "text": hostile}
    browser.post(reverse("join-answer", args=code), sent)

    assert browser.get(reverse("join-question", args=code)).json() == {"asked": False}
    mine = browser.get(reverse("join-my-data", args=code)).content.decode()
    assert "That you answered it is kept" in mine
    assert hostile not in mine
    others = [ParticipantFactory(session=session) for _ in range(K - 1)]
    answered_by(*others)
    summary = browser_of(teacher).get(reverse("session-detail", args=[session.pk]))
    assert "&lt;script&gt;alert(1)" in summary.content.decode()
    assert hostile not in summary.content.decode()


def test_nobody_else_can_answer(session, asked, teacher, browser_of, browser_with):
    url = reverse("join-answer", args=[session.join_code])
    foreigner = browser_with(ParticipantFactory())

    for browser in (Client(), browser_of(teacher), foreigner):
        assert browser.post(url, {"text": "Hello"}).status_code == 403
    asked.refresh_from_db()
    assert asked.waiting == []


def test_the_lesson_is_locked_before_its_rows_so_that_nobody_waits_in_a_circle(
    session, teacher, asked, students
):
    """Who deletes a lesson locks it first, and its participants and question then."""
    answered_by(*students[:K])
    asked.refresh_from_db()
    of = {"session": session, "by": teacher}
    changes = [
        lambda: questions.answer(
            participant=students[-1], question=asked.pk, text="Late"
        ),
        lambda: questions.delete_answer(answer=asked.shown[0]["id"], **of),
        lambda: questions.close(**of),
        lambda: questions.delete(**of),
    ]

    for change in changes:
        with CaptureQueriesContext(connection) as queries:
            change()
        found = re.findall(
            r'(?:FROM|UPDATE) "sessions_app_(\w+)"', str(queries.captured_queries)
        )
        assert found[0] == "classsession", found


# --- afterwards -----------------------------------------------------------------------


def test_an_answer_is_moderated_away_and_a_student_takes_the_mark_along(
    session, teacher, asked, students, browser_of
):
    answered_by(*students[:K])
    asked.refresh_from_db()
    first = asked.shown[0]
    url = reverse("session-question", args=[session.pk])
    browser_of(teacher).post(url, {"do": "delete_answer", "answer": first["id"]})
    assert first["text"] not in texts(asked)

    Participant.objects.get(pk=students[0].pk).delete()
    assert len(texts(asked)) == K - 1
    gone = reverse("api-session-answer", args=[session.pk, first["id"]])
    assert browser_of(teacher).delete(gone).status_code == 404


def test_the_lesson_the_retention_and_the_teacher_take_all_with_them(
    session, teacher, asked, students
):
    answered_by(*students[:K])
    other = QuestionFactory()

    sessions.delete(session=session, by=teacher)
    assert [*Question.objects.all()] == [other]
    other.session.teacher.delete()
    assert not Question.objects.exists()

    kept = QuestionFactory()
    retention.purge(now=timezone.now() + LATER)
    assert not Question.objects.filter(pk=kept.pk).exists()


def test_with_the_teachers_account_closed_students_may_still_answer(
    session, teacher, asked, students
):
    teacher.is_active = False
    teacher.save()

    answered_by(*students[:K])

    assert len(texts(asked)) == K


def test_a_program_asks_reads_closes_and_deletes(
    session, teacher, students, browser_of
):
    browser = browser_of(teacher)
    url = reverse("api-session-question", args=[session.pk])
    assert browser.get(url).status_code == 404
    body = {"at": session.started_at.isoformat(), "words": "Why?"}
    made = browser.post(url, body, content_type="application/json")
    assert (made.status_code, made.json()["answers"]) == (201, [])
    assert browser.post(url, body, content_type="application/json").status_code == 409

    answered_by(*students[: K + 1])

    assert len(browser.get(url).json()["answers"]) == K
    close = reverse("api-session-question-close", args=[session.pk])
    assert len(browser.post(close).json()["answers"]) == K + 1
    assert browser.delete(url).status_code == 204
    assert not Participant.objects.filter(answered=True).exists()
