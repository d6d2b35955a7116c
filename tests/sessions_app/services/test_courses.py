import pytest

from sessions_app.models import Course
from sessions_app.services import courses
from sessions_app.services.courses import CourseExists, CourseInUse
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


def test_no_door_makes_a_teachers_second_course_of_one_title_and_term():
    course = CourseFactory(title="Algebra", term="Autumn")

    with pytest.raises(CourseExists):
        courses.create(teacher=course.teacher, title="Algebra", term="Autumn")

    assert Course.objects.get() == course


def test_a_course_is_not_renamed_to_another_of_its_teachers():
    course = CourseFactory(title="Algebra", term="Autumn")
    other = CourseFactory(teacher=course.teacher, title="Analysis", term="Autumn")

    with pytest.raises(CourseExists):
        courses.update(course=other, by=other.teacher, title="Algebra", term="Autumn")
    courses.update(course=course, by=course.teacher, title="Algebra", term="Autumn")

    other.refresh_from_db()
    assert other.title == "Analysis"
