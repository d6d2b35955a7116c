import pytest

from sessions_app.models import Course
from sessions_app.services import courses
from sessions_app.services.courses import CourseInUse
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

pytestmark = pytest.mark.django_db


def test_a_course_with_sessions_is_not_deleted():
    course = CourseFactory()
    ClassSessionFactory(course=course, teacher=course.teacher)

    with pytest.raises(CourseInUse):
        courses.delete(course=course, by=course.teacher)

    assert Course.objects.exists()


def test_an_empty_course_is_deleted():
    course = CourseFactory()
    courses.delete(course=course, by=course.teacher)

    assert not Course.objects.exists()
