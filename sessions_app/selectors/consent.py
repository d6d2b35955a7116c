"""What a session asks its students, and what a student has agreed to."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sessions_app.enums import Purpose
from sessions_app.minutes import withheld
from sessions_app.models import ClassSession, Consent, Participant


class Decided(NamedTuple):
    """What the database says of some participants, as far as they exist."""

    agreed: dict[UUID, frozenset[Purpose]]  # no entry for a student who never answered
    newest: dict[UUID, dict[Purpose, int]]  # the keys of the decisions that count
    read_since: dict[
        UUID, float
    ]  # when each yes to expression was said, since the epoch


def decided(participants: Collection[UUID]) -> Decided:
    """What each existing participant agrees to now, and by which decisions."""
    known = Participant.objects.filter(pk__in=participants).values_list("pk", flat=True)
    agreed: dict[UUID, set[Purpose]] = defaultdict(set)
    newest: dict[UUID, dict[Purpose, int]] = defaultdict(dict)
    read_since: dict[UUID, float] = {}
    latest = Consent.objects.filter(participant__in=participants).latest_decisions()
    for key, person, purpose, agrees, at in latest.values_list(
        "pk", "participant_id", "purpose", "agrees", "decided_at"
    ):
        newest[person][Purpose(purpose)] = key
        if agrees:
            agreed[person].add(Purpose(purpose))
            if purpose == Purpose.EXPRESSION:
                read_since[person] = at.timestamp()
    everybodys = {p: frozenset(agreed[p]) for p in known}
    return Decided(everybodys, dict(newest), read_since)


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
    agreed, newest, _ = decided([participant.pk])
    allowed = withheld.allowed(
        participant.pk,
        agreed.get(participant.pk, frozenset()),
        newest.get(participant.pk, {}),
    )
    return {purpose: purpose in allowed for purpose in Purpose}


def written_choices(participant: Participant) -> dict[Purpose, bool]:
    """Current decision per purpose; unanswered, or on an older text, counts as no."""
    agreed = decided([participant.pk]).agreed.get(participant.pk, frozenset())
    return {purpose: purpose in agreed for purpose in Purpose}


def asked_again(participant: Participant) -> set[Purpose]:
    """What is offered, and was decided on an older text, or before students saw the result.

    A question that was left open is no decision, and nobody is asked twice for it.
    """
    latest = participant.consents.latest_decisions()
    older = latest.filter(current=False)
    return offered(participant.session) & set(older.values_list("purpose", flat=True))
