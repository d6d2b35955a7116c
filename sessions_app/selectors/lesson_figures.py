"""The kept sums of lessons, one by one or added up by the database."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Aggregate, Count, Sum

from sessions_app.minutes.figures import NAMES, NOTHING, Figures
from sessions_app.models import LessonFigures
from sessions_app.models.session import ClassSessionQuerySet

_SUMS = {f"sum_{name}": Sum(f"figures__{name}") for name in NAMES}
_NONE: Mapping[str, Aggregate] = MappingProxyType({})


class Sums(NamedTuple):
    """Lessons that have something in common, added up."""

    by: tuple[
        Any, ...
    ]  # what they have in common, in the order in which it was asked for
    lessons: int  # that have figures
    figures: Figures


def figures_by_lesson(*, sessions: ClassSessionQuerySet) -> dict[UUID, Figures]:
    """The figures of each lesson that is over, in one query."""
    rows = LessonFigures.objects.filter(session__in=sessions.order_by())
    return {
        row.pop("session_id"): Figures(**row)
        for row in rows.values("session_id", *NAMES)
    }


def figures_by(
    *by: str, sessions: ClassSessionQuerySet, names: Mapping[str, Aggregate] = _NONE
) -> list[Sums]:
    """Figures added up for each different value of some columns, in one query.

    Args:
        by: Fields or annotations of the sessions, "teacher" for example.
        sessions: Those without figures, which are not over, count for nothing.
        names: What follows from these columns. An index that has the one column, and not
            all that follows from it, spares the database the sorting.
    """
    rows = (
        sessions.filter(figures__isnull=False)
        .order_by(*by)
        .values_list(*by)
        .annotate(**names, lessons=Count("pk"), **_SUMS)
    )
    n = len(by) + len(names)
    return [Sums(row[:n], row[n], Figures(*row[n + 1 :])) for row in rows]


def figures_of_all(*, sessions: ClassSessionQuerySet) -> Sums:
    """Figures of all lessons added up, in one query."""
    found = sessions.order_by().aggregate(lessons=Count("figures"), **_SUMS)
    lessons = found.pop("lessons")
    return Sums((), lessons, Figures(*found.values()) if lessons else NOTHING)
