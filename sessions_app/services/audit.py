"""Write down who did what to what. No student is named, and no number of a class."""

import datetime as dt

from django.utils import timezone

from sessions_app.enums import AuditAction
from sessions_app.models import AuditEntry, ClassSession, Course, User

_DETAIL_LENGTH = 500
STILL_LOOKING = dt.timedelta(minutes=10)


def record(
    *, action: AuditAction, actor: User | None, object_id: str = "", detail: str = ""
) -> AuditEntry:
    """Append one entry.

    Args:
        action: What was done.
        actor: Who did it; None for the platform itself.
        object_id: Of the row it was done to, which may be deleted by now.
        detail: In words, for admins; cut where it is too long.
    """
    return AuditEntry.objects.create(
        action=action,
        actor=actor.email if actor else "",
        object_id=object_id,
        detail=detail[:_DETAIL_LENGTH],
    )


def viewed(*, session: ClassSession, by: User, what: str) -> None:
    """Append that somebody opened a page about a class."""
    _about(session, AuditAction.VIEWED, by, what)


def keeps_viewing(*, session: ClassSession, by: User, what: str) -> None:
    """Append a view by a socket or script, which asks again and again, now and then."""
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
    _about(session, AuditAction.EXPORTED, by, what)


def deletes(subject: ClassSession | Course, *, by: User) -> None:
    """Append that somebody deletes a class or a course; call it in one transaction."""
    record(
        action=AuditAction.DELETED,
        actor=by,
        object_id=str(subject.pk),
        detail=f"{subject._meta.verbose_name} “{subject}”",
    )


def _about(session: ClassSession, action: AuditAction, by: User, what: str) -> None:
    detail = f"{what} of “{session.title}”"
    record(action=action, actor=by, object_id=str(session.pk), detail=detail)
