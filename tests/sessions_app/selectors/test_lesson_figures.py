"""The database adds figures up as Python does."""

import pytest

from sessions_app.minutes.figures import NOTHING, Figures, figures_of, total
from sessions_app.minutes.kept_figures import keep
from sessions_app.models import ClassSession
from sessions_app.selectors.lesson_figures import (
    figures_by,
    figures_by_lesson,
    figures_of_all,
)
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def held(course, *released):
    session = ClassSessionFactory(ended=True, course=course, teacher=course.teacher)
    for index, numbers in enumerate(released):
        ClassMinuteFactory(session=session, index=index, released=numbers)
    return session


@pytest.fixture
def courses():
    teacher = UserFactory()
    rings, groups = CourseFactory(teacher=teacher), CourseFactory(teacher=teacher)
    for course, *released in [(rings, True), (rings, True, False), (groups, False)]:
        held(course, *released)
    keep(ClassSession.objects.all())
    ClassSessionFactory(live=True, course=rings, teacher=teacher)
    return rings, groups


def made_by_hand(sessions):
    return total(figures_of(session.minutes.all()) for session in sessions)


def test_each_lesson_has_its_own(courses, django_assert_num_queries):
    ended = ClassSession.objects.filter(state="ended")

    with django_assert_num_queries(1):
        found = figures_by_lesson(sessions=ClassSession.objects.all())

    assert found == {each.pk: figures_of(each.minutes.all()) for each in ended}


def test_lessons_are_added_up_by_what_they_have_in_common(
    courses, django_assert_num_queries
):
    with django_assert_num_queries(1):
        found = figures_by("course", sessions=ClassSession.objects.all())

    assert [sums.by for sums in found] == [(course.pk,) for course in courses]
    assert [sums.lessons for sums in found] == [2, 1]
    for sums, course in zip(found, courses, strict=True):
        assert sums.figures == made_by_hand(course.class_sessions.all())


def test_all_lessons_are_added_up(courses, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = figures_of_all(sessions=ClassSession.objects.all())

    assert found == ((), 3, made_by_hand(ClassSession.objects.all()))
    assert found.figures.expression_released == 2


def test_no_lesson_is_nothing():
    nobody = ClassSession.objects.none()

    assert figures_by_lesson(sessions=nobody) == {}
    assert figures_by("teacher", sessions=nobody) == []
    assert figures_of_all(sessions=ClassSession.objects.all()) == ((), 0, NOTHING)
    assert Figures() == NOTHING
