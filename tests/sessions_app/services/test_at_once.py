"""Several people, or presses, who make the same at once; PostgreSQL lets them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection, transaction
from django.test import RequestFactory
from django.urls import reverse

from sessions_app.models import Course, Invitation, LogIn, User
from sessions_app.models.log_in import GIVEN_BY, LogInQuerySet
from sessions_app.models.session_store import SessionStore, held
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


@pytest.fixture
def connection_and_session():
    """What lets somebody in who has no password, and the session of the log-in that it gave."""
    eve = UserFactory()
    User.objects.filter(pk=eve.pk).update(password="!")
    known = SocialAccount.objects.create(user=eve, provider="oidc x", uid="eve")
    session = SessionStore()
    session.update({SESSION_KEY: str(eve.pk), GIVEN_BY: known.pk})
    session.save()
    return known, session


def both(first, second):
    """Do two things at one moment; raises what either does."""

    def do(work):
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(do, work) for work in (first, second)]:
            each.result()


def test_who_opens_a_page_while_the_connection_ends_that_let_in_waits_in_no_circle(
    connection_and_session, monkeypatch
):
    known, session = connection_and_session
    ends, is_stored, end = (
        threading.Event(),
        threading.Event(),
        LogInQuerySet.end_given_by,
    )

    def end_meanwhile(rows, connections):
        ends.set()
        is_stored.wait(0.5)
        end(rows, connections)

    def store():
        assert ends.wait(20)
        with pytest.raises(UpdateError):
            session.save()
        is_stored.set()

    monkeypatch.setattr(LogInQuerySet, "end_given_by", end_meanwhile)

    both(known.delete, store)

    assert not LogIn.objects.exists()


def test_who_opens_a_page_while_an_answer_is_taken_waits_in_no_circle(
    connection_and_session,
):
    _known, session = connection_and_session
    request = RequestFactory().get("/")
    request.session = SessionStore(session.session_key)
    takes = threading.Event()

    @transaction.atomic
    def take():
        as_stored = held(request)
        takes.set()
        threading.Event().wait(0.5)
        as_stored.save()

    def store():
        assert takes.wait(20)
        session.save()

    both(take, store)

    assert LogIn.objects.count() == 1
