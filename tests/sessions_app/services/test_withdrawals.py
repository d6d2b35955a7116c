"""What could not be written is tried again, each by itself."""

import pytest
from django.db import OperationalError

from sessions_app.enums import Purpose
from sessions_app.selectors.consent import written_choices
from sessions_app.services import consent, withdrawals
from tests.sessions_app.factories import ParticipantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(monkeypatch):
    monkeypatch.setattr(withdrawals, "_waiting", waiting := {})
    return waiting


def refused():
    raise OperationalError("the row is locked")


def wait_for(person, writing):
    """As if the database had refused it a moment ago."""
    withdrawals._waiting[person.pk, "no"] = writing


def test_one_row_that_cannot_be_written_keeps_no_other_waiting(waiting):
    stuck, free = ParticipantFactory.create_batch(2, agreed=list(Purpose))
    wait_for(stuck, refused)
    no = {Purpose.EXPRESSION: False}
    wait_for(free, lambda: consent._decide(participant=free, decisions=no))

    with pytest.raises(OperationalError):
        withdrawals.write_waiting()

    assert not written_choices(free)[Purpose.EXPRESSION]
    assert list(waiting) == [(stuck.pk, "no")]


def test_where_every_try_takes_long_the_next_look_begins_with_the_others(
    waiting, monkeypatch
):
    monkeypatch.setattr(withdrawals, "_TRIES_FOR_S", 0.0)
    first, second = ParticipantFactory.create_batch(2)
    for person in (first, second):
        wait_for(person, refused)

    with pytest.raises(OperationalError):
        withdrawals.write_waiting()

    assert list(waiting) == [(second.pk, "no"), (first.pk, "no")]
