"""What the live path reads from the database, once a second."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db.models import F

from sessions_app.enums import Purpose
from sessions_app.live.roster import Roster
from sessions_app.minutes.running_session import running_session
from sessions_app.models import ClassMinute, ClassSession, Consent, Participant
from sessions_app.models.policy import effective_policy


def load_roster(*, participants: Collection[UUID]) -> Roster:
    """Read the running sessions, and the current consents of those connected here."""
    running = list(ClassSession.objects.running())
    counted = _counted(running)
    sessions = {s.pk: running_session(s, counted.get(s.pk)) for s in running}
    consents, decided = _consents_and_decisions(participants)
    demo_page = effective_policy().demo_page
    return Roster(frozenset(participants), sessions, consents, demo_page, decided)


def _counted(running: list[ClassSession]) -> dict[UUID, int | None]:
    """The released size of each class's last closed minute."""
    last = ClassMinute.objects.filter(
        session__in=running, index=F("session__closed_through")
    )
    return dict(last.values_list("session_id", "size"))


def current_consents(
    participants: Collection[UUID],
) -> dict[UUID, frozenset[Purpose]]:
    """What each existing participant agrees to now; only the current text counts."""
    return _consents_and_decisions(participants)[0]


def _consents_and_decisions(
    participants: Collection[UUID],
) -> tuple[dict[UUID, frozenset[Purpose]], dict[UUID, dict[Purpose, int]]]:
    """The same, and the key of each one's newest decision on each purpose."""
    known = Participant.objects.filter(pk__in=participants).values_list("pk", flat=True)
    given: dict[UUID, set[Purpose]] = defaultdict(set)
    newest: dict[UUID, dict[Purpose, int]] = defaultdict(dict)
    decisions = Consent.objects.filter(participant__in=participants).order_by("pk")
    for key, person, purpose, version, yes in decisions.values_list(
        "pk", "participant_id", "purpose", "text_version", "given"
    ):
        given[person].discard(Purpose(purpose))
        if yes and version == settings.FER_CONSENT_VERSION:
            given[person].add(Purpose(purpose))
        newest[person][Purpose(purpose)] = key
    return {person: frozenset(given[person]) for person in known}, dict(newest)
