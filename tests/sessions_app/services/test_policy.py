import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction

from sessions_app.enums import Jurisdiction, Purpose
from sessions_app.minutes.estimation import release_policy
from sessions_app.minutes.running_session import running_session
from sessions_app.models import AuditEntry, ClassSession, Policy, policy
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.consent import offered
from sessions_app.services import policy as services
from tests.sessions_app.factories import ClassSessionFactory

pytestmark = pytest.mark.django_db

EU, OTHER = Jurisdiction.EU, Jurisdiction.OTHER


def details():
    return list(AuditEntry.objects.order_by("pk").values_list("actor", "detail"))


def test_until_an_admin_decides_the_environment_alone_holds(settings):
    settings.FER_MIN_GROUP = 12

    holds = effective_policy()

    assert (holds.expression_allowed, holds.min_group) == (True, 12)
    assert (holds.sessions_kept_days, holds.audit_kept_days) == (365, 730)
    assert holds.jurisdiction is None
    assert not holds.demo_page


def test_an_admin_tightens_what_the_environment_allows(decide):
    decide(min_group=20, sessions_kept_days=30)

    assert effective_policy().min_group == 20
    assert release_policy(ClassSession(), Purpose.EXPRESSION, 20).min_group == 20
    assert effective_policy().sessions_kept_days == 30


def test_an_admin_never_widens_it(decide, settings):
    settings.FER_MIN_GROUP, settings.FER_EMOTION_INFERENCE = 15, False

    decide(min_group=5, expression_on=True, demo_page_on=True)

    assert effective_policy().min_group == 15
    assert not effective_policy().expression_allowed
    assert not effective_policy().demo_page


def test_the_demo_keeps_its_group_of_one(decide, settings):
    settings.FER_DEMO, settings.FER_MIN_GROUP = True, 1

    decide(min_group=20)

    assert effective_policy().min_group == 1


def test_in_the_eu_expression_is_off_whatever_is_asked_for(decide):
    decide(jurisdiction=EU, expression_on=True, demo_page_on=True)

    assert not effective_policy().expression_allowed
    assert not effective_policy().demo_page
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.update(expression_on=True)


def test_leaving_the_eu_leaves_expression_off_until_it_is_turned_on(decide):
    decide(jurisdiction=EU)
    decide(jurisdiction=OTHER)
    assert not effective_policy().expression_allowed

    decide(expression_on=True)

    assert effective_policy().expression_allowed


def test_policy_off_takes_the_camera_out_of_a_running_class(decide):
    session = ClassSessionFactory(live=True)
    assert running_session(session).expression_on

    decide(expression_on=False)

    assert not running_session(session).expression_on
    assert offered(session) == {Purpose.PULSE}


def test_another_process_sees_a_change_within_half_a_second(decide, monkeypatch):
    decide(min_group=20)
    assert effective_policy().min_group == 20
    Policy.objects.update(min_group=25)
    assert effective_policy().min_group == 20

    _, row = policy._last_read
    monkeypatch.setattr(policy, "_last_read", (time.monotonic() - 0.5, row))

    assert effective_policy().min_group == 25


def test_every_change_says_in_the_audit_who_changed_what(decide, boss):
    decide(jurisdiction=OTHER, min_group=10)
    decide(jurisdiction=EU, min_group=15)
    decide(min_group=15)

    assert details() == [
        (boss.email, "where the school is: none → other; minimum group: none → 10"),
        (
            boss.email,
            "where the school is: other → eu; minimum group: 10 → 15; "
            "facial expression: on → off",
        ),
    ]


def test_there_is_one_policy(decide):
    decide(min_group=10)

    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(id=2, min_group=10)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_are_the_first_to_decide_both_decide(boss, monkeypatch):
    """On PostgreSQL both find no row; SQLite lets one wait for the other."""
    both, ask = threading.Barrier(2), policy.Policy.decided_or_default

    def find_none():
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return ask()

    def decide(**values):
        services.change(by=boss, **values)
        connection.close()

    monkeypatch.setattr(policy.Policy, "decided_or_default", find_none)
    choices = [{"jurisdiction": OTHER}, {"min_group": 20}]
    with ThreadPoolExecutor() as admins:
        for decided in [admins.submit(decide, **each) for each in choices]:
            decided.result()

    now = Policy.objects.get()
    assert (now.jurisdiction, now.min_group) == (OTHER, 20)
    assert len(details()) == 2
