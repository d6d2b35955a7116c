import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.formats import date_format

from sessions_app.enums import Jurisdiction
from sessions_app.models import ClassSession, Policy
from sessions_app.models.law import PLACES
from sessions_app.models.policy import effective_policy, read_policy_anew
from sessions_app.selectors.policy import remarks, violations
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db


TODAY = dt.date(2026, 12, 1)  # days after the rules were read


def found():
    return violations(now=timezone.now())


def check():
    """What the command prints, and its exit code."""
    out = StringIO()
    try:
        call_command("policy_check", stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


@pytest.fixture
def decided(decide):
    """A policy without fault."""
    decide(jurisdiction=Jurisdiction.OTHER, min_group=10)


@pytest.mark.usefixtures("decided")
def test_a_decided_policy_that_is_kept_has_no_violation():
    ClassMinuteFactory(
        status="released", size=10, session=ClassSessionFactory(ended=True)
    )
    ParticipantFactory()  # of a class that runs, and has its key

    assert found() == remarks(today=TODAY) == []
    printed, code = check()
    assert code == 0
    assert "min group            10\n" in printed
    assert "No violations." in printed


def test_expression_that_nobody_has_decided_on_is_a_violation(settings):
    assert found() == [
        "Expression is on, but no admin has declared where the school is."
    ]

    settings.FER_EMOTION_INFERENCE = False
    assert found() == []
    assert remarks(today=TODAY) == [
        "No admin has decided on the policy; the environment alone holds."
    ]


@pytest.mark.usefixtures("decided")
def test_a_demo_and_missing_noise_are_violations(settings):
    settings.FER_DEMO, settings.FER_MIN_GROUP = True, 1
    settings.FER_NOISE_SCALE, settings.FER_WINDOW_S = 0.01, 10

    assert found() == [
        "Numbers are shown from 1 on; only a demo may do so.",
        "FER_NOISE_SCALE is 0.01: a student who leaves can be found by subtraction. "
        "Set 1 or more.",
        "FER_WINDOW_S is 10: an attacker gets more minutes than were measured. "
        "Set 60 or more.",
    ]
    assert check()[1] == 1


@pytest.mark.usefixtures("decided")
def test_a_network_that_nobody_attacked_is_a_violation(monkeypatch):
    monkeypatch.setattr(
        "sessions_app.selectors.policy.report", lambda: {"network": "another"}
    )

    [sentence] = found()
    assert sentence.startswith("FER_ARTEFACT names a network that no attack")


@pytest.mark.usefixtures("decided")
def test_small_groups_and_outlived_keys_are_violations():
    ended = ClassSessionFactory(ended=True)
    ClassMinuteFactory(session=ended, status="released", size=1)
    ClassMinuteFactory(session=ended, pulse_status="released", pulse_size=1)
    ParticipantFactory(session=ended)

    assert found() == [
        "Minutes that show groups under 5, as a demo's do: 2. Delete their lessons.",
        "Students whose key or sign-in code outlived their lesson: 1.",
    ]


@pytest.mark.usefixtures("decided")
def test_a_retention_that_did_not_run_is_a_violation_after_a_day():
    old = ClassSessionFactory(ended=True, started_at=ago(days=400))
    ClassSession.objects.filter(pk=old.pk).update(ended_at=ago(days=365, hours=23))
    ClassSessionFactory(live=True, started_at=ago(hours=35))
    assert found() == []

    assert violations(now=timezone.now() + dt.timedelta(hours=2)) == [
        "Overdue lessons: 1. Run `manage.py apply_retention`.",
        "Overdue forgotten lessons: 1. Run `manage.py apply_retention`.",
    ]


def test_the_environments_ceiling_is_remarked_on(decide, settings):
    decide(min_group=10)
    settings.FER_MIN_GROUP, settings.FER_EMOTION_INFERENCE = 15, False

    assert remarks(today=TODAY) == [
        "FER_EMOTION_INFERENCE keeps expression off; the policy has it on.",
        "FER_MIN_GROUP makes the minimum group 15; the policy says 10.",
    ]
    printed, code = check()
    assert code == 0
    assert "Note: FER_MIN_GROUP" in printed


@pytest.mark.parametrize("place", Jurisdiction)
def test_rules_that_were_read_half_a_year_ago_are_to_be_read_again(
    place, decide, monkeypatch
):
    decide(jurisdiction=place, min_group=10)
    read_on = PLACES[place].read_on
    half_a_year = dt.timedelta(days=183)
    assert remarks(today=read_on + half_a_year) == []

    [sentence] = remarks(today=read_on + half_a_year + dt.timedelta(days=1))

    assert f"{place.label}) were last read on {date_format(read_on)}" in sentence
    monkeypatch.setattr(timezone, "localdate", lambda: read_on + 2 * half_a_year)
    printed, code = check()
    assert "Note: The rules of the place" in printed
    assert code == 0  # a note, no violation


def test_a_policy_from_before_its_place_had_rules_is_remarked_on(decide):
    decide(jurisdiction=Jurisdiction.EU, min_group=10)
    Policy.objects.update(sessions_kept_days=1000)
    read_policy_anew()

    [sentence] = remarks(today=TODAY)

    assert sentence.startswith("The policy is wider than the rules of the place")
    assert effective_policy().sessions_kept_days == 1000  # nothing is deleted by that


def ago(**span):
    return timezone.now() - dt.timedelta(**span)
