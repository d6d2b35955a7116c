"""The figures of `truth_check --spans` as tables for people; docs/mood.md shows them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sessions_app.lab.truth.tables import name, table

FIGURES = Path(__file__).with_name("span_figures.json")  # what the command last wrote
_SPANS = {
    "5": "5 minutes",
    "15": "15 minutes",
    "45": "45 minutes",
    "course": "8 lessons",
    "course_alike": "8 lessons alike",
}


def last_found() -> dict[str, Any]:
    """The figures that the command last wrote."""
    figures: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return figures


def as_text(found: dict[str, Any]) -> str:
    """All tables, for the terminal and the documentation."""
    spans = (
        text(by_world)
        for by_world in found["by_kind"].values()
        for text in (errors, held, differences)
    )
    return "\n\n".join([*spans, *map(topics, found["topics"].values())])


def errors(by_world: dict[str, Any]) -> str:
    """Error of the estimate, of the average of rows and of a constant."""
    return _by_span(by_world, _errors)


def held(by_world: dict[str, Any]) -> str:
    """How often the band holds a share."""
    return _by_span(by_world, lambda figures: f"{figures['band_holds']:.0%}")


def differences(by_world: dict[str, Any]) -> str:
    """Of two lessons: bands, and how often a difference is told, and is right."""
    head = ["world", "n", "band holds", "told", "band holds, alike", "told, alike"]
    rows = (
        [
            name(world),
            n,
            *_told(cell["difference"]),
            *_told(cell["difference_alike"]),
        ]
        for world, of in by_world.items()
        for n, cell in of.items()
    )
    return table(head, rows)


def topics(by_world: dict[str, Any]) -> str:
    """How often a topic is named: in lessons alike, in others, and then rightly."""
    head = ["world", "n", "named, alike", "named, another mood"]
    rows = (
        [name(world), n, f"{cell['alike']:.1%}", *_named(cell)]
        for world, of in by_world.items()
        for n, cell in of.items()
    )
    return table(head, rows)


def _named(cell: dict[str, Any]) -> list[str]:
    right = "" if cell["right"] is None else f" ({cell['right']:.0%} right)"
    return [f"{cell['changed']:.0%}{right}"]


def _by_span(by_world: dict[str, Any], text: Callable[[dict[str, float]], str]) -> str:
    rows = (
        [name(world), n, *(text(cell[span]) for span in _SPANS)]
        for world, of in by_world.items()
        for n, cell in of.items()
    )
    return table(["world", "n", *_SPANS.values()], rows)


def _errors(figures: dict[str, float]) -> str:
    kinds = ("error", "error_average", "error_constant")
    return " / ".join(f"{figures[kind]:.3f}" for kind in kinds)


def _told(figures: dict[str, Any]) -> list[str]:
    right = "" if figures["right"] is None else f" ({figures['right']:.0%} right)"
    return [f"{figures['band_holds']:.0%}", f"{figures['told']:.0%}{right}"]
