"""What would be refused is not offered; what is asked says how it ends."""

import pytest
from django.urls import reverse

from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ({}, True),
        ({"live": True}, False),
        ({"paused": True}, False),
        ({"ending": True}, False),
        ({"ended": True}, True),
    ],
)
def test_delete_is_offered_for_a_class_that_can_be_deleted(
    state, offered, teacher, browser_of
):
    session = ClassSessionFactory(teacher=teacher, **state)
    browser, delete = browser_of(teacher), reverse("session-delete", args=[session.pk])

    page = browser.get(reverse("session-detail", args=[session.pk]))
    asked = browser.get(delete)

    assert (delete in page.content.decode()) is offered
    assert ("Delete the lesson" in asked.content.decode()) is offered


def test_delete_is_offered_for_a_course_without_classes_alone(teacher, browser_of):
    empty, full = CourseFactory(teacher=teacher), CourseFactory(teacher=teacher)
    ClassSessionFactory(teacher=teacher, course=full)
    browser = browser_of(teacher)

    listed = browser.get(reverse("course-list")).content.decode()

    for course, offered in ((empty, True), (full, False)):
        delete = reverse("course-delete", args=[course.pk])
        assert (delete in listed) is offered
        asked = browser.get(delete).content.decode()
        assert ("Delete the course</button>" in asked) is offered


def test_ending_is_asked_in_the_colour_of_its_button(teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher, live=True)

    page = browser_of(teacher).get(reverse("session-detail", args=[session.pk]))

    text = page.content.decode()
    assert 'data-confirm-yes="End the lesson" data-confirm-danger' in text


@pytest.mark.parametrize("demo", [True, False])
def test_a_demo_alone_shows_its_accounts_where_one_logs_in(demo, client, settings):
    settings.FER_DEMO = demo

    page = client.get(reverse("login")).content.decode()

    shown = [email for email, *_ in ACCOUNTS if email in page]
    assert len(shown) == (2 if demo else 0)
    assert (PASSWORD in page) is demo
