"""A no that came while the database could not even tell whose it is."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.models import Participant
from sessions_app.selectors.consent import written_choices
from sessions_app.services import withdrawals
from sessions_app.views import taking_part
from sessions_app.web import participant_cookie
from tests.sessions_app.factories import ParticipantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def student():
    return ParticipantFactory(session__live=True, agreed=list(Purpose))


@pytest.fixture
def while_away(student, monkeypatch):
    """Say something while the database is away."""

    def away(_code):
        raise OperationalError("it is away")

    def say(browser, page, said=None, code=student.session.join_code):
        browser.raise_request_exception = False
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(taking_part, "session_of", away)
            answer = browser.post(reverse(page, args=[code]), said)
        assert answer.status_code == 503

    return say


def test_a_no_is_said_again_by_the_server(student, browser_with, while_away):
    while_away(browser_with(student), "join-choices", {"expression": "off"})
    assert written_choices(student)[Purpose.EXPRESSION]

    withdrawals.write_waiting()

    choices = written_choices(student)
    assert (choices[Purpose.EXPRESSION], choices[Purpose.PULSE]) == (False, True)
    assert not withdrawals._waiting


def test_so_is_that_somebody_leaves(student, browser_with, while_away):
    while_away(browser_with(student), "join-leave")

    withdrawals.write_waiting()

    assert not Participant.objects.exists()


def test_a_yes_is_not(student, browser_with, while_away):
    while_away(browser_with(student), "join-choices", {"pulse": "on"})

    assert not withdrawals._waiting


def test_nothing_is_kept_of_who_is_no_student_or_of_no_lessons_code(
    student, browser_with, while_away
):
    """Or memory would fill up with what strangers send while the database is away."""
    stranger = Client()
    stranger.cookies[participant_cookie.name()] = "x" * 60_000
    stranger.cookies[participant_cookie.old_name(student.session)] = "forged"

    while_away(stranger, "join-leave")
    while_away(browser_with(student), "join-leave", code="A" * 60_000)

    assert not withdrawals._waiting


def test_nothing_is_kept_but_by_what_a_student_is_known(
    student, browser_with, while_away
):
    browser, secret = browser_with(student), "s" * 43
    browser.cookies[participant_cookie.name()] = secret
    browser.cookies["another"] = "x" * 60_000

    while_away(browser, "join-leave")

    [waits] = withdrawals._waiting.values()
    assert waits.writing.args[0].keys() == {
        participant_cookie.name(),
        participant_cookie.old_name(student.session),
    }


def test_however_much_waits_the_clock_goes_on(student, monkeypatch):
    monkeypatch.setattr(withdrawals, "_TRIES_FOR_S", 0.0)
    heard = []
    for number in range(3):
        withdrawals.hear_later(f"{number}", "leave", lambda n=number: heard.append(n))

    for looks in range(1, 4):
        withdrawals.write_waiting()
        assert heard == [*range(looks)]
