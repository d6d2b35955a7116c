"""What could not be written is tried again, each by itself."""

from functools import partial

import pytest
from django.db import OperationalError

from sessions_app.enums import Purpose
from sessions_app.minutes import withheld
from sessions_app.selectors.consent import choices_of, written_choices
from sessions_app.services import consent, withdrawals
from tests.sessions_app.factories import ParticipantFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(monkeypatch):
    monkeypatch.setattr(withdrawals, "_waiting", waiting := {})
    return waiting


def refused():
    raise OperationalError("the row is locked")


def wait_for(person, writing):
    """As if the database had refused it a moment ago."""
    withdrawals._waiting[person.pk, "no"] = withdrawals._Waiting((), writing)


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


def test_a_yes_of_another_tab_lifts_no_no_that_is_on_its_way():
    """The yes has the lock first; the no waits for it, and holds all the while."""
    person = ParticipantFactory(agreed=[Purpose.PULSE])
    no = {Purpose.PULSE: False}

    def write_after_a_yes():
        consent.decide(participant=person, decisions={Purpose.EXPRESSION: True})
        consent._decide(participant=person, decisions={Purpose.PULSE: True})
        assert not choices_of(person)[Purpose.PULSE]
        assert choices_of(person)[Purpose.EXPRESSION]
        consent._decide(participant=person, decisions=no)

    withdrawals.stop_reading(person.session_id, person.pk, no)
    withdrawals.write(person, "no", no, write_after_a_yes)

    assert not choices_of(person)[Purpose.PULSE]
    consent.decide(participant=person, decisions={Purpose.PULSE: True})
    assert choices_of(person)[Purpose.PULSE]


def test_a_no_that_waits_holds_until_it_is_written_whatever_is_said_meanwhile(waiting):
    person = ParticipantFactory(agreed=[Purpose.PULSE])
    no, yes = {Purpose.PULSE: False}, {Purpose.PULSE: True}
    withdrawals.stop_reading(person.session_id, person.pk, no)
    with pytest.raises(withdrawals.NotWritten):
        withdrawals.write(person, "no", no, refused)

    consent._decide(participant=person, decisions=yes)

    assert not choices_of(person)[Purpose.PULSE]
    written = partial(consent._decide, participant=person, decisions=no)
    waiting[person.pk, "no"] = waiting[person.pk, "no"]._replace(writing=written)
    withdrawals.write_waiting()
    assert not written_choices(person)[Purpose.PULSE]
    consent.decide(participant=person, decisions=yes)
    assert choices_of(person)[Purpose.PULSE]


def test_a_no_on_its_way_is_told_again_where_a_yes_elsewhere_has_taken_its_place():
    person = ParticipantFactory(agreed=[Purpose.PULSE])
    yes = person.consents.get().pk
    withdrawals.stop_reading(person.session_id, person.pk, [Purpose.PULSE])

    withheld.merge_from_peers(person.pk, person.session_id, {Purpose.PULSE: yes - 1})

    assert not choices_of(person)[Purpose.PULSE]
    assert withheld.untold == {person.pk: person.session_id}
    withdrawals.write_waiting()
    assert not withheld.untold
    withheld.forget(person.pk)
