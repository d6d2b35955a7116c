"""A teacher words what students can tap: the form, the lesson, and every page that shows it."""

import csv
import io
import json

import pytest
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.models import AuditEntry, Course
from sessions_app.services import courses, sessions
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db
OWN = [
    {"words": "Again, please", "tap": "lost"},
    {"words": "No idea", "tap": "lost"},
    {"words": "Slow down", "tap": "too_fast"},
    {"words": "Got it", "tap": "ok"},
]
HTML = "<b>'\"&{{ x }}</b>"


def lines(*choices):
    return {
        f"pulse_choices_{part}_{i}": choice[part]
        for i, choice in enumerate(choices, start=1)
        for part in ("words", "tap")
    }


@pytest.fixture
def course(teacher):
    return CourseFactory(teacher=teacher, title="Algebra", pulse_choices=OWN)


@pytest.fixture
def draft(course):
    return ClassSessionFactory(teacher=course.teacher, course=course)


def in_class(session, browser_with):
    person = ParticipantFactory(session=session, agreed=[Purpose.PULSE])
    return browser_with(person)


def test_a_teacher_words_the_answers_of_a_course(teacher, browser_of):
    browser = browser_of(teacher)
    empty = {"words": " ", "tap": "too_slow"}

    browser.post(
        reverse("course-new"), {"title": "Algebra"} | lines(*OWN[:2], empty, *OWN[2:])
    )

    course = Course.objects.get()
    assert course.pulse_choices == OWN
    form = browser.get(reverse("course-edit", args=[course.pk])).content.decode()
    assert 'value="Again, please"' in form
    browser.post(
        reverse("course-edit", args=[course.pk]), {"title": "Algebra"} | lines()
    )
    course.refresh_from_db()
    assert course.pulse_choices is None
    assert "Got it (ok) → the platform's own" in AuditEntry.objects.first().detail


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ([OWN[0], OWN[0] | {"tap": "ok"}], "the same words"),
        ([OWN[0]], "at least two"),
        ([OWN[0], {"words": "a\u202eb", "tap": "ok"}], "invisible"),
        ([OWN[0], {"words": "\u200d", "tap": "ok"}], "no words"),
        ([OWN[0], {"words": "x" * 31, "tap": "ok"}], "too long"),
        ([OWN[0], {"words": "x", "tap": "no_answer"}], "stands for"),
    ],
    ids=["twice", "one", "hidden", "nothing", "long", "no meaning"],
)
def test_wrong_answers_are_explained_and_what_was_typed_stays(
    sent, says, teacher, browser_of
):
    page = browser_of(teacher).post(
        reverse("course-new"), {"title": "Algebra"} | lines(*sent)
    )

    assert (page.status_code, Course.objects.count()) == (200, 0)
    assert says in str(page.context["form"].errors["pulse_choices"])
    assert 'value="Again, please"' in page.content.decode()


@pytest.mark.parametrize("shown", ["", "{", "[1]", "[" * 100_000])
def test_what_no_page_has_shown_is_no_fault(shown, course, browser_of):
    page = browser_of(course.teacher).post(
        reverse("course-edit", args=[course.pk]),
        {"title": "Algebra", "initial-pulse_choices": shown} | lines(*OWN[:2]),
    )

    assert page.status_code == 200  # they were changed meanwhile, as it seems
    course.refresh_from_db()
    assert course.pulse_choices == OWN


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (OWN, 201),
        (None, 201),
        ([], 400),
        ([*OWN, *OWN], 400),
        ([OWN[0], OWN[0]], 400),
        ([OWN[0], {"words": "", "tap": "ok"}], 400),
        ([OWN[0], {"words": "a\nb", "tap": "ok"}], 400),
        ([OWN[0], {"words": "b", "tap": "happy"}], 400),
        ({"lost": "No idea"}, 400),
    ],
)
def test_a_program_words_them_too(sent, status, teacher, program_of):
    body = {"title": "Algebra", "pulse_choices": sent}

    answer = program_of(teacher).post(reverse("api-course-list"), body, format="json")

    assert answer.status_code == status
    if status == 201:
        assert answer.json()["pulse_choices"] == sent
    else:
        assert answer.json()["errors"][0]["field"].startswith("pulse_choices")


def test_a_program_that_changes_a_title_keeps_the_answers(course, program_of):
    path = reverse("api-course-detail", args=[course.pk])

    answer = program_of(course.teacher).patch(path, {"title": "Topology"}, "json")

    assert answer.json()["pulse_choices"] == OWN


