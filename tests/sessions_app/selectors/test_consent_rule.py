"""One rule, however it is asked: the latest decision counts, if on the current text."""

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.enums import Purpose
from sessions_app.live.roster_reader import RosterReader
from sessions_app.models import Consent, Participant
from sessions_app.selectors.consent import (
    asked_again,
    choices_of,
    decided,
    written_choices,
)
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = pytest.mark.django_db

VERSIONS = ["2026-01", "2026-02", "2026-03"]
PEOPLE = range(2)

decision = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(list(Purpose)),
    st.booleans(),
    st.sampled_from(VERSIONS),
)
with_rows = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
)


@with_rows
@given(history=st.lists(decision, max_size=12), current=st.sampled_from(VERSIONS))
def test_whoever_asks_hears_the_latest_decision_on_the_current_text(history, current):
    """Versions come in any order, since an operator may take an older text again."""
    people, last = _lived(history)
    ids = [person.pk for person in people]

    with override_settings(FER_CONSENT_VERSION=current):
        roster = RosterReader().read({p.pk: p.session_id for p in people})
        known = decided(ids)
        for seat, person in enumerate(people):
            answers = {p: last.get((seat, p)) for p in Purpose}
            expected = {p for p, said in answers.items() if said == (True, current)}

            assert _counted(person) == expected  # by the closing of a minute
            assert roster.consents_of(person.pk) == expected  # by the frame's path
            assert known.agreed[person.pk] == expected
            assert _yes(written_choices(person)) == expected  # by the page
            assert _yes(choices_of(person)) == expected
            assert asked_again(person) == {
                p for p, said in answers.items() if said and said[1] != current
            }
            assert known.newest.get(person.pk, {}) == _last_keys(person)


def test_nothing_is_known_of_somebody_who_left():
    person = ParticipantFactory(agreed=list(Purpose))
    gone, session = person.pk, person.session_id
    person.delete()

    assert decided([gone]) == ({}, {}, {})
    assert not RosterReader().read({gone: session}).knows(gone)


def _lived(history):
    """Two students of a live class after their decisions, and the last of each kind."""
    session = ClassSessionFactory(live=True)
    people = [ParticipantFactory(session=session) for _ in PEOPLE]
    last = {}
    for seat, purpose, yes, version in history:
        Consent.objects.create(
            participant=people[seat], purpose=purpose, given=yes, text_version=version
        )
        last[seat, purpose] = (yes, version)
    return people, last


def _counted(person):
    return {
        purpose
        for purpose in Purpose
        if Participant.objects.consenting(purpose).filter(pk=person.pk).exists()
    }


def _yes(choices):
    return {purpose for purpose, yes in choices.items() if yes}


def _last_keys(person):
    rows = person.consents.order_by("pk").values_list("purpose", "pk")
    return {Purpose(purpose): key for purpose, key in rows}
