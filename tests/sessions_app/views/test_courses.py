import pytest
from django.urls import reverse

from sessions_app.models import Course
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

pytestmark = pytest.mark.django_db


def test_a_teacher_makes_and_renames_a_course(teacher, browser_of):
    browser = browser_of(teacher)
    browser.post(reverse("course-new"), {"title": "Algebra", "term": "Autumn"})
    course = Course.objects.get()

    browser.post(reverse("course-edit", args=[course.pk]), {"title": "Algebra II"})

    course.refresh_from_db()
    assert (course.teacher, str(course)) == (teacher, "Algebra II")


def test_an_admin_renames_a_course_and_it_stays_the_teachers(boss, teacher, browser_of):
    course = CourseFactory(teacher=teacher)

    browser_of(boss).post(reverse("course-edit", args=[course.pk]), {"title": "New"})

    course.refresh_from_db()
    assert (course.teacher, course.title) == (teacher, "New")


def test_a_course_with_sessions_stays_and_the_page_says_why(teacher, browser_of):
    course = CourseFactory(teacher=teacher)
    ClassSessionFactory(teacher=teacher, course=course)

    response = browser_of(teacher).post(
        reverse("course-delete", args=[course.pk]), follow=True
    )

    assert Course.objects.exists()
    assert "still has lessons" in str(*response.context["messages"])


@pytest.mark.parametrize("pk", [0, 10**30])
def test_a_course_that_never_was_is_not_found(pk, teacher, browser_of):
    url = reverse("course-edit", args=[pk])

    assert browser_of(teacher).get(url).status_code == 404
