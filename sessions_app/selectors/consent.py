"""What a session asks its students, and what a student has agreed to."""

from django.conf import settings

from sessions_app import withheld
from sessions_app.enums import Purpose
from sessions_app.models import ClassSession, Participant


def offered(session: ClassSession) -> set[Purpose]:
    """What students may say yes to: nothing once the session is over."""
    if session.is_over:
        return set()
    asked = {
        Purpose.EXPRESSION: session.expression_offered,
        Purpose.PULSE: session.pulse_on,
    }
    return {purpose for purpose, on in asked.items() if on}


def choices_of(participant: Participant) -> dict[Purpose, bool]:
    """What holds per purpose: the decision, or a no that is not written yet."""
    choices = written_choices(participant)
    agreed = frozenset(purpose for purpose, yes in choices.items() if yes)
    decided = participant.consents.order_by("pk").values_list("purpose", "pk")
    keys = {Purpose(purpose): key for purpose, key in decided}
    allowed = withheld.allowed(participant.pk, agreed, keys)
    return {purpose: purpose in allowed for purpose in Purpose}


def written_choices(participant: Participant) -> dict[Purpose, bool]:
    """Current decision per purpose; unanswered, or on an older text, counts as no."""
    return {
        purpose: Participant.objects.consenting(purpose)
        .filter(pk=participant.pk)
        .exists()
        for purpose in Purpose
    }


def asked_anew(participant: Participant) -> set[Purpose]:
    """What is offered, and was decided on an older text only.

    A question that was left open is no decision, and nobody is asked twice for it.
    """
    rows = participant.consents.order_by("pk").values_list("purpose", "text_version")
    latest = dict(rows)
    return {
        purpose
        for purpose in offered(participant.session)
        if latest.get(purpose) not in {None, settings.FER_CONSENT_VERSION}
    }
