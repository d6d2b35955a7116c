"""Lessons added up by week, term, course, teacher, day or hour, from their kept sums.

Groups stand in the order of time or of the alphabet, never of what was measured: no list
ranks teachers.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, Value
from django.db.models.functions import (
    Coalesce,
    ExtractHour,
    ExtractIsoWeekDay,
    TruncMonth,
    TruncWeek,
)
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions_app.enums import GroupBy
from sessions_app.minutes.figures import Figures, total
from sessions_app.minutes.spans import Span, span
from sessions_app.models.session import ClassSessionQuerySet
from sessions_app.selectors.history import WITHOUT
from sessions_app.selectors.lesson_figures import Sums, figures_by, figures_of_all

OVER_TIME = {GroupBy.WEEK, GroupBy.MONTH}


class Measured(NamedTuple):
    """What became of one signal in the minutes that it was asked for in."""

    released: int
    too_few: int
    paused: int
    interrupted: int

    @property
    def minutes(self) -> int:
        return sum(self)

    @property
    def suppressed(self) -> float | None:
        """Share of the minutes in which too few took part; None without such minutes.

        A pause or an outage says nothing about how many took part.
        """
        told = self.released + self.too_few
        return self.too_few / told if told else None

    @property
    def cut(self) -> float | None:
        """Share of all minutes that were interrupted; None without minutes."""
        return self.interrupted / self.minutes if self.minutes else None


@dataclass(frozen=True)
class Group:
    """Lessons that have something in common, and what they were like together."""

    label: str
    lessons: int
    figures: Figures
    filters: dict[str, str]  # of the address that lists these lessons
    at: dt.date | None = None  # where groups follow one another in time

    @cached_property
    def span(self) -> Span:
        return span([self.figures])

    @property
    def expression(self) -> Measured:
        return _measured(self.figures, "expression")

    @property
    def pulse(self) -> Measured:
        return _measured(self.figures, "pulse")


def _measured(figures: Figures, signal: str) -> Measured:
    return Measured(*(getattr(figures, f"{signal}_{n}") for n in Measured._fields))


def together(groups: Sequence[Group]) -> Group:
    """All lessons of all groups as one."""
    return Group(
        _("All lessons"),
        sum(group.lessons for group in groups),
        total(group.figures for group in groups),
        {},
    )


def all_of(*, sessions: ClassSessionQuerySet) -> Group:
    """Lessons that are over as one group, in one query."""
    _by, lessons, figures = figures_of_all(sessions=sessions)
    return Group(_("All lessons"), lessons, figures, {})


def groups_by(by: str, *, sessions: ClassSessionQuerySet) -> list[Group]:
    """Lessons that are over, added up, in one query; in order of time or alphabet.

    Args:
        by: One of `GroupBy`.
        sessions: Those that are not over count for nothing.
    """
    columns, group = _BY[GroupBy(by)]
    rows = figures_by(*columns, sessions=sessions.annotate(**columns))
    groups = [group(row) for row in rows]
    if by in {GroupBy.TERM, GroupBy.COURSE, GroupBy.TEACHER}:
        groups.sort(key=lambda each: (each.label.casefold(), each.label))
    return groups


def _week(row: Sums) -> Group:
    first = timezone.localtime(row.by[0]).date()
    return _days(row, first, first + dt.timedelta(days=6), _day(first))


def _month(row: Sums) -> Group:
    first = timezone.localtime(row.by[0]).date()
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return _days(row, first, last, date_format(first, "F Y"))


def _days(row: Sums, first: dt.date, last: dt.date, label: str) -> Group:
    days = {"since": first.isoformat(), "until": last.isoformat()}
    return Group(label, row.lessons, row.figures, days, first)


def _day(day: dt.date) -> str:
    return date_format(day, "j M Y")


def _term(row: Sums) -> Group:
    [term] = row.by
    filters = {"term": term or WITHOUT}
    return Group(term or _("No term"), row.lessons, row.figures, filters)


def _course(row: Sums) -> Group:
    pk, title, term, name, email = row.by
    if pk is None:
        return Group(_("No course"), row.lessons, row.figures, {"course": WITHOUT})
    parts = [title, term, name or email]
    label = ", ".join(part for part in parts if part)
    return Group(label, row.lessons, row.figures, {"course": str(pk)})


def _teacher(row: Sums) -> Group:
    pk, name, email = row.by
    return Group(name or email, row.lessons, row.figures, {"teacher": str(pk)})


def _weekday(row: Sums) -> Group:
    [day] = row.by
    return Group(
        str(WEEKDAYS[day - 1]), row.lessons, row.figures, {"weekday": str(day)}
    )


def _hour(row: Sums) -> Group:
    [hour] = row.by
    label = f"{hour:02}:00\u2013{hour:02}:59"
    return Group(label, row.lessons, row.figures, {"hour": str(hour)})


_BY: dict[GroupBy, tuple[dict[str, Any], Callable[[Sums], Group]]] = {
    GroupBy.WEEK: ({"week": TruncWeek("held_at")}, _week),
    GroupBy.MONTH: ({"month": TruncMonth("held_at")}, _month),
    GroupBy.TERM: ({"term": Coalesce("course__term", Value(""))}, _term),
    GroupBy.COURSE: (
        {
            "of": F("course"),
            "course_title": F("course__title"),
            "term": F("course__term"),
            "teacher_name": F("course__teacher__name"),
            "teacher_email": F("course__teacher__email"),
        },
        _course,
    ),
    GroupBy.TEACHER: (
        {
            "of": F("teacher"),
            "teacher_name": F("teacher__name"),
            "teacher_email": F("teacher__email"),
        },
        _teacher,
    ),
    GroupBy.WEEKDAY: ({"weekday": ExtractIsoWeekDay("held_at")}, _weekday),
    GroupBy.HOUR: ({"hour": ExtractHour("held_at")}, _hour),
}
