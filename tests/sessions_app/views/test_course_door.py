"""A course's lasting link, as students meet it, and the page that shows it to its teacher."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import AuditEntry, ClassSession, Course, Participant
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def course(teacher):
    return CourseFactory(teacher=teacher)


def door(course):
    return reverse("join", args=[course.join_code])


def shown(response):
    return response.templates[0].name


# --- students -------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["live", "paused"])
def test_the_link_leads_into_the_class_that_runs(state, client, course):
    ClassSessionFactory(course=course, ended=True)
    ClassSessionFactory(course=course)
    running = ClassSessionFactory(course=course, **{state: True})

    answer = client.get(door(course))

    assert answer.url == reverse("join", args=[running.join_code])
    assert client.get(reverse("join-enter"), {"code": course.join_code}).url == door(
        course
    )


@pytest.mark.parametrize("state", [{}, {"ending": True}, {"ended": True}])
def test_a_student_waits_until_a_class_runs_and_nothing_is_kept(state, client, course):
    session = ClassSessionFactory(course=course, **state)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get(door(course))
        waits = client.get(door(course), headers=JSON)

    assert (page.status_code, shown(page)) == (200, "join/waiting.html")
    assert session.title not in page.content.decode()
    assert waits.json() == {"open": False}
    assert not page.cookies
    assert not waits.cookies
    assert "no-store" in page["Cache-Control"]
    assert "no-store" in waits["Cache-Control"]
    assert not Participant.objects.exists()
    assert all(query["sql"].startswith("SELECT") for query in asked)

    ClassSession.objects.filter(pk=session.pk).update(
        state="live", started_at=timezone.now(), ended_at=None
    )
    assert client.get(door(course), headers=JSON).json() == {"open": True}


def test_a_student_who_waits_reads_when_the_next_class_begins(client, course):
    soon = timezone.now() + dt.timedelta(hours=1)
    session = ClassSessionFactory(course=course, planned_at=soon, title="Rings")
    ClassSessionFactory(course=course, planned_at=soon + dt.timedelta(1), title="Later")
    ClassSessionFactory(course=course, planned_at=soon - dt.timedelta(7), title="Never")

    text = client.get(door(course)).content.decode()

    assert "Rings" in text
    assert reverse("join", args=[session.join_code]) in text
    assert "Later" not in text
    assert "Never" not in text


def test_of_two_classes_at_once_a_student_chooses(client, course):
    running = ClassSessionFactory.create_batch(2, course=course, live=True)

    page = client.get(door(course))

    assert shown(page) == "join/which.html"
    for session in running:
        assert reverse("join", args=[session.join_code]) in page.content.decode()


def test_a_course_whose_teacher_is_gone_says_so(client):
    course = CourseFactory(teacher=UserFactory(is_active=False))

    assert "has no teacher at the moment" in client.get(door(course)).content.decode()


def test_an_unknown_code_is_not_found(client):
    assert client.get("/j/ZZZZZZZZ/").status_code == 404
    assert client.post("/j/ZZZZZZZZ/").status_code == 404


def test_staff_do_not_wait(client, course, teacher, browser_of):
    ClassSessionFactory(course=course, live=True)

    page = browser_of(teacher).get(door(course))

    assert shown(page) == "join/staff.html"
    assert page.context["join_url"] == f"http://testserver{door(course)}"


def test_the_link_of_a_class_that_is_over_leads_to_its_course(client, course):
    session = ClassSessionFactory(course=course, ended=True)

    page = client.get(reverse("join", args=[session.join_code]))

    assert page.status_code == 410
    assert door(course) in page.content.decode()


# --- replacing the code ---------------------------------------------------------------


def test_a_replaced_code_says_so_and_tells_no_new_one(client, course, browser_of):
    session = ClassSessionFactory(course=course, ended=True)
    old, browser = door(course), browser_of(course.teacher)
    form = {"once": "a key of this form"}

    for _ in range(2):  # pressed twice
        browser.post(reverse("course-code", args=[course.pk]), form)
    course.refresh_from_db()

    assert door(course) != old
    assert course.replaced_codes.count() == 1
    typed = client.get(reverse("join-enter"), {"code": old.split("/")[2]}, follow=True)
    for page in (client.get(old), client.get(old, headers=JSON), typed):
        assert (page.status_code, shown(page)) == (410, "join/replaced.html")
        assert course.join_code not in page.content.decode()
    over = client.get(reverse("join", args=[session.join_code]))
    assert course.join_code not in over.content.decode()
    assert shown(client.get(door(course))) == "join/waiting.html"
    [entry] = AuditEntry.objects.filter(action="changed")
    assert entry.detail.endswith("; join code: changed")
    assert course.join_code not in entry.detail


def test_a_class_made_after_the_replacement_leads_on(client, course, browser_of):
    browser_of(course.teacher).post(reverse("course-code", args=[course.pk]))
    course.refresh_from_db()
    session = ClassSessionFactory(course=course, ended=True)

    over = client.get(reverse("join", args=[session.join_code]))

    assert door(course) in over.content.decode()


# --- the course's page ----------------------------------------------------------------


def test_the_page_shows_what_runs_what_was_and_the_link(course, browser_of):
    live, ended = (
        ClassSessionFactory(course=course, teacher=course.teacher, **{state: True})
        for state in ("live", "ended")
    )
    ClassMinuteFactory(session=ended, released=True)

    page = browser_of(course.teacher).get(reverse("course-detail", args=[course.pk]))

    text = page.content.decode()
    assert f"http://testserver{door(course)}" in text
    assert [session for session, _ in page.context["running"]] == [live]
    [(session, bar)] = page.context["rows"]
    assert session == ended
    assert [(part.label, round(part.percent)) for part in bar.parts] == [
        ("lost", 10),
        ("too_fast", 20),
        ("ok", 50),
        ("no_answer", 20),
    ]
    assert "All good 50 %" in text
    assert "5 minutes" in text


def test_a_class_without_taps_has_a_bar_of_expressions(course, browser_of):
    session = ClassSessionFactory(course=course, teacher=course.teacher, ended=True)
    ClassMinuteFactory(
        session=session,
        released=True,
        pulse_status="off",
        pulse=None,
        pulse_band=None,
        pulse_size=None,
        answers=None,
        answers_band=None,
        pulse_statement="",
    )
    ClassMinuteFactory(session=session)

    page = browser_of(course.teacher).get(reverse("course-detail", args=[course.pk]))

    [(_, bar)] = page.context["rows"]
    assert {part.label: round(part.percent) for part in bar.parts}["calm"] == 50


def test_a_page_of_twenty_classes_asks_as_often_as_one_of_two(course, browser_of):
    browser = browser_of(course.teacher)

    def asked(n):
        for session in ClassSessionFactory.create_batch(
            n, course=course, teacher=course.teacher, ended=True
        ):
            ClassMinuteFactory(session=session, released=True)
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("course-detail", args=[course.pk]))
        return len(queries)

    assert asked(2) == asked(18)


# --- a new class like the last one ----------------------------------------------------


def test_a_new_class_of_a_course_begins_with_last_times_settings(course, browser_of):
    like = {"course": course, "teacher": course.teacher, "expression_on": False}
    ClassSessionFactory(**like, frame_interval_ms=3000, meeting_url="https://meet.me/")
    browser = browser_of(course.teacher)
    url = f"{reverse('session-new')}?course={course.pk}"

    form = browser.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in {None, False}}
    made = browser.post(url, sent | {"title": "Next time"})

    session = ClassSession.objects.get(title="Next time")
    assert made.url == reverse("session-detail", args=[session.pk])
    assert session.course == course
    assert (session.expression_on, session.frame_interval_ms) == (False, 3000)
    assert session.meeting_url == "https://meet.me/"


def test_a_duplicate_copies_settings_and_no_lesson(course, browser_of):
    session = ClassSessionFactory(
        course=course, teacher=course.teacher, ended=True, pulse_on=False
    )
    browser = browser_of(course.teacher)
    detail = browser.get(reverse("session-detail", args=[session.pk]))
    url = f"{reverse('session-new')}?like={session.pk}"

    form = browser.get(url).context["form"]

    assert url in detail.content.decode()
    assert form["title"].value() == session.title
    assert form["pulse_on"].value() is False
    assert form.instance.state == "draft"
    assert form.instance.join_code != session.join_code


@pytest.mark.parametrize(
    "query", ["like=nothing", "course=x", "course=999999999999999999999"]
)
def test_what_a_new_class_cannot_be_like_changes_nothing(query, teacher, browser_of):
    page = browser_of(teacher).get(f"{reverse('session-new')}?{query}")

    assert page.status_code == 200
    assert page.context["form"]["course"].value() is None


def test_nothing_is_learnt_of_anothers_class_or_course(course, colleague, browser_of):
    session = ClassSessionFactory(course=course, teacher=course.teacher, title="Secret")
    browser = browser_of(colleague)

    for query in (f"like={session.pk}", f"course={course.pk}"):
        text = browser.get(f"{reverse('session-new')}?{query}").content.decode()
        assert "Secret" not in text
        assert str(course) not in text


@pytest.mark.parametrize("when", ["9999-12-31T23:59", "0001-01-01T00:00", "soon"])
def test_a_time_beyond_the_calendar_is_refused(when, teacher, browser_of):
    answers = {"title": "Rings", "frame_interval_s": "2", "pulse_on": "on"}

    page = browser_of(teacher).post(
        reverse("session-new"), answers | {"planned_at": when}
    )

    assert [*page.context["form"].errors] == ["planned_at"]
    assert not ClassSession.objects.exists()


def test_a_class_is_planned_in_the_readers_time(course, browser_of):
    browser = browser_of(course.teacher)
    browser.cookies["time_zone"] = "Asia/Tokyo"
    answers = {"title": "Rings", "frame_interval_s": "2", "pulse_on": "on"}

    browser.post(reverse("session-new"), answers | {"planned_at": "2030-04-08T10:15"})

    assert ClassSession.objects.get().planned_at == dt.datetime(
        2030, 4, 8, 1, 15, tzinfo=dt.UTC
    )


def test_a_new_course_opens_its_page(teacher, browser_of):
    made = browser_of(teacher).post(reverse("course-new"), {"title": "Algebra"})

    assert made.url == reverse("course-detail", args=[Course.objects.get().pk])
    assert Client().get(made.url).status_code == 302


# --- the minimum group, and the projector -------------------------------------------------


def test_the_minimum_group_is_told_before_it_is_met(teacher, browser_of, settings):
    settings.FER_MIN_GROUP = 7
    browser = browser_of(teacher)
    draft, live = (
        ClassSessionFactory(teacher=teacher, **state) for state in ({}, {"live": True})
    )

    form = browser.get(reverse("session-new")).content.decode()
    pages = [
        browser.get(reverse(name, args=[session.pk])).content.decode()
        for name in ("session-detail", "session-projector")
        for session in (draft, live)
    ]

    assert "Numbers are shown from 7 students on" in form
    for page in pages:
        assert "Numbers begin at 7." in page


def test_the_projector_counts_for_a_course_where_one_class_runs(course, browser_of):
    browser = browser_of(course.teacher)
    url = reverse("course-projector", args=[course.pk])

    def socket_path():
        return browser.get(url).context["socket_path"]

    assert socket_path() == ""
    running = ClassSessionFactory(course=course, live=True)
    assert str(running.pk) in socket_path()
    ClassSessionFactory(course=course, live=True)
    assert socket_path() == ""
