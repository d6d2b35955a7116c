"""All that is kept about one student, and receipts that this server can vouch for."""

import json
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils import timezone

from sessions_app.enums import Inference, Purpose
from sessions_app.models import Consent, Participant

_SALT = "receipt"


def my_data(participant: Participant) -> dict[str, Any]:
    """Every row about a student, ready for JSON; there are no others."""
    return {
        "class": participant.session.title,
        "participant": {
            "id": str(participant.pk),
            "display_name": participant.display_name,
            "joined_at": participant.joined_at.isoformat(),
            # Not the number itself: with all of them, the noise could be taken off.
            "secret_number_for_the_noise": "deleted"
            if participant.cell_key is None
            else "kept until the lesson ends",
            "browsers_that_open_this": participant.browsers.count(),
            "mark_of_who_signed_in": "kept until the lesson ends"
            if participant.sign_in_hash
            else "none",
            "answered_the_question": participant.answered,
        },
        "decisions": _decisions(participant),
    }


def consent_receipt(participant: Participant) -> dict[str, Any]:
    """What a student decided on which text, signed."""
    return _receipt("consent", participant, decisions=_decisions(participant))


def deletion_receipt(participant: Participant) -> dict[str, Any]:
    """A signed statement that a student was deleted just now; the server keeps no copy."""
    return _receipt("deletion", participant)


def is_ours(receipt: Any) -> bool:
    """Whether this server signed a receipt, and nobody has changed it since."""
    if not isinstance(receipt, dict) or not isinstance(receipt.get("signature"), str):
        return False
    content = {name: value for name, value in receipt.items() if name != "signature"}
    try:
        Signer(salt=_SALT).unsign(f"{_canonical(content)}:{receipt['signature']}")
    except (BadSignature, UnicodeEncodeError, RecursionError):  # JSON can hold anything
        return False
    return True


def _decisions(participant: Participant) -> list[dict[str, Any]]:
    return [
        {
            "question": str(Purpose(consent.purpose).label),
            "answer": "yes" if consent.given else "no",
            "text": consent.text_version,
            "numbers_shown_from_students": consent.min_group,
            "kept_days_after_the_class": consent.kept_days,
            "students_see_the_result": consent.students_see,
            **_where_read(consent),
            "decided_at": consent.decided_at.isoformat(),
        }
        for consent in participant.consents.order_by("pk")
    ]


def _where_read(consent: Consent) -> dict[str, str]:
    """Where camera pictures are read, as the text said; the pulse has none."""
    if not consent.inference:
        return {}
    return {"camera_pictures_are_read": str(Inference(consent.inference).label)}


def _receipt(kind: str, participant: Participant, **more: Any) -> dict[str, Any]:
    content = {
        "receipt": kind,
        "class": participant.session.title,
        "participant": str(participant.pk),
        **more,
        "issued_at": timezone.now().isoformat(),
    }
    signature = Signer(salt=_SALT).signature(_canonical(content))
    return {**content, "signature": signature}


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
