"""How a course went, lesson by lesson, from the kept sums of its lessons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from sessions_app.enums import GroupBy
from sessions_app.minutes.spans import Span, span, spans
from sessions_app.models import ClassSession, Course, User
from sessions_app.models.session import ClassSessionQuerySet
from sessions_app.selectors.lesson_figures import figures_by_lesson
from sessions_app.selectors.totals import Group
from sessions_app.selectors.totals_chart import Moment, Panel, panels
from sessions_app.selectors.totals_shown import (
    Shown,
    looks_of,
    said_of,
)

MOST_LESSONS = 40  # of a trend: as many as a chart can tell apart


class Lesson(NamedTuple):
    """A lesson that is over and has minutes with numbers."""

    session: ClassSession
    span: Span
    looks: list[Shown]
    said: list[Shown]

    @property
    def label(self) -> str:
        day = date_format(timezone.localtime(self.session.held_at), "j M Y, H:i")
        return f"{self.session.title}, {day}"

    @property
    def alone(self) -> Group:
        """As lessons that are added up, to be compared in the same way."""
        held_at = timezone.localtime(self.session.held_at).isoformat()
        which = {"title": self.session.title, "held_at": held_at}
        which["lesson"] = str(self.session.pk)
        return Group(self.label, 1, self.span.figures, which, self.span)


@dataclass(frozen=True)
class Trend:
    """The newest lessons of a course in order, and all lessons of it together."""

    lessons: list[Lesson]
    whole: Span
    counted: int  # lessons with numbers, of which the newest are shown

    @property
    def looks(self) -> list[Shown]:
        return looks_of(self.whole)

    @property
    def said(self) -> list[Shown]:
        return said_of(self.whole)

    @cached_property
    def looks_charts(self) -> list[Panel]:
        return _charts(self.lessons, [lesson.looks for lesson in self.lessons])

    @cached_property
    def said_charts(self) -> list[Panel]:
        return _charts(self.lessons, [lesson.said for lesson in self.lessons])

    def lesson(self, pk: UUID) -> Lesson | None:
        """The lesson with this id, if it is one of them."""
        return next((each for each in self.lessons if each.session.pk == pk), None)


def course_trend(*, course: Course) -> Trend:
    """How a course went, in two queries however many lessons it has."""
    figures = {
        pk: each
        for pk, each in figures_by_lesson(sessions=course.class_sessions.all()).items()
        if each.expression_released or each.pulse_released
    }
    held = course.class_sessions.filter(pk__in=figures).select_related("teacher")
    newest = [*held.order_by("-held_at", "pk")[:MOST_LESSONS]]
    shown = newest[::-1]
    of_each = spans([[figures[session.pk]] for session in shown])
    return Trend(
        [*map(_lesson, shown, of_each)],
        span([*figures.values()]),
        len(figures),
    )


def own_notes(*, course: Course, reader: User) -> ClassSessionQuerySet:
    """The newest lessons that the reader made a note about: a note is its teacher's alone."""
    noted = course.class_sessions.filter(teacher=reader).exclude(note="")
    return noted.order_by("-held_at", "pk")[:MOST_LESSONS]


def _lesson(session: ClassSession, seen: Span) -> Lesson:
    return Lesson(session, seen, looks_of(seen), said_of(seen))


def _charts(lessons: Sequence[Lesson], shares: Sequence[list[Shown]]) -> list[Panel]:
    """A chart for each share; a line crosses no gap of more than a month."""
    moments = [
        Moment(timezone.localdate(lesson.session.held_at), lesson.label, its)
        for lesson, its in zip(lessons, shares, strict=True)
    ]
    return panels(moments, GroupBy.MONTH)
