"""What a student said the last time: to name it where the same is asked again."""

from collections.abc import Collection
from typing import NamedTuple

from sessions_app.enums import Purpose
from sessions_app.minutes import withheld
from sessions_app.models import ClassSession, Consent, Participant
from sessions_app.models.consent import current_versions
from sessions_app.models.session import ClassSessionQuerySet

MOST_LESSONS = 100  # that are looked through, the newest first


class LastAnswer(NamedTuple):
    """One decision of before. It preselects nothing, and counts for nothing here."""

    consent: Consent
    yes: bool
    text_changed: bool  # since then


def earlier_in_course(session: ClassSession) -> ClassSessionQuerySet:
    """The sessions whose students may be told what they said there.

    Where students sign in, a browser is no proof of who sits at it, and the code that
    proves it is deleted when a session ends: so nothing of theirs is told.
    """
    if session.course is None or session.signed_in_only:
        return ClassSession.objects.none()
    others = session.course.class_sessions.filter(signed_in_only=False)
    return others.exclude(pk=session.pk)[:MOST_LESSONS]


def last_answers(of: Collection[Participant]) -> dict[str, LastAnswer]:
    """The decisions that count in the session that a student joined last, by purpose.

    Args:
        of: The participants of one browser.
    """
    if not of:
        return {}
    person = max(of, key=lambda each: each.joined_at)
    latest = {Purpose(row.purpose): row for row in person.consents.latest_decisions()}
    given = frozenset(purpose for purpose, row in latest.items() if row.given)
    keys = {purpose: row.pk for purpose, row in latest.items()}
    yes = withheld.allowed(person.pk, given, keys)
    now = current_versions()
    return {
        purpose.value: LastAnswer(row, purpose in yes, row.text_version not in now)
        for purpose, row in latest.items()
    }
