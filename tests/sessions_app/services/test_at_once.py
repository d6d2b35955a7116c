"""Several people, or presses, who make the same at once; PostgreSQL lets them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from sessions_app.models import Course, Invitation, User
from sessions_app.services import courses, people
from sessions_app.services.courses import CourseExists
from sessions_app.services.people import InvitationOver
from tests.sessions_app.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "another-chalk-and-cheese-7"


def at_once(work, *of_each):
    """What each of several got, or how it was refused."""

    def do(one):
        try:
            return work(one)
        except (CourseExists, InvitationOver) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(of_each)) as pool:
        return list(pool.map(do, of_each))


def test_one_of_several_presses_makes_the_course(teacher):
    made = at_once(lambda _: courses.create(teacher=teacher, title="Rings"), *range(6))

    assert Course.objects.count() == 1
    assert made.count(CourseExists) == 5


def test_one_of_several_courses_gets_the_title(teacher):
    known = [courses.create(teacher=teacher, title=f"{n}") for n in range(6)]

    got = at_once(
        lambda each: courses.update(course=each, by=teacher, title="Rings"), *known
    )

    assert Course.objects.filter(title="Rings").count() == 1
    assert got.count(CourseExists) == 5


def test_of_several_admins_who_invite_one_person_the_last_ones_link_works():
    admins = UserFactory.create_batch(6, admin=True)

    made = at_once(
        lambda admin: people.invite(
            email="eve@school.example", role="teacher", invited_by=admin
        ),
        *admins,
    )

    assert len(made) == 6
    assert Invitation.objects.count() == 1


def test_an_invitation_becomes_one_account():
    admin = UserFactory(admin=True)
    _, seed = people.invite(email="eve@x.example", role="teacher", invited_by=admin)
    token = people.invitation_token(seed)

    got = at_once(
        lambda n: people.accept_invitation(token=token, name=f"Eve {n}", password=NEW),
        *range(6),
    )

    assert got.count(InvitationOver) == 5
    assert User.objects.filter(email="eve@x.example").count() == 1


def test_a_lesson_of_a_course_that_is_deleted_at_that_moment_is_no_fault(
    teacher, browser_of
):
    """Either keeps the course, or there is none to make it in."""
    fields = {"title": "Rings", "frame_interval_s": "2", "pulse_on": "on"}
    for number in range(5):
        course = courses.create(teacher=teacher, title=f"Rings {number}")
        pages = [
            (reverse("course-delete", args=[course.pk]), {}),
            *[(reverse("session-new"), fields | {"course": course.pk})] * 3,
            (reverse("course-code", args=[course.pk]), {}),
        ]
        browsers = [browser_of(teacher) for _ in pages]
        for browser in browsers:
            browser.raise_request_exception = False

        answers = at_once(
            lambda asked: asked[0].post(*asked[1]).status_code,
            *zip(browsers, pages, strict=True),
        )

        assert set(answers) <= {200, 302, 404}
