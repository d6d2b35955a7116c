"""Whose sums count when a minute is closed, and what is left of a student who went."""

import pytest
from django.apps import apps
from django.core.serializers import serialize

from inference.contracts import FrameState, Reading
from sessions_app.enums import MinuteStatus, Purpose
from sessions_app.minutes.closing import close_minute
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.models import Consent
from sessions_app.models.audit import AppendOnlyViolation
from sessions_app.services import consent
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = pytest.mark.django_db

K = 10
SAD = Reading(FrameState.OK, scores=(0.01, 0.01, 0.01, 0.01, 0.94, 0.01, 0.01))


@pytest.fixture
def store(monkeypatch):
    store = MemoryStore()
    monkeypatch.setattr("sessions_app.minutes.current_store._store", store)
    return store


def a_class(store, size, *, first_key=1):
    """A class in its first minute; the keys, and so the noise, are as numbered."""
    session = ClassSessionFactory(live=True)
    people = [
        ParticipantFactory(
            session=session, cell_key=first_key + seat, agreed=[*Purpose]
        )
        for seat in range(size)
    ]
    for person in people:
        sit_and_send(store, person)
    return session, people


def sit_and_send(store, person):
    store.note_present(person.session_id, 0, {person.pk})
    for _ in range(3):
        store.add(person.session_id, 0, person.pk, SAD)


def closed(session, store):
    now = session.minute_starts_at(1).timestamp()
    return close_minute(session=session, store=store, index=0, now=now)


def shown(minute):
    hidden = {"_state", "id", "session_id", "starts_at"}
    return {key: value for key, value in vars(minute).items() if key not in hidden}


def test_sums_given_on_an_older_text_do_not_count_at_the_close(store, settings):
    session, _ = a_class(store, K)
    settings.FER_CONSENT_VERSION = "2030-01"

    minute = closed(session, store)

    assert (minute.status, minute.size) == (MinuteStatus.TOO_FEW, None)
    assert (minute.pulse_status, minute.pulse_size) == (MinuteStatus.TOO_FEW, None)


def test_only_those_who_agreed_to_the_new_text_count(store, settings):
    session, people = a_class(store, K + 2)
    settings.FER_CONSENT_VERSION = "2030-01"
    for person in people[:K]:
        consent.decide(participant=person, decisions=dict.fromkeys(Purpose, True))

    minute = closed(session, store)

    assert (minute.status, minute.pulse_status) == (MinuteStatus.RELEASED,) * 2


@pytest.mark.parametrize("goes", ["withdraws", "leaves"])
def test_who_goes_leaves_a_minute_as_it_would_have_been_without(
    goes, store, monkeypatch, django_capture_on_commit_callbacks
):
    # Otherwise each class would have a part of the noise of its own.
    monkeypatch.setattr("sessions_app.minutes.re_entry.secrets.randbits", lambda _: 7)
    session, people = a_class(store, K + 1)
    others, _ = a_class(store, K)  # the same students, but for the one who goes
    with django_capture_on_commit_callbacks(execute=True):
        if goes == "leaves":
            consent.leave(participant=people[-1])
        else:
            no = dict.fromkeys(Purpose, False)
            consent.decide(participant=people[-1], decisions=no)

    minutes = [closed(one, store) for one in (session, others)]

    assert minutes[0].status == MinuteStatus.RELEASED
    assert shown(minutes[0]) == shown(minutes[1])


def test_who_leaves_is_in_no_table(store):
    _, people = a_class(store, 2)
    gone = str(people[0].pk)

    consent.leave(participant=people[0])

    assert [
        model._meta.label
        for model in apps.get_models()
        if gone in serialize("json", model._default_manager.all())
    ] == []


def test_a_decision_is_never_overwritten():
    person = ParticipantFactory(agreed=[Purpose.PULSE])
    decision = person.consents.get()

    decision.given = False
    with pytest.raises(AppendOnlyViolation):
        decision.save()
    with pytest.raises(AppendOnlyViolation):
        Consent.objects.update(given=False)

    assert Consent.objects.get().given
