"""Whatever happened between two readings: one who goes on reading knows what a new one does."""

import pytest

from sessions_app.enums import Purpose
from sessions_app.live import roster_reader
from sessions_app.live.roster_reader import RosterReader
from sessions_app.models import ClassSession, Consent
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = pytest.mark.django_db

EXPRESSION, PULSE = Purpose.EXPRESSION, Purpose.PULSE


@pytest.fixture
def students():
    session = ClassSessionFactory(live=True)
    return [
        ParticipantFactory(session=session, agreed=[EXPRESSION, PULSE])
        for _ in range(3)
    ]


@pytest.fixture
def people(students):
    return {each.pk: each.session_id for each in students}


@pytest.fixture
def asked(monkeypatch):
    """Of whom decisions were read, each time that any were."""
    asked = []
    decided = roster_reader.decided

    def noted(ids):
        asked.append(set(ids))
        return decided(ids)

    monkeypatch.setattr(roster_reader, "decided", noted)
    return asked


def decide(student, *, given, purpose=EXPRESSION, **more):
    text = student.consents.first().text_version
    Consent.objects.create(
        participant=student, purpose=purpose, given=given, text_version=text, **more
    )


def nothing(students):
    pass


def one_withdraws(students):
    decide(students[0], given=False)


def one_withdraws_and_agrees(students):
    decide(students[0], given=False)
    decide(students[0], given=True)


def one_leaves(students):
    students[0].delete()


def one_leaves_while_another_decides(students):
    decide(students[1], given=False)
    decide(students[1], given=False, purpose=PULSE)
    students[0].delete()


def one_joins_by_another_process(students):
    ParticipantFactory(session=students[0].session, agreed=[EXPRESSION])


def students_see_the_numbers_now(students):
    ClassSession.objects.filter(pk=students[0].session_id).update(students_see=True)


@pytest.mark.parametrize(
    "happens",
    [
        nothing,
        one_withdraws,
        one_withdraws_and_agrees,
        one_leaves,
        one_leaves_while_another_decides,
        one_joins_by_another_process,
        students_see_the_numbers_now,
    ],
)
def test_a_reader_that_goes_on_knows_what_a_new_one_does(students, people, happens):
    reader = RosterReader()
    reader.read(people)

    happens(students)

    again, anew = reader.read(people), RosterReader().read(people)
    assert (again.consents, again.decided) == (anew.consents, anew.decided)
    assert reader.read(people).changed_since(again) == []


def test_a_yes_to_an_older_text_counts_no_more(students, people, settings):
    reader = RosterReader()
    reader.read(people)

    settings.FER_CONSENT_VERSION = "2030-01"

    assert set(reader.read(people).consents.values()) == {frozenset()}


def test_a_no_is_read_though_a_higher_key_was_read_before(students, people):
    """A long transaction takes its key early and commits late."""
    late = 1_000_000
    decide(students[1], given=True, pk=late + 1)
    reader = RosterReader()
    assert reader.read(people).consents_of(students[0].pk) == {EXPRESSION, PULSE}

    decide(students[0], given=False, pk=late)

    assert reader.read(people).consents_of(students[0].pk) == {PULSE}


def test_of_many_students_only_who_decided_is_read(students, people, asked):
    reader = RosterReader()
    for _ in range(3):
        reader.read(people)
    decide(students[2], given=False)
    reader.read(people)

    assert [each for each in asked if each] == [set(people), {students[2].pk}]


def test_all_are_read_again_now_and_then(people, asked, monkeypatch):
    monkeypatch.setattr(roster_reader, "_ALL_AGAIN_AFTER_S", 0.0)
    reader = RosterReader()
    for _ in range(2):
        reader.read(people)

    assert asked == [set(people)] * 2


def test_who_comes_is_read_and_who_goes_is_forgotten(students, people, asked):
    alice, bob, _ = students
    reader = RosterReader()
    reader.read({alice.pk: people[alice.pk]})

    roster = reader.read({bob.pk: people[bob.pk]})

    assert set(roster.consents) == roster.asked_about == {bob.pk}
    assert asked == [{alice.pk}, {bob.pk}]
