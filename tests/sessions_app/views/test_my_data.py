import json

import pytest
from django.test import Client
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.models import Consent, Participant
from sessions_app.selectors.my_data import is_ours
from sessions_app.web import participant_cookie
from tests.sessions_app.factories import (
    ClassSessionFactory,
    ParticipantFactory,
    as_read,
)

pytestmark = pytest.mark.django_db

PAGES = ["join-my-data", "join-my-data-export", "join-my-data-receipt"]


def url(name, participant):
    return reverse(name, args=[participant.session.join_code])


@pytest.fixture
def eve():
    return ParticipantFactory(display_name="Eve", agreed=[Purpose.PULSE])


def test_a_student_sees_what_is_kept_and_nothing_of_others(eve, browser_with):
    ParticipantFactory(session=eve.session, display_name="Mallory")

    page = browser_with(eve).get(url("join-my-data", eve)).content.decode()

    assert "Eve" in page
    assert str(eve.pk) in page
    assert "Mallory" not in page


@pytest.mark.parametrize("page", PAGES)
def test_without_the_signed_cookie_there_is_nothing_to_see(page, eve, browser_of):
    forged = Client()
    forged.cookies[participant_cookie.old_name(eve.session)] = str(eve.pk)

    for browser in (Client(), forged, browser_of(eve.session.teacher)):
        assert browser.get(url(page, eve)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_cookie_opens_no_other_class(page, eve, browser_with):
    elsewhere = ParticipantFactory()
    browser = browser_with(eve)
    stolen = browser.cookies[participant_cookie.old_name(eve.session)].value
    browser.cookies[participant_cookie.old_name(elsewhere.session)] = stolen

    assert browser.get(url(page, elsewhere)).status_code == 403


def test_the_export_is_a_json_file(eve, browser_with):
    response = browser_with(eve).get(url("join-my-data-export", eve))

    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert response.json()["participant"]["display_name"] == "Eve"
    assert "no-store" in response["Cache-Control"]


def test_the_receipt_is_signed(eve, browser_with):
    response = browser_with(eve).get(url("join-my-data-receipt", eve))

    assert is_ours(response.json())


def test_deleting_leaves_nothing_and_hands_out_a_receipt(eve, browser_with):
    browser = browser_with(eve)

    receipt = browser.post(url("join-leave", eve)).context["receipt"]

    assert is_ours(json.loads(receipt))
    assert not Participant.objects.exists()
    assert not Consent.objects.exists()
    assert browser.get(url("join-my-data", eve)).status_code == 403


def test_leaving_twice_gives_no_second_receipt(eve, browser_with):
    browser = browser_with(eve)
    browser.post(url("join-leave", eve))

    assert "receipt" not in browser.post(url("join-leave", eve)).context


def test_after_the_class_the_data_can_still_be_seen_and_deleted(browser_with):
    eve = ParticipantFactory(
        session=ClassSessionFactory(ended=True),
        cell_key=None,
        agreed=[Purpose.PULSE],
    )
    browser = browser_with(eve)

    over = browser.get(url("join-class", eve))
    assert url("join-my-data", eve) in over.content.decode()
    assert browser.get(url("join-my-data", eve)).status_code == 200
    browser.post(url("join-leave", eve))

    assert not Participant.objects.exists()


def test_the_cookie_lasts_as_long_as_what_it_opens(decide, client):
    decide(sessions_kept_days=90)
    session = ClassSessionFactory(live=True)

    client.post(reverse("join", args=[session.join_code]), as_read(session))

    cookie = client.cookies[participant_cookie.name()]
    assert cookie["max-age"] == 90 * 24 * 60 * 60
