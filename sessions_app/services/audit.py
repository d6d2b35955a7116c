"""Write down who did what to what. No student is named, and no number of a class."""

import datetime as dt

from django.db.models import Model
from django.utils import timezone

from sessions_app.enums import AuditAction
from sessions_app.models import AuditEntry, ClassSession, User

_DETAIL_LENGTH = 500
STILL_LOOKING = dt.timedelta(minutes=10)


def record(
    *,
    action: AuditAction,
    actor: User | None,
    subject: Model | None = None,
    detail: str = "",
) -> AuditEntry:
    """Append one entry.

    Args:
        action: What was done.
        actor: Who did it; None for the platform itself.
        subject: The row it was done to, which may be deleted already.
        detail: In words, for admins; cut where it is too long.
    """
    return AuditEntry.objects.create(
        action=action,
        actor=actor.email if actor else "",
        object_id=str(subject.pk) if subject else "",
        detail=detail[:_DETAIL_LENGTH],
    )


def viewed(*, session: ClassSession, by: User, what: str) -> None:
    """Append that somebody opened a page about a class."""
    record(
        action=AuditAction.VIEWED, actor=by, subject=session, detail=_of(session, what)
    )


def keeps_viewing(*, session: ClassSession, by: User, what: str) -> None:
    """Append a view by script or socket, which asks again and again, now and then."""
    lately = AuditEntry.objects.filter(
        actor=by.email,
        object_id=str(session.pk),
        action=AuditAction.VIEWED,
        at__gt=timezone.now() - STILL_LOOKING,
    )
    if not lately.exists():
        viewed(session=session, by=by, what=what)


def exported(*, session: ClassSession, by: User, what: str) -> None:
    """Append that somebody took a class's numbers away in a file."""
    record(
        action=AuditAction.EXPORTED,
        actor=by,
        subject=session,
        detail=_of(session, what),
    )


def _of(session: ClassSession, what: str) -> str:
    return f"{what} of “{session.title}”"
