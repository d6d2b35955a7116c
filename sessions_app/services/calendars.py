"""What calendars are told of planned lessons, and the secret address of each person's."""

import datetime as dt
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from sessions_app.enums import AuditAction
from sessions_app.models import CalendarFeed, CancelledLesson, ClassSession, User
from sessions_app.models.people import token_hash
from sessions_app.services import audit

_TOLD = ("title", "course_id", "meeting_url", "planned_at", "planned_end_at")
_ASKED_EVERY = dt.timedelta(days=1)  # programs ask every hour


def told_of(session: ClassSession) -> dict[str, Any]:
    """What a calendar says of a lesson."""
    return {name: getattr(session, name) for name in _TOLD}


def follow(session: ClassSession, *, before: dict[str, Any]) -> None:
    """Count a lesson's plan on where calendars say something else now; save it afterwards.

    A lesson that has no time any more is cancelled, and comes back with another time.
    """
    if told_of(session) == before:
        return
    session.plan_version += 1
    if session.planned_at is not None:
        CancelledLesson.objects.filter(pk=session.pk).delete()
    elif before["planned_at"] is not None:
        _cancel(session, before["planned_at"], before["planned_end_at"])


def cancel(session: ClassSession) -> None:
    """Let calendars take out a planned lesson that is about to be deleted."""
    if session.planned_at is not None and session.started_at is None:
        session.plan_version += 1
        _cancel(session, session.planned_at, session.planned_end_at)


@transaction.atomic
def make_feed(*, user: User, join_links: bool, meeting_links: bool) -> str:
    """Give somebody's calendar a secret address, which replaces the one before.

    Returns:
        The secret part, which can be read nowhere else.
    """
    user.hold()
    token = secrets.token_urlsafe(32)
    made = {
        "token_hash": token_hash(token),
        "join_links": join_links,
        "meeting_links": meeting_links,
        "made_at": timezone.now(),
        "used_at": None,
    }
    _, new = CalendarFeed.objects.update_or_create(user=user, defaults=made)
    action = AuditAction.MADE if new else AuditAction.CHANGED
    audit.record(action=action, actor=user, detail="Address of the calendar")
    return token


@transaction.atomic
def end_feed(*, user: User) -> None:
    """Take the address away; programs that know it are answered 404 from now on."""
    ended, _ = CalendarFeed.objects.filter(user=user).delete()
    if ended:
        audit.record(
            action=AuditAction.REVOKED, actor=user, detail="Address of the calendar"
        )


def read_feed(feed: CalendarFeed) -> None:
    """Note that a program has read a calendar."""
    CalendarFeed.objects.filter(pk=feed.pk).update(used_at=timezone.now())
    audit.once_in_a_while(
        action=AuditAction.VIEWED,
        actor=feed.user,
        detail="Calendar, by its secret address",
        every=_ASKED_EVERY,
    )


def _cancel(
    session: ClassSession, begins: dt.datetime, ends: dt.datetime | None
) -> None:
    CancelledLesson.objects.update_or_create(
        pk=session.pk,
        defaults={
            "teacher": session.teacher,
            "course": session.course,
            "title": session.title,
            "planned_at": begins,
            "planned_end_at": ends,
            "plan_version": session.plan_version,
        },
    )
