"""Totals to take away, and what programs read of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from sessions_app.enums import Coverage, Look, MinuteStatus, Tap, Vote
from sessions_app.minutes.spans import difference
from sessions_app.selectors.spreadsheet import Table
from sessions_app.selectors.totals import Group, together

_COLUMNS = {
    "status": MinuteStatus.values,
    "groups": Look.values,
    "groups_band": Look.values,
    "pulse_status": MinuteStatus.values,
    "pulse": Vote.values,
    "pulse_band": Vote.values,
    "answers": Tap.values,
    "answers_band": Tap.values,
    "coverage": Coverage.values,
}

_CHANGE = ("by", "band", "told")


def totals_export(
    by: str, groups: Sequence[Group], filters: Mapping[str, str]
) -> dict[str, Any]:
    """Groups of lessons and all of them together, ready for JSON."""
    return {
        "by": by,
        "filters": dict(filters),
        "time_zone": str(timezone.get_current_timezone()),
        "groups": [group_data(group) for group in groups],
        "all": group_data(together(groups)),
    }


def group_data(group: Group) -> dict[str, Any]:
    """A group with its counts and estimates; shares are None without numbers."""
    span = group.span
    return {
        "name": group.label,
        "filters": group.filters,
        "lessons": group.lessons,
        "minutes": span.minutes,
        "status": _counts(group, "expression", MinuteStatus.values),
        "groups": span.groups,
        "groups_band": span.groups_band,
        "pulse_status": _counts(group, "pulse", MinuteStatus.values),
        "pulse": span.pulse,
        "pulse_band": span.pulse_band,
        "answers": span.answers,
        "answers_band": span.answers_band,
        "coverage": _counts(group, "coverage", Coverage.values),
    }


def _counts(group: Group, kind: str, names: Sequence[str]) -> dict[str, Any]:
    return dict(zip(names, group.figures.of(kind, names), strict=True))


def difference_data(first: Group, second: Group) -> dict[str, Any]:
    """Two sets of lessons, and whether a difference can be told; ready for JSON."""
    return {
        "time_zone": str(timezone.get_current_timezone()),
        "first": group_data(first),
        "second": group_data(second),
        **difference(first.span, second.span).data(),
    }


def as_table(export: dict[str, Any]) -> Table:
    """The groups of an export as rows below a heading."""
    heading = [export["by"], "time_zone", "lessons", "minutes"]
    heading += [f"{kind}_{name}" for kind, names in _COLUMNS.items() for name in names]
    return [heading, *(_row(group, export["time_zone"]) for group in export["groups"])]


def _row(group: dict[str, Any], time_zone: str) -> list[Any]:
    row = [group["name"], time_zone, group["lessons"], group["minutes"]]
    for kind, names in _COLUMNS.items():
        row += [(group[kind] or {}).get(name) for name in names]
    return row


def difference_table(difference: dict[str, Any]) -> Table:
    """Two sets of lessons as `difference_data` has them, below a heading: a number a row.

    Each with its band, and what can be told of the difference, where it has them.
    """
    sets = [
        {
            **each,
            "filters": {**each["filters"], "time_zone": difference["time_zone"]},
            "count": {name: each[name] for name in ("lessons", "minutes")},
        }
        for each in (difference["first"], difference["second"])
    ]
    filters = sorted({name for each in sets for name in each["filters"]})
    kinds = {"filters": filters, "count": ["lessons", "minutes"], **_COLUMNS}
    return [
        [*("kind", "name", "first", "first_band", "second", "second_band"), *_CHANGE],
        *(
            _beside(kind, name, sets) + _change(difference, kind, name)
            for kind, names in kinds.items()
            if not kind.endswith("_band")
            for name in names
        ),
    ]


def _beside(kind: str, name: str, sets: Sequence[dict[str, Any]]) -> list[Any]:
    row: list[Any] = [kind, name]
    for each in sets:
        row += [(each.get(k) or {}).get(name) for k in (kind, f"{kind}_band")]
    return row


def _change(difference: dict[str, Any], kind: str, name: str) -> list[Any]:
    change = (difference.get(kind) or {}).get(name, {})
    return [change.get(cell) for cell in _CHANGE]
