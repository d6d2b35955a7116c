"""Nothing is kept longer than the policy says; forgotten classes are ended."""

import datetime as dt
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session as BrowserLogin
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from sessions_app.enums import AuditAction, SessionState
from sessions_app.models import AuditEntry, ClassMinute, ClassSession, Invitation
from sessions_app.models.policy import effective_policy
from sessions_app.services import audit, sessions

FORGOTTEN_AFTER = dt.timedelta(hours=12)
LOGINS_KEPT = dt.timedelta(days=30)  # they hold the addresses of browsers
INVITATIONS_KEPT = dt.timedelta(days=30)  # longer than one can be accepted
AT_ONCE = 20  # rows in one transaction, so that no closing minute waits for long


def apply_some(*, now: dt.datetime) -> bool:
    """Do a share of the work that holds nothing up; tell whether some is left."""
    end_forgotten(now=now)
    return AT_ONCE in purge(now=now, most=AT_ONCE).values()


def purge(
    *, now: dt.datetime, dry_run: bool = False, most: int | None = None
) -> dict[str, int]:
    """Delete what is older than the policy allows.

    Args:
        now: The moment that ages are counted to.
        dry_run: Count, and delete nothing.
        most: So many of each kind, and leave the rest for another time.

    Returns:
        How many rows of each kind were, or would be, deleted; a class takes its
        minutes, participants and their decisions with it.
    """
    counts = {}
    for kind, rows in outdated(now=now).items():
        keys = list(rows.values_list("pk", flat=True)[:most])
        counts[kind] = len(keys)
        if not dry_run:
            _delete(rows.model._default_manager.all(), keys)
    if not dry_run and any(counts.values()):
        in_words = ", ".join(f"{n} {kind}" for kind, n in counts.items() if n)
        audit.record(
            action=AuditAction.DELETED,
            actor=None,
            detail=f"Their time was over: {in_words}",
        )
    return counts


def outdated(*, now: dt.datetime) -> dict[str, QuerySet[Any]]:
    """The rows of each kind that are older than the policy allows."""
    policy = effective_policy()
    held_before = now - dt.timedelta(days=policy.sessions_kept_days)
    audited_before = now - dt.timedelta(days=policy.audit_kept_days)
    attempted = Q(attempt_time__lt=now - LOGINS_KEPT)
    return {
        "classes": ClassSession.objects.filter(
            Q(state=SessionState.ENDED, ended_at__lt=held_before)
            | Q(state=SessionState.DRAFT, created_at__lt=held_before)
        ),
        "audit entries": AuditEntry.objects.filter(at__lt=audited_before),
        "invitations": Invitation.objects.filter(created_at__lt=now - INVITATIONS_KEPT),
        "browser sessions": BrowserLogin.objects.filter(expire_date__lt=now),
        "logins": AccessLog.objects.filter(attempted),
        "failed logins": AccessAttempt.objects.filter(attempted),
    }


def forgotten(*, now: dt.datetime) -> QuerySet[ClassSession]:
    """Open classes in which no student has been for half a day.

    A row is stored for every minute in which somebody was there, so the database
    tells, also to a process that has no sockets of its own.
    """
    since = now - FORGOTTEN_AFTER
    somebody_there = ClassMinute.objects.filter(
        session=OuterRef("pk"), starts_at__gt=since
    )
    return ClassSession.objects.filter(
        ~Exists(somebody_there),
        state__in=[SessionState.LIVE, SessionState.PAUSED],
        started_at__lt=since,
    )


def end_forgotten(*, now: dt.datetime) -> int:
    """End those classes, and return how many."""
    return sum(_end(session) for session in list(forgotten(now=now)))


def _end(session: ClassSession) -> bool:
    with transaction.atomic():
        try:
            sessions.end(session=session)
        except (sessions.WrongState, ClassSession.DoesNotExist):
            return False  # somebody ended or deleted it just now
        audit.record(
            action=AuditAction.ENDED,
            actor=None,
            subject=session,
            detail=f"“{session.title}”: no student for 12 hours",
        )
    return True


def _delete(rows: QuerySet[Any], keys: list[Any]) -> None:
    for start in range(0, len(keys), AT_ONCE):
        rows.filter(pk__in=keys[start : start + AT_ONCE]).delete()
