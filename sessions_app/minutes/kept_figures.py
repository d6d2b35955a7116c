"""The row of sums that is kept of each lesson that is over: written, and made again."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from sessions_app.enums import SessionState
from sessions_app.minutes.figures import NAMES, figures_of
from sessions_app.models import ClassMinute, ClassSession, LessonFigures
from sessions_app.models.session import ClassSessionQuerySet

# What `figures_of` reads of a minute.
READ = (
    "session_id",
    "status",
    "size",
    "groups",
    "groups_alone",
    "unusual",
    "coverage",
    "pulse_status",
    "pulse_size",
    "pulse",
    "answers",
)
_AT_ONCE = 100  # lessons; 4,500 minutes of usual ones


def keep(sessions: ClassSessionQuerySet) -> None:
    """Write the figures of lessons, as their minutes are now. Safe to repeat.

    Their rows are locked, so that none of them is deleted before the transaction ends.
    """
    there = [*sessions.select_for_update().values_list("pk", flat=True)]
    minutes: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for minute in ClassMinute.objects.filter(session__in=there).values(*READ):
        minutes[minute["session_id"]].append(minute)
    LessonFigures.objects.bulk_create(
        [
            LessonFigures(session_id=session, **asdict(figures_of(minutes[session])))
            for session in there
        ],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=NAMES,
    )


def rebuild() -> Iterator[int]:
    """Make the figures of all lessons that are over again; yields how many are made.

    Lessons are taken some at a time, so that others can be closed or deleted meanwhile.
    """
    over = ClassSession.objects.filter(state=SessionState.ENDED).order_by("pk")
    every = [*over.values_list("pk", flat=True)]
    for at in range(0, len(every), _AT_ONCE):
        some = every[at : at + _AT_ONCE]
        with transaction.atomic():
            keep(ClassSession.objects.filter(pk__in=some))
        yield at + len(some)
