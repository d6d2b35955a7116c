"""What the live path reads from the database, once a second."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from sessions_app.live.roster import Roster
from sessions_app.minutes.running_session import running_session
from sessions_app.models import ClassMinute, ClassSession
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.consent import decided


def load_roster(*, participants: Collection[UUID]) -> Roster:
    """Read the running sessions, and the current consents of those connected here."""
    running = list(ClassSession.objects.running())
    counted = _counted(running)
    sessions = {s.pk: running_session(s, counted.get(s.pk)) for s in running}
    agreed, newest = decided(participants)
    demo_page = effective_policy().demo_page
    return Roster(frozenset(participants), sessions, agreed, demo_page, newest)


def _counted(running: list[ClassSession]) -> dict[UUID, int | None]:
    """The released size of each class's last closed minute."""
    last = ClassMinute.objects.filter(
        session__in=running, index=F("session__closed_through")
    )
    return dict(last.values_list("session_id", "size"))
