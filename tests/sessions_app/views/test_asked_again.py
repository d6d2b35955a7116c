"""A new consent text stops counting at once and asks again."""

import pytest
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.live.roster_reader import RosterReader
from sessions_app.models import Consent, Participant
from sessions_app.selectors.consent import asked_again, choices_of
from tests.sessions_app.factories import (
    ClassSessionFactory,
    ParticipantFactory,
    as_read,
)

pytestmark = pytest.mark.django_db

EXPRESSION, PULSE = Purpose.EXPRESSION, Purpose.PULSE


def url(name, participant):
    return reverse(name, args=[participant.session.join_code])


@pytest.fixture
def alice():
    return ParticipantFactory(agreed=[EXPRESSION, PULSE])


@pytest.fixture
def new_text(settings):
    def publish():
        settings.FER_CONSENT_VERSION = "2030-01"

    return publish


def test_a_new_text_stops_counting_at_once(alice, new_text):
    people = {alice.pk: alice.session_id}
    assert RosterReader().read(people).consents == {alice.pk: {EXPRESSION, PULSE}}

    new_text()

    assert RosterReader().read(people).consents == {alice.pk: frozenset()}
    assert asked_again(alice) == {EXPRESSION, PULSE}


def test_the_class_page_leads_to_the_new_text_and_back(alice, new_text, browser_with):
    browser = browser_with(alice)
    new_text()

    assert browser.get(url("join-class", alice)).url == url("join", alice)
    page = browser.get(url("join", alice))
    assert page.context["form"].initial == {}
    assert "The text has changed" in page.content.decode()
    answers = as_read(alice.session) | {"expression": "no", "pulse": "yes"}
    assert browser.post(url("join", alice), answers).url == url("join-class", alice)

    assert browser.get(url("join-class", alice)).status_code == 200
    assert choices_of(alice) == {EXPRESSION: False, PULSE: True}
    assert Participant.objects.count() == 1
    assert Consent.objects.count() == 4


def test_what_is_left_open_counts_as_no_and_is_not_asked_again(
    alice, new_text, browser_with
):
    new_text()

    browser_with(alice).post(url("join", alice), as_read(alice.session))

    assert asked_again(alice) == set()
    assert choices_of(alice) == {EXPRESSION: False, PULSE: False}


def test_a_yes_needs_the_new_text_and_a_no_does_not(alice, new_text, browser_with):
    browser = browser_with(alice)
    new_text()
    path, script = url("join-choices", alice), {"accept": "application/json"}

    assert (
        browser.post(
            path, as_read(alice.session) | {"pulse": "on"}, headers=script
        ).status_code
        == 409
    )
    assert not choices_of(alice)[PULSE]
    assert browser.post(path, {"pulse": "off"}, headers=script).status_code == 200
    assert asked_again(alice) == {EXPRESSION}


def test_only_what_is_offered_is_asked(new_text, browser_with):
    session = ClassSessionFactory(live=True, expression_on=False)
    alice = ParticipantFactory(session=session, agreed=[EXPRESSION, PULSE])
    new_text()

    form = browser_with(alice).get(url("join", alice)).context["form"]

    assert asked_again(alice) == {PULSE}
    assert "expression" not in form.fields


def test_whoever_never_answered_is_left_in_peace(new_text, browser_with):
    alice = ParticipantFactory()
    new_text()

    assert browser_with(alice).get(url("join-class", alice)).status_code == 200


def test_nobody_is_asked_once_the_class_is_over(new_text):
    session = ClassSessionFactory(ended=True)
    alice = ParticipantFactory(session=session, agreed=[PULSE])
    new_text()

    assert asked_again(alice) == set()
