import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.selectors.history import (
    courses_with_counts,
    running_sessions,
    session_history,
)
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

pytestmark = pytest.mark.django_db


def titles(sessions):
    return [session.title for session in sessions]


@pytest.fixture
def autumn(teacher, colleague):
    """Three sessions of Alice's, one of Bob's, on four days."""
    algebra = CourseFactory(title="Algebra", teacher=teacher)
    for day, values in enumerate(
        [
            {"title": "Groups", "teacher": teacher, "course": algebra},
            {"title": "Rings", "teacher": teacher, "course": algebra, "live": True},
            {"title": "Choir", "teacher": teacher, "ended": True},
            {"title": "Bob's rings", "teacher": colleague},
        ],
        start=1,
    ):
        made = timezone.make_aware(dt.datetime(2026, 10, day, 12))  # noqa: DTZ001
        begun = {"started_at": made} if {"live", "ended"} & set(values) else {}
        ClassSessionFactory(created_at=made, **begun, **values)
    return algebra


@pytest.mark.usefixtures("autumn")
def test_a_teacher_sees_own_sessions_newest_first(teacher):
    assert titles(session_history(user=teacher)) == ["Choir", "Rings", "Groups"]


def test_lessons_stand_in_the_order_in_which_they_were_held(
    teacher, program_of, browser_of
):
    """Not in that in which they were prepared; on the page as in the API."""
    day = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)
    for title, made, begun in (("First", 1, 9), ("Last", 2, 6), ("Draft", 8, None)):
        times = {"created_at": day + dt.timedelta(days=made)}
        if begun:
            times["started_at"] = day + dt.timedelta(days=begun)
            times["ended_at"] = times["started_at"] + dt.timedelta(hours=1)
        ClassSessionFactory(
            title=title, teacher=teacher, **({"ended": True} if begun else {}), **times
        )
    api = program_of(teacher).get(reverse("api-session-list")).json()["results"]
    page = browser_of(teacher).get(reverse("session-list")).context["page_obj"]

    assert titles(page) == [c["title"] for c in api] == ["First", "Draft", "Last"]


@pytest.mark.usefixtures("autumn")
def test_filters_never_widen_what_a_teacher_sees(teacher, colleague):
    assert titles(session_history(user=teacher, teacher=colleague)) == []


def test_each_filter_narrows_the_list(autumn, boss, teacher):
    def found(**filters):
        return titles(session_history(user=boss, **filters))

    assert found() == ["Bob's rings", "Choir", "Rings", "Groups"]
    assert found(q="RING") == ["Bob's rings", "Rings"]
    assert found(q="algebra") == ["Rings", "Groups"]
    assert found(course=autumn, state="live") == ["Rings"]
    assert found(teacher=teacher, state="draft") == ["Groups"]
    assert found(since=dt.date(2026, 10, 2), until=dt.date(2026, 10, 3)) == [
        "Choir",
        "Rings",
    ]
    assert found(q="100%") == []


def days_of(session, zone, user):
    """The days under which a session is found, of the week around the lesson."""
    week = [dt.date(2026, 11, day) for day in range(1, 8)]
    with timezone.override(ZoneInfo(zone)):
        return [
            day.day
            for day in week
            if session in session_history(user=user, since=day, until=day)
        ]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", 4),
        ("Pacific/Kiritimati", 5),
        ("Pacific/Pago_Pago", 4),
        ("Asia/Tokyo", 5),
    ],
)
def test_a_date_is_the_lesson_s_day_where_the_reader_is(teacher, zone, day):
    lesson = ClassSessionFactory(
        teacher=teacher,
        ended=True,
        created_at=dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC),  # prepared days ahead
        started_at=dt.datetime(2026, 11, 4, 23, 30, tzinfo=dt.UTC),
        ended_at=dt.datetime(2026, 11, 5, 0, 15, tzinfo=dt.UTC),
    )

    assert days_of(lesson, zone, teacher) == [day]


def test_a_draft_has_the_day_on_which_it_was_made(teacher):
    draft = ClassSessionFactory(
        teacher=teacher, created_at=dt.datetime(2026, 11, 4, 23, 30, tzinfo=dt.UTC)
    )

    assert days_of(draft, "Asia/Tokyo", teacher) == [5]


def test_a_day_has_its_hours_where_clocks_are_changed(teacher):
    """In Paris 25 October 2026 has 25 hours: it ends at 23:00 UTC."""
    started_at = dt.datetime(2026, 10, 25, 22, 30, tzinfo=dt.UTC)
    lesson = ClassSessionFactory(teacher=teacher, live=True, started_at=started_at)
    day = dt.date(2026, 10, 25)

    with timezone.override(ZoneInfo("Europe/Paris")):
        assert list(session_history(user=teacher, since=day, until=day)) == [lesson]


@pytest.mark.usefixtures("autumn")
def test_running_sessions_have_begun_and_not_ended(teacher, colleague):
    ClassSessionFactory(title="Drums", teacher=teacher, paused=True)

    assert titles(running_sessions(user=teacher)) == ["Drums", "Rings"]
    assert titles(running_sessions(user=colleague)) == []


def test_courses_carry_the_number_of_their_sessions(autumn, teacher):
    empty = CourseFactory(title="Biology", teacher=teacher)

    courses = courses_with_counts(user=teacher)

    assert [(c, c.n_sessions) for c in courses] == [(autumn, 2), (empty, 0)]


@pytest.mark.parametrize("n_sessions", [2, 12])
def test_the_list_needs_the_same_queries_at_any_length(
    n_sessions, boss, browser_of, django_assert_num_queries
):
    for _ in range(n_sessions):
        ClassSessionFactory(ended=True, course=CourseFactory())
    ClassSessionFactory(live=True)
    browser = browser_of(boss)

    # Login session, user, the page's sessions and their count, those that run, minutes and kept sums
    # of all of them, the choices of two filters: courses and teachers, and two of the audit.
    with django_assert_num_queries(11):
        response = browser.get(reverse("session-list"))

    assert response.context["page_obj"].paginator.count == n_sessions


@pytest.mark.parametrize("n_courses", [1, 9])
def test_the_courses_need_the_same_queries_for_any_number(
    n_courses, boss, browser_of, django_assert_num_queries
):
    for _ in range(n_courses):
        ClassSessionFactory(course=CourseFactory())
    browser = browser_of(boss)

    # Login session, user, two of the audit, those that the user teaches along, the courses.
    with django_assert_num_queries(6):
        browser.get(reverse("course-list"))
