"""What students see of a lesson that is over, where it lets them: what its page shows staff."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sessions_app.enums import MinuteStatus, SessionState
from sessions_app.minutes.by_topic import (
    Bar,
    StandingOut,
    TopicSpan,
    bars_of,
    bars_of_span,
    by_topic,
    standing_out,
    taps_of,
)
from sessions_app.minutes.figures import figures_of
from sessions_app.minutes.spans import span
from sessions_app.minutes.timeline import released_minutes
from sessions_app.models import ClassSession
from sessions_app.selectors.lesson_words import Words, lesson_words

Minute = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A minute with numbers, or neighbouring minutes without any, and why."""

    begins: dt.datetime
    ends: dt.datetime
    bars: list[Bar]
    without: list[str]  # the reasons, in words; none where there are bars


@dataclass(frozen=True, slots=True)
class ClassResult:
    words: Words | None
    whole: list[Bar]  # of all minutes together
    topics: list[TopicSpan]
    outstanding: list[StandingOut]
    stretches: list[Stretch]


def class_result(session: ClassSession) -> ClassResult | None:
    """The released words and shares of a lesson; None where its students see nothing.

    From the rows that its page shows staff, and no others: what was not released has no
    numbers here, either.
    """
    if not session.students_see or session.state != SessionState.ENDED:
        return None
    minutes = released_minutes(session.pk)
    topics = by_topic(session, minutes)
    taps = taps_of(session)
    return ClassResult(
        lesson_words(session, minutes),
        bars_of_span(span([figures_of(minutes)]), taps),
        topics,
        standing_out(topics),
        _stretches(session, minutes, taps),
    )


def _stretches(
    session: ClassSession, minutes: Sequence[Minute], taps: Mapping[str, str]
) -> list[Stretch]:
    found = []
    for reasons, run in groupby(minutes, key=_why_empty):
        neighbours = [*run]
        for part in [neighbours] if reasons else [[each] for each in neighbours]:
            begins = session.minute_starts_at(part[0]["index"])
            ends = session.minute_starts_at(part[-1]["index"] + 1)
            bars = [] if reasons else bars_of(part[0], taps)
            found.append(Stretch(begins, ends, bars, reasons))
    return found


def _why_empty(minute: Minute) -> list[str]:
    """The reasons why a minute has no numbers; none where it has some."""
    if minute["groups"] or minute["pulse"]:
        return []
    said = (minute["status"], minute["pulse_status"])
    return [
        str(MinuteStatus(status).label)
        for status in dict.fromkeys(said)
        if status != MinuteStatus.OFF
    ]
