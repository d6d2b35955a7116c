"""What a student reads about where camera pictures are read, and what then holds."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.models import Consent
from tests.sessions_app.factories import ClassSessionFactory

pytestmark = pytest.mark.django_db

OWN_DEVICE = "Your own device reads each picture"
SENT = "the pictures are sent to the school's server"


@pytest.fixture
def session():
    return ClassSessionFactory(live=True)


def page_of(browser, session):
    return browser.get(reverse("join", args=[session.join_code]))


def answer(browser, session, page):
    url = reverse("join", args=[session.join_code])
    return browser.post(url, {"expression": "yes", "read": page.context["form"].now})


@pytest.mark.parametrize(
    ("inference", "own_device", "sent"),
    [("server", False, False), ("device", True, False), ("either", True, True)],
)
def test_the_text_before_a_decision_says_where_and_the_decision_holds_it(
    settings, session, inference, own_device, sent
):
    settings.FER_INFERENCE = inference
    alice = Client()

    page = page_of(alice, session)
    answer(alice, session, page)

    text = html.unescape(page.content.decode())
    assert (OWN_DEVICE in text, SENT in text) == (own_device, sent)
    assert Consent.objects.get(purpose=Purpose.EXPRESSION).inference == inference
    session.refresh_from_db()
    assert session.device_only == (inference == "device")
    mine = alice.get(reverse("join-my-data", args=[session.join_code]))
    assert "camera pictures are read" in mine.content.decode()


def test_a_page_that_said_devices_is_not_taken_where_pictures_may_be_sent(
    settings, session
):
    """Nobody had joined: nothing held the operator to what that page said."""
    settings.FER_INFERENCE = "device"
    alice = Client()
    page = page_of(alice, session)
    settings.FER_INFERENCE = "either"

    refused = answer(alice, session, page)

    assert "The rules have changed" in refused.content.decode()
    assert not Consent.objects.exists()
    assert SENT in html.unescape(refused.content.decode())


def test_once_one_student_read_devices_all_later_ones_read_it_too(settings, session):
    settings.FER_INFERENCE = "device"
    answer(alice := Client(), session, page_of(alice, session))
    settings.FER_INFERENCE = "server"

    text = html.unescape(page_of(Client(), session).content.decode())

    assert OWN_DEVICE in text
    other = page_of(Client(), ClassSessionFactory(live=True)).content.decode()
    assert OWN_DEVICE not in html.unescape(other)


@pytest.mark.parametrize(
    ("inference", "said"),
    [
        ("server", "In memory, never on a disk"),
        ("device", "on the student's own device; never sent"),
        ("either", "on the student's own device or on the server"),
    ],
)
def test_the_privacy_page_says_where(client, settings, inference, said):
    settings.FER_INFERENCE = inference

    text = client.get(reverse("privacy")).content.decode()

    assert said in html.unescape(text)
