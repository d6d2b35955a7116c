import copy
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sessions_app.enums import Purpose
from sessions_app.models import Consent, Participant
from sessions_app.selectors.my_data import (
    consent_receipt,
    deletion_receipt,
    is_ours,
    my_data,
)
from sessions_app.services import consent
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve():
    """Eve agreed to the pulse and changed her mind; Mallory is in the same class."""
    session = ClassSessionFactory(live=True, title="Algebra")
    person = ParticipantFactory(session=session, display_name="Eve")
    ParticipantFactory(session=session, display_name="Mallory", agreed=[*Purpose])
    consent.decide(participant=person, decisions={Purpose.PULSE: True})
    consent.decide(participant=person, decisions={Purpose.PULSE: False})
    return person


def test_all_that_is_kept_is_handed_out_and_nothing_of_others(eve, settings):
    decided = eve.consents.order_by("pk").values_list("decided_at", flat=True)

    assert my_data(eve) == {
        "class": "Algebra",
        "participant": {
            "id": str(eve.pk),
            "display_name": "Eve",
            "joined_at": eve.joined_at.isoformat(),
            "secret_number_for_the_noise": "kept until the lesson ends",
            "browsers_that_open_this": 0,
            "mark_of_who_signed_in": "none",
            "answered_the_question": False,
        },
        "decisions": [
            {
                "question": "One-tap pulse",
                "answer": answer,
                "text": settings.FER_CONSENT_VERSION,
                "numbers_shown_from_students": 10,
                "kept_days_after_the_class": 365,
                "students_see_the_result": False,
                "decided_at": at.isoformat(),
            }
            for answer, at in zip(("yes", "no"), decided, strict=True)
        ],
    }


def test_no_column_about_a_student_is_left_out_of_what_is_handed_out():
    """A new field must be shown to its owner; add it to my_data and here."""
    assert {field.name for field in Participant._meta.get_fields()} == {
        "id",
        "session",
        "display_name",
        "joined_at",
        "cell_key",
        "sign_in_hash",
        "answered",
        "browsers",
        "consents",
    }
    assert {field.name for field in Consent._meta.get_fields()} == {
        "id",
        "participant",
        "purpose",
        "text_version",
        "min_group",
        "kept_days",
        "students_see",
        "inference",
        "given",
        "decided_at",
    }


def test_the_secret_number_itself_never_leaves(eve):
    eve.cell_key = 123456789
    eve.save()

    assert "123456789" not in json.dumps(my_data(eve)) + json.dumps(
        consent_receipt(eve)
    )


@pytest.mark.parametrize("make", [consent_receipt, deletion_receipt])
def test_a_receipt_is_ours_until_a_word_of_it_is_changed(make, eve):
    receipt = json.loads(json.dumps(make(eve)))
    forged = copy.deepcopy(receipt)
    forged["issued_at"] = "2020-01-01T00:00:00+00:00"

    assert is_ours(receipt)
    assert not is_ours(forged)


@pytest.mark.parametrize(
    ("inference", "where"),
    [
        ("server", "On the school's server"),
        ("device", "On students' devices only"),
        ("either", "On students' devices or the school's server"),
    ],
)
def test_a_decision_says_where_pictures_were_said_to_be_read(
    settings, inference, where
):
    settings.FER_INFERENCE = inference
    person = ParticipantFactory()
    consent.decide(participant=person, decisions={Purpose.EXPRESSION: True})

    [decision] = my_data(person)["decisions"]

    assert decision["camera_pictures_are_read"] == where


@pytest.mark.parametrize("nonsense", [None, [], {}, {"signature": 7}, "receipt"])
def test_nonsense_is_no_receipt(nonsense):
    assert not is_ours(nonsense)


def test_a_receipt_names_the_text_that_was_agreed_to(eve, settings):
    receipt = consent_receipt(eve)

    assert [d["text"] for d in receipt["decisions"]] == [
        settings.FER_CONSENT_VERSION
    ] * 2


def test_whoever_runs_the_place_can_check_a_receipt(eve, tmp_path):
    file, out = tmp_path / "receipt.json", StringIO()
    file.write_text(json.dumps(consent_receipt(eve)))
    call_command("check_receipt", str(file), stdout=out)
    assert "Ours" in out.getvalue()

    file.write_text(json.dumps(consent_receipt(eve) | {"class": "Biology"}))
    with pytest.raises(CommandError, match="did not sign"):
        call_command("check_receipt", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_receipt", str(tmp_path / "nowhere.json"))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "null",
        "{}",
        '{"signature": 1}',
        '{"signature": "\\ud800"}',
        '{"signature": "a", "b": "\\ud800"}',
        '{"signature": "a", "b": NaN}',
        '{"signature": "a", "b": ' + "[" * 500 + "]" * 500 + "}",
        "[" * 100_000,
        "\udcff",
        "",
    ],
)
def test_any_other_file_is_no_receipt(text, tmp_path):
    file = tmp_path / "receipt.json"
    file.write_text(text, errors="surrogateescape")

    with pytest.raises(CommandError, match=r"did not sign|cannot be read"):
        call_command("check_receipt", str(file))
