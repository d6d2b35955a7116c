"""Lessons added up by week, term, course, teacher, day or hour, from their kept sums.

Groups stand in the order of time or of the alphabet, never of what was measured: no list
ranks teachers.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F, Min, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions_app.enums import GroupBy
from sessions_app.minutes.figures import Figures, total
from sessions_app.minutes.spans import Span, span, spans
from sessions_app.models.session import ClassSessionQuerySet
from sessions_app.selectors.history import WITHOUT
from sessions_app.selectors.lesson_figures import Sums, figures_by, figures_of_all
from sessions_app.selectors.on_the_clock import Hour, Month, Week, Weekday

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
    span: Span
    at: dt.date | None = None  # where groups follow one another in time

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
    figures = total(group.figures for group in groups)
    return _all(sum(group.lessons for group in groups), figures)


def all_of(*, sessions: ClassSessionQuerySet) -> Group:
    """Lessons that are over as one group, in one query."""
    _by, lessons, figures = figures_of_all(sessions=sessions)
    return _all(lessons, figures)


def _all(lessons: int, figures: Figures) -> Group:
    return Group(_("All lessons"), lessons, figures, {}, span([figures]))


def groups_by(by: str, *, sessions: ClassSessionQuerySet) -> list[Group]:
    """Lessons that are over, added up, in one query; in order of time or alphabet.

    Args:
        by: One of `GroupBy`.
        sessions: Those that are not over count for nothing.
    """
    column, names, group = _BY[GroupBy(by)]
    rows = figures_by("of", sessions=sessions.annotate(of=column), names=names)
    found = spans([[row.figures] for row in rows])
    groups = [group(*each) for each in zip(rows, found, strict=True)]
    if by in {GroupBy.TERM, GroupBy.COURSE, GroupBy.TEACHER}:
        groups.sort(key=lambda each: (each.label.casefold(), each.label))
    return groups


def _week(row: Sums, like: Span) -> Group:
    first = timezone.localtime(row.by[0]).date()
    return _days(row, like, first, first + dt.timedelta(days=6), _day(first))


def _month(row: Sums, like: Span) -> Group:
    first = timezone.localtime(row.by[0]).date()
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return _days(row, like, first, last, date_format(first, "F Y"))


def _days(row: Sums, like: Span, first: dt.date, last: dt.date, label: str) -> Group:
    days = {"since": first.isoformat(), "until": last.isoformat()}
    return _group(row, like, label, days, first)


def _day(day: dt.date) -> str:
    return date_format(day, "j M Y")


def _term(row: Sums, like: Span) -> Group:
    [term] = row.by
    filters = {"term": term or WITHOUT}
    return _group(row, like, term or _("No term"), filters)


def _course(row: Sums, like: Span) -> Group:
    pk, title, term, name, email = row.by
    if pk is None:
        return _group(row, like, _("No course"), {"course": WITHOUT})
    parts = [title, term, name or email]
    label = ", ".join(part for part in parts if part)
    return _group(row, like, label, {"course": str(pk)})


def _teacher(row: Sums, like: Span) -> Group:
    pk, name, email = row.by
    return _group(row, like, name or email, {"teacher": str(pk)})


def _weekday(row: Sums, like: Span) -> Group:
    [day] = row.by
    return _group(row, like, str(WEEKDAYS[day - 1]), {"weekday": str(day)})


def _hour(row: Sums, like: Span) -> Group:
    [hour] = row.by
    label = f"{hour:02}:00\u2013{hour:02}:59"
    return _group(row, like, label, {"hour": str(hour)})


def _group(
    row: Sums,
    like: Span,
    label: str,
    filters: dict[str, str],
    at: dt.date | None = None,
) -> Group:
    return Group(label, row.lessons, row.figures, filters, like, at)


_BY: dict[GroupBy, tuple[Any, dict[str, Any], Callable[[Sums, Span], Group]]] = {
    GroupBy.WEEK: (Week("held_at"), {}, _week),
    GroupBy.MONTH: (Month("held_at"), {}, _month),
    GroupBy.TERM: (Coalesce("course__term", Value("")), {}, _term),
    GroupBy.COURSE: (
        F("course"),
        {
            "course_title": Min("course__title"),
            "term": Min("course__term"),
            "teacher_name": Min("course__teacher__name"),
            "teacher_email": Min("course__teacher__email"),
        },
        _course,
    ),
    GroupBy.TEACHER: (
        F("teacher"),
        {"teacher_name": Min("teacher__name"), "teacher_email": Min("teacher__email")},
        _teacher,
    ),
    GroupBy.WEEKDAY: (Weekday("held_at"), {}, _weekday),
    GroupBy.HOUR: (Hour("held_at"), {}, _hour),
}