@pytest.mark.parametrize("part", ["words", "tap"])
def test_a_change_sends_whole_answers_too(part, course, program_of):
    path = reverse("api-course-detail", args=[course.pk])
    half = {name: value for name, value in OWN[0].items() if name != part}
    body = {"pulse_choices": [half, OWN[1]]}

    answer = program_of(course.teacher).patch(path, body, "json")

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == "pulse_choices"
    course.refresh_from_db()
    assert course.pulse_choices == OWN


def test_a_lesson_keeps_the_answers_that_it_began_with(draft, course, teacher):
    assert draft.choices[0].words == "Again, please"
    running = sessions.start(session=draft, by=teacher)

    course = courses.update(course=course, by=teacher, pulse_choices=None)

    running.refresh_from_db()
    later = ClassSessionFactory(teacher=teacher, course=course)
    assert running.choices[-1].words == "Got it"
    assert later.choices[-1].words == "Too slow"


def test_a_student_reads_the_teachers_words_and_taps_what_they_stand_for(
    draft, teacher, browser_with, monkeypatch
):
    taps = []
    monkeypatch.setattr(
        "sessions_app.services.pulse.tap", lambda *arguments: taps.append(arguments[2])
    )
    session = sessions.start(session=draft, by=teacher)
    browser = in_class(session, browser_with)

    page = browser.get(reverse("join-class", args=[session.join_code])).content.decode()
    path = reverse("join-pulse", args=[session.join_code])
    answers = [
        browser.post(path, {"tap": tap}).status_code for tap in ("too_slow", "lost")
    ]

    assert page.count('class="tap"') == page.count("data-tap=") == 4
    assert page.count('data-tap="lost"') == 2
    assert "No idea" in page
    assert "Too slow" not in page
    assert (answers, taps) == ([410, 204], ["lost"])


def test_a_student_is_asked_with_the_words_that_will_be_on_the_buttons(draft, client):
    page = client.get(reverse("join", args=[draft.join_code])).content.decode()

    said = "“Again, please”, “No idea”, “Slow down” and “Got it”"
    assert page.count(said) == 2


def test_every_page_and_file_of_the_teacher_has_them(draft, teacher, browser_of):
    browser = browser_of(teacher)
    session = sessions.start(session=draft, by=teacher)
    ClassMinuteFactory(session=session, released=True)

    def read(name):
        return browser.get(reverse(name, args=[session.pk])).content.decode()

    for name in ("session-detail", "session-compact"):
        page = read(name)
        assert "Again, please / No idea" in page
        assert 'data-share="too_slow"' not in page
    assert json.loads(read("session-timeline"))["session"]["pulse_choices"] == OWN
    assert json.loads(read("session-json"))["session"]["pulse_choices"] == OWN
    assert json.loads(read("api-session-detail"))["pulse_choices"] == OWN
    [row] = csv.DictReader(io.StringIO(read("session-csv")))
    assert row["pulse_choices"].startswith("Again, please (lost), No idea (lost)")
    assert (
        "Again, please / No idea"
        in browser.get(reverse("session-list")).content.decode()
    )

    sessions.end(session=session, by=teacher)
    session.refresh_from_db()
    session.state = "ended"
    session.save()
    assert "Peak of “Again, please / No idea”" in read("session-detail")


def test_hostile_words_are_shown_as_text(course, draft, browser_of, browser_with):
    hostile = [{"words": HTML, "tap": "lost"}, {"words": "=1+1", "tap": "ok"}]
    courses.update(course=course, by=course.teacher, pulse_choices=hostile)
    draft.refresh_from_db()
    session = sessions.start(session=draft, by=course.teacher)
    ClassMinuteFactory(session=session, released=True)
    staff, student = browser_of(course.teacher), in_class(session, browser_with)

    pages = [
        student.get(reverse("join-class", args=[session.join_code])),
        student.get(reverse("join-my-data", args=[session.join_code])),
        *(
            staff.get(reverse(n, args=[session.pk]))
            for n in ("session-detail", "session-compact")
        ),
        staff.get(reverse("course-edit", args=[course.pk])),
    ]

    assert not any("<b>'" in page.content.decode() for page in pages)
    assert sum("&lt;b&gt;" in page.content.decode() for page in pages) == 4
    assert "'=1+1" not in pages[0].content.decode()
