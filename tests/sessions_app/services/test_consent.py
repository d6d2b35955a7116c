import pytest

from sessions_app.enums import Purpose
from sessions_app.models import Consent, Participant
from sessions_app.selectors.consent import choices_of, offered
from sessions_app.services import consent
from sessions_app.services.sessions import WrongState
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = pytest.mark.django_db

EXPRESSION, PULSE = Purpose.EXPRESSION, Purpose.PULSE


def decisions():
    return list(Consent.objects.order_by("pk").values_list("purpose", "given"))


def test_joining_writes_one_row_per_answer():
    session = ClassSessionFactory()

    person = consent.join(session=session, decisions={EXPRESSION: True, PULSE: False})

    assert decisions() == [("expression", True), ("pulse", False)]
    assert choices_of(person) == {EXPRESSION: True, PULSE: False}


def test_unanswered_is_no_and_leaves_no_row():
    person = consent.join(session=ClassSessionFactory(), decisions={})

    assert decisions() == []
    assert choices_of(person) == {EXPRESSION: False, PULSE: False}


@pytest.mark.parametrize("state", ["ending", "ended"])
def test_nobody_joins_a_class_that_is_over(state):
    session = ClassSessionFactory(**{state: True})

    with pytest.raises(WrongState):
        consent.join(session=session, decisions={})

    assert not Participant.objects.exists()


def test_whoever_has_signed_in_comes_back_to_a_full_class(settings):
    settings.FER_STUDENTS_PER_CLASS = 1
    session = ClassSessionFactory()
    known = consent.join(session=session, decisions={}, sign_in_hash="a hash")

    with pytest.raises(consent.ClassFull):
        consent.join(session=session, decisions={}, sign_in_hash="another")

    assert consent.join(session=session, decisions={}, sign_in_hash="a hash") == known


def test_withdrawing_appends_and_leaves_the_other_choice():
    person = ParticipantFactory(agreed=[EXPRESSION, PULSE])

    consent.decide(participant=person, decisions={EXPRESSION: False})

    assert decisions() == [("expression", True), ("pulse", True), ("expression", False)]
    assert choices_of(person) == {EXPRESSION: False, PULSE: True}


def test_deciding_the_same_again_writes_nothing():
    person = ParticipantFactory(agreed=[PULSE])

    consent.decide(participant=person, decisions={PULSE: True, EXPRESSION: False})

    assert decisions() == [("pulse", True)]


def test_a_yes_to_an_older_text_counts_as_no_until_it_is_given_again(settings):
    person = ParticipantFactory(agreed=[PULSE])
    settings.FER_CONSENT_VERSION = "2030-01"
    assert not choices_of(person)[PULSE]

    consent.decide(participant=person, decisions={PULSE: True})

    assert choices_of(person)[PULSE]
    assert Consent.objects.latest("pk").text_version == "2030-01"


def test_a_no_is_taken_after_the_end_and_a_yes_is_not():
    session = ClassSessionFactory(ended=True)
    person = ParticipantFactory(session=session, agreed=[EXPRESSION])

    consent.decide(participant=person, decisions={EXPRESSION: False})
    with pytest.raises(WrongState):
        consent.decide(participant=person, decisions={EXPRESSION: True})

    assert decisions() == [("expression", True), ("expression", False)]


def test_the_operators_ceiling_takes_the_camera_question_away(settings):
    session = ClassSessionFactory(live=True, expression_on=True)
    settings.FER_EMOTION_INFERENCE = False

    assert offered(session) == {PULSE}
    with pytest.raises(WrongState):
        consent.decide(
            participant=ParticipantFactory(session=session),
            decisions={EXPRESSION: True},
        )


def test_leaving_deletes_the_participant_and_every_decision():
    staying = ParticipantFactory(agreed=[PULSE])
    leaving = ParticipantFactory(session=staying.session, agreed=[EXPRESSION, PULSE])

    consent.leave(participant=leaving)

    assert list(Participant.objects.all()) == [staying]
    assert decisions() == [("pulse", True)]


def test_sockets_are_told_of_each_decision(told, django_capture_on_commit_callbacks):
    person = ParticipantFactory(agreed=[PULSE])

    with django_capture_on_commit_callbacks(execute=True):
        consent.decide(participant=person, decisions={PULSE: False})
    with django_capture_on_commit_callbacks(execute=True):
        consent.leave(participant=person)

    assert told == [person.session_id] * 4  # each is obeyed, and then written
