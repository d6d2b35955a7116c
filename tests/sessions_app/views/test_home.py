"""A teacher's home: what runs, what is next, how it was, what deserves a look."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import AuditEntry
from sessions_app.selectors.home import home_of
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CoTeacherFactory,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


def held(teacher, days_ago, *statements, **options):
    """A lesson of so many minutes, with what can be said of the pulse in each."""
    ended = timezone.now() - days_ago * DAY
    session = ClassSessionFactory(
        teacher=teacher,
        state="ended",
        started_at=ended - HOUR,
        ended_at=ended,
        **options,
    )
    for index, statement in enumerate(statements):
        ClassMinuteFactory(
            session=session, index=index, released=True, pulse_statement=statement
        )
    return session


def test_what_is_next_comes_first_and_what_is_long_overdue_deserves_a_look(
    teacher, now
):
    planned = {
        hours: ClassSessionFactory(teacher=teacher, planned_at=now + hours * HOUR)
        for hours in (-400, -24, -1, 2, 26, 50, 74, 98)
    }

    home = home_of(teacher, now=now)

    assert home.next == planned[-1]  # it may begin late
    assert home.soon == [planned[2], planned[26], planned[50]]
    assert home.missed == [planned[-24]]


def test_the_last_lesson_is_told_in_one_sentence(teacher, now, browser_of):
    held(teacher, 3, "third:lost", "third:lost", title="Hard")
    last = held(teacher, 1, "most:ok", "most:ok", title="Easy")

    home = home_of(teacher, now=now)
    page = browser_of(teacher).get(reverse("home")).content.decode()

    assert home.last.session == last
    assert str(home.last.back.mostly) in page
    assert [each.session.title for each in home.hard] == ["Hard"]
    assert "1 in 3 or more of those who answered were lost" in page


def test_a_lesson_long_ago_is_the_last_one_and_none_that_deserves_a_look(teacher, now):
    held(teacher, 40, "third:lost", "third:lost", title="Older")
    held(teacher, 30, title="Old")

    home = home_of(teacher, now=now)

    assert (home.last.session.title, home.last.back) == ("Old", None)
    assert home.hard == []


def test_shared_lessons_are_there_and_strangers_are_not(teacher, now):
    course = CoTeacherFactory(user=teacher).course
    shared = ClassSessionFactory(
        teacher=course.teacher, course=course, planned_at=now + DAY
    )
    ClassSessionFactory(planned_at=now + HOUR)
    ClassSessionFactory(live=True)

    home = home_of(teacher, now=now)

    assert (home.next, home.running) == (shared, [])


def test_an_admins_home_is_about_own_lessons(boss, teacher, browser_of):
    held(teacher, 1, "most:ok", title="Not the admin's")

    page = browser_of(boss).get(reverse("home")).content.decode()

    assert "Not the admin" not in page
    assert not AuditEntry.objects.exists()


def test_reading_how_it_was_is_written_down(teacher, browser_of):
    held(teacher, 1, "most:ok")

    browser_of(teacher).get(reverse("home"))

    [entry] = AuditEntry.objects.all()
    assert (entry.actor, entry.action) == (teacher.email, "viewed")


@pytest.mark.parametrize("lessons", [6, 30])
def test_its_queries_do_not_grow_with_the_lessons(
    lessons, teacher, now, django_assert_max_num_queries
):
    for days in range(1, lessons + 1):
        held(teacher, days / 4, "most:ok")

    with django_assert_max_num_queries(10):
        home_of(teacher, now=now)
