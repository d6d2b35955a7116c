"""Programs read of a course what its page shows."""

import pytest
from django.urls import reverse

from sessions_app.enums import Look, Tap, Vote
from sessions_app.minutes.kept_figures import keep
from tests.sessions_app.factories import CourseFactory
from tests.sessions_app.views.test_course_trend import CALM, MERRY, held

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(teacher):
    course = CourseFactory(teacher=teacher)
    held(course, CALM, weeks_ago=1, title="Ideals")
    held(course, MERRY, title="Fields")
    keep(course.class_sessions.all())
    return course


def get(client, name, course, **asked):
    return client.get(reverse(name, args=[course.pk]), asked)


def test_a_trend_has_each_lesson_and_the_course(program_of, teacher, course):
    told = get(program_of(teacher), "api-course-trend", course).json()

    assert [lesson["title"] for lesson in told["lessons"]] == ["Ideals", "Fields"]
    for span in (*told["lessons"], told["course"]):
        assert span["groups"].keys() == span["groups_band"].keys() == {*Look.values}
        assert span["pulse"].keys() == {*Vote.values}
        assert span["answers"].keys() == {*Tap.values}
    assert told["lessons"][1]["groups"]["pleased"] > 0.6
    assert (told["course"]["minutes"], told["course"]["with_expression"]) == (24, 24)


def test_two_lessons_are_compared(program_of, teacher, course):
    first, second = course.class_sessions.order_by("held_at").values_list(
        "pk", flat=True
    )

    told = get(
        program_of(teacher), "api-course-comparison", course, first=first, second=second
    ).json()

    assert told["told"] is True
    pleased = told["groups"]["pleased"]
    assert pleased["told"] is True
    assert pleased["by"] > pleased["band"]
    assert told["pulse"]["lost"] == {
        "by": 0,
        "band": told["pulse"]["lost"]["band"],
        "told": False,
    }


@pytest.mark.parametrize("wrong", ["nothing", "nonsense", "same", "another course's"])
def test_what_cannot_be_compared_is_refused(program_of, teacher, course, wrong):
    first, second = course.class_sessions.values_list("pk", flat=True)
    asked = {
        "nothing": {},
        "nonsense": {"first": "x", "second": second},
        "same": {"first": first, "second": first},
        "another course's": {"first": held(CourseFactory(), CALM).pk, "second": second},
    }[wrong]

    answer = get(program_of(teacher), "api-course-comparison", course, **asked)

    assert answer.status_code == 400
    assert answer.json()["errors"]
