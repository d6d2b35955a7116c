"""Nothing is kept longer than the policy says; forgotten classes are ended."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sessions_app.enums import AuditAction, SessionState
from sessions_app.models import ClassSession, Participant
from sessions_app.selectors.retention import FORGOTTEN_AFTER, forgotten, outdated
from sessions_app.services import audit, sessions

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
        most: The largest number of each kind; the rest is left for another time.

    Returns:
        How many rows of each kind were, or would be, deleted; a class takes its
        minutes, participants and their decisions with it.
    """
    counts = {}
    for kind, rows in outdated(now=now).items():
        keys = list(rows.values_list("pk", flat=True)[:most])
        counts[kind] = len(keys) if dry_run else _delete(rows, keys)
    if not dry_run and any(counts.values()):
        in_words = ", ".join(f"{n} {kind}" for kind, n in counts.items() if n)
        audit.record(
            action=AuditAction.DELETED,
            actor=None,
            detail=f"Their time was over: {in_words}",
        )
    return counts


def end_forgotten(*, now: dt.datetime) -> int:
    """End the classes in which nobody has been for half a day; return how many."""
    return sum(_end(session) for session in list(forgotten(now=now)))


def _end(session: ClassSession) -> bool:
    hours = FORGOTTEN_AFTER.total_seconds() / 3600
    with transaction.atomic():
        row = ClassSession.objects.select_for_update().filter(pk=session.pk).first()
        if row is None or row.state not in {SessionState.LIVE, SessionState.PAUSED}:
            return False  # somebody ended or deleted it just now
        sessions.end(session=row, by=None, why=f": no student for {hours:.0f} hours")
    return True


def _delete(rows: QuerySet[Any], keys: list[Any]) -> int:
    """Delete in small transactions; return how many another process left to us.

    Each row is locked before what belongs to it, as where somebody changes it, and looked at
    again: a draft may have been started meanwhile. One that is being changed is left for the
    next time.
    """
    deleted = 0
    for start in range(0, len(keys), AT_ONCE):
        with transaction.atomic():
            still = rows.filter(pk__in=keys[start : start + AT_ONCE])
            locked = still.select_for_update(skip_locked=True)
            mine = list(locked.values_list("pk", flat=True))
            if rows.model is ClassSession:
                Participant.objects.filter(session__in=mine).delete_whole()
            _, of_each = rows.model._default_manager.filter(pk__in=mine).delete()
        deleted += of_each.get(rows.model._meta.label, 0)
    return deleted
