"""The topics of a course side by side, those of one name taken together."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sessions_app.minutes.figures import Figures, figures_of
from sessions_app.minutes.kept_figures import READ
from sessions_app.minutes.spans import Span, span
from sessions_app.minutes.topics import topic_of
from sessions_app.models import ClassMinute, ClassSession, Mark
from sessions_app.selectors.totals_shown import Shown, looks_of, said_of

MOST_TOPICS = 60  # of a page


class CourseTopic(NamedTuple):
    """A topic, in all lessons that had it."""

    word: str
    lessons: int
    span: Span
    looks: list[Shown]
    said: list[Shown]


def course_topics(lessons: Sequence[ClassSession]) -> list[CourseTopic]:
    """Topics of lessons that are over, in the order in which they came; two queries.

    Names that differ in capitals alone are one topic.
    """
    topics = _topics(lessons)
    words: dict[str, str] = {}
    figures: dict[str, list[Figures]] = {}
    for lesson in lessons:
        for topic in topics.get(lesson.pk, []):
            words.setdefault(topic["word"].casefold(), topic["word"])
    for lesson, minutes in _minutes([each for each in lessons if each.pk in topics]):
        of: dict[str, list[dict[str, Any]]] = {}
        for minute in minutes:
            own = topic_of(topics[lesson.pk], minute["starts_at"], lesson.window_s)
            if own is not None:
                of.setdefault(own["word"].casefold(), []).append(minute)
        for name, its in of.items():
            figures.setdefault(name, []).append(figures_of(its))
    shown = [name for name in words if name in figures][:MOST_TOPICS]
    return [_topic(words[name], figures[name]) for name in shown]


def _topic(word: str, figures: list[Figures]) -> CourseTopic:
    seen = span(figures)
    return CourseTopic(word, len(figures), seen, looks_of(seen), said_of(seen))


def _topics(lessons: Sequence[ClassSession]) -> dict[UUID, list[dict[str, Any]]]:
    """When each topic began, by lesson, in order."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for mark in Mark.objects.topics().filter(session__in=lessons):
        topic = {"at": mark.at.isoformat(), "word": mark.word}
        found.setdefault(mark.session_id, []).append(topic)
    return found


def _minutes(
    lessons: Sequence[ClassSession],
) -> list[tuple[ClassSession, list[dict[str, Any]]]]:
    """The closed minutes of each lesson."""
    by_id = {lesson.pk: lesson for lesson in lessons}
    rows = ClassMinute.objects.filter(session__in=by_id).order_by("session", "index")
    every = rows.values("starts_at", *READ)
    return [
        (by_id[pk], [*its])
        for pk, its in itertools.groupby(every, lambda minute: minute["session_id"])
    ]
