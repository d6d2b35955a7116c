"""The sections of the page of totals, one for each signal: lines of a table, and charts."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from sessions_app.selectors.totals import OVER_TIME, Group
from sessions_app.selectors.totals_chart import Moment, Panel, panels
from sessions_app.selectors.totals_shown import LOOKS, SAID, Row, Shown, counted


class Line(NamedTuple):
    """One group in a section's table."""

    label: str
    address: str
    lessons: int
    minutes: int  # with numbers
    shares: list[Shown]  # none without such minutes


class Section(NamedTuple):
    """One signal, group by group."""

    kind: str
    title: str
    words: list[str]  # of the shares
    lines: list[Line]
    charts: list[Panel]  # none where groups do not follow one another in time


def sections(groups: Sequence[Group], rows: Sequence[Row], by: str) -> list[Section]:
    """What faces looked like, and what students said.

    Args:
        groups: In order.
        rows: The same as they are shown.
        by: One of `GroupBy`.
    """
    looks = [
        Line(row.label, row.address, row.lessons, row.expression.released, row.looks)
        for row in rows
    ]
    said = [
        Line(row.label, row.address, row.lessons, row.pulse.released, row.said)
        for row in rows
    ]
    return [
        Section(kind, title, [str(word) for word in words], lines, charts)
        for kind, title, words, lines, charts in (
            (
                "looks",
                _("What faces looked like"),
                LOOKS.values(),
                looks,
                _charts(groups, looks, by),
            ),
            (
                "said",
                _("What students said"),
                SAID.values(),
                said,
                _charts(groups, said, by),
            ),
        )
    ]


def measured_charts(
    groups: Sequence[Group], rows: Sequence[Row], by: str
) -> list[Panel]:
    """What was too few to show, and what was interrupted; counted, so without bands."""
    lines = [
        Line(row.label, row.address, row.lessons, row.expression.minutes, counted(row))
        for row in rows
    ]
    return _charts(groups, lines, by)


def _charts(groups: Sequence[Group], lines: Sequence[Line], by: str) -> list[Panel]:
    if by not in OVER_TIME:
        return []
    moments = [
        Moment(group.at, line.label, line.shares)
        for group, line in zip(groups, lines, strict=True)
        if group.at
    ]
    return panels(moments, by)
