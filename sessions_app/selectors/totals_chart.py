"""Shares over time as small charts, one for each share, with their bands."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.utils.formats import date_format

from sessions_app.enums import GroupBy
from sessions_app.selectors.totals_shown import Shown

# In the chart's own units; templates/totals/partials/panel.html draws the frame.
LEFT, RIGHT, TOP = 34, 296, 8
_APART = {GroupBy.WEEK: 7, GroupBy.MONTH: 31}  # days; a line crosses no longer gap


class Moment(NamedTuple):
    """A group in time and its shares; none where it has no numbers."""

    at: dt.date
    label: str
    shares: list[Shown]


class Point(NamedTuple):
    """A share of one group; heights count from the top, 0 is 100 %."""

    x: float
    y: int
    top: int
    height: int  # of the band
    label: str  # of the group
    shown: Shown


class Tick(NamedTuple):
    """A day below a chart."""

    x: float
    anchor: str  # of the text, as SVG has it
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One share over time."""

    label: str
    word: str
    points: list[Point]
    lines: list[str]  # each as SVG's `points`
    areas: list[str]
    ticks: list[Tick]


def panels(moments: Sequence[Moment], by: str) -> list[Panel]:
    """A chart for each share, in the order of time; none where no group has numbers."""
    known = [(moment, moment.shares) for moment in moments if moment.shares]
    if not known:
        return []
    first, last = moments[0].at, moments[-1].at
    ticks = _ticks(first, last)
    runs = _runs(known, dt.timedelta(days=_APART[GroupBy(by)]))
    return [
        _panel(
            known[0][1][number],
            [[_point(*each, number, first, last) for each in run] for run in runs],
            ticks,
        )
        for number in range(len(known[0][1]))
    ]


_Known = tuple[Moment, list[Shown]]


def _runs(known: list[_Known], apart: dt.timedelta) -> list[list[_Known]]:
    """Groups that follow one another without a gap."""
    runs = [[known[0]]]
    for before, after in pairwise(known):
        if after[0].at - before[0].at > apart:
            runs.append([])
        runs[-1].append(after)
    return runs


def _panel(named: Shown, runs: list[list[Point]], ticks: list[Tick]) -> Panel:
    return Panel(
        named.label,
        named.word,
        [point for run in runs for point in run],
        [_joined((point.x, point.y) for point in run) for run in runs],
        [
            _joined(
                [
                    *((point.x, point.top) for point in run),
                    *((point.x, point.top + point.height) for point in reversed(run)),
                ]
            )
            for run in runs
        ],
        ticks,
    )


def _point(
    moment: Moment, shares: list[Shown], number: int, first: dt.date, last: dt.date
) -> Point:
    shown = shares[number]
    return Point(
        _x(moment.at, first, last),
        TOP + 100 - shown.percent,
        TOP + 100 - shown.high,
        shown.width,
        moment.label,
        shown,
    )


def _x(day: dt.date, first: dt.date, last: dt.date) -> float:
    whole = (last - first).days
    part = (day - first).days / whole if whole else 0.5
    return round(LEFT + part * (RIGHT - LEFT), 1)


def _ticks(first: dt.date, last: dt.date) -> list[Tick]:
    if first == last:
        return [Tick(_x(first, first, last), "middle", _named(first))]
    return [
        Tick(LEFT, "start", _named(first)),
        Tick(RIGHT, "end", _named(last)),
    ]


def _named(day: dt.date) -> str:
    return date_format(day, "j M Y")


def _joined(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
