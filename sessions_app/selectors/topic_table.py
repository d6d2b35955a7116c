"""A lesson's topics as a table, for spreadsheets."""

from typing import Any

from inference.labels import GROUPS
from sessions_app.enums import Coverage, Tap, Vote

# The beginning of a column's name: the field that it is of, and what that has shares of.
_KINDS = {
    "group": ("groups", list(GROUPS)),
    "pulse": ("pulse", Vote.values),
    "answers": ("answers", Tap.values),
}
_COLUMNS = [
    "topic",
    "at",
    "local_time",
    "ends_at",
    "minutes",
    "with_expression",
    "with_pulse",
    *(
        f"{kind}_{band}{name}"
        for kind, (_, names) in _KINDS.items()
        for band in ("", "band_")
        for name in names
    ),
    *(f"coverage_{word}" for word in Coverage.values),
    "recording",
    "stands_out",
]


def topic_table(export: dict[str, Any]) -> list[list[Any]]:
    """A heading, and one row for each topic of a lesson's export."""
    return [list(_COLUMNS), *(_row(topic) for topic in export["topics"])]


def _row(topic: dict[str, Any]) -> list[Any]:
    place = topic["recording"]
    return [
        topic["word"],
        *(topic[name] for name in ("at", "local_time", "ends_at")),
        *(topic[name] for name in ("minutes", "with_expression", "with_pulse")),
        *(
            (topic[f"{field}{band}"] or {}).get(name)
            for field, names in _KINDS.values()
            for band in ("", "_band")
            for name in names
        ),
        *(topic["coverage"].get(word) for word in Coverage.values),
        (place["link"] or place["time"]) if place else None,
        topic["stands_out"] or None,
    ]
