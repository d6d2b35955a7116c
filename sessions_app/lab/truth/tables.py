"""The figures of truth_check as tables for people; docs/mood.md shows them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sessions_app.minutes.release import GROUPED_BELOW

FIGURES = Path(__file__).with_name("figures.json")  # what the command last wrote
_SAID_OF_FACES = [
    "Nearly everyone",
    "Most",
    "Hardly anyone",
    "Only a few",
    "At most 1 in 3",
]
_SAID_BY_PEOPLE = ["Half or more", "1 in 3 or more", "Most: all good", "Few answered"]
_SHOWN = ("10", "20", "30")  # sizes whose sentences stand in the documentation


def last_found() -> dict[str, Any]:
    """The figures that the command last wrote."""
    figures: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return figures


def as_text(found: dict[str, Any]) -> str:
    """All tables, for the terminal and the documentation."""
    return "\n\n".join(
        [
            errors(found["by_world"]),
            labels(found["by_world"]),
            sentences(found["by_world"], _SAID_OF_FACES),
            held(found["by_world"]),
            changes(found),
            errors(found["pulse"]["by_world"]),
            held(found["pulse"]["by_world"]),
            sentences(found["pulse"]["by_world"], _SAID_BY_PEOPLE),
            summaries(found["summaries"]),
        ]
    )


def errors(by_world: dict[str, Any]) -> str:
    """Error of the released shares, and of a constant, by world and size."""
    sizes = list(next(iter(by_world.values())))
    rows = (
        [name(world), *(_released(cell) for cell in of.values())]
        for world, of in by_world.items()
    )
    return table(["world", *(f"n = {n}" for n in sizes)], rows)


def labels(by_world: dict[str, Any]) -> str:
    """The same of all seven shares, in the minutes that show them."""
    sizes = [n for n in next(iter(by_world.values())) if int(n) >= GROUPED_BELOW]
    rows = (
        [
            name(world),
            *(_released(of[n]["labels"]) if of[n]["labels"] else "none" for n in sizes),
        ]
        for world, of in by_world.items()
    )
    return table(["world", *(f"n = {n}" for n in sizes)], rows)


def held(by_world: dict[str, Any]) -> str:
    """How often the band holds a share, by world and size."""
    sizes = list(next(iter(by_world.values())))
    rows = (
        [name(world), *(f"{cell['band_holds']:.0%}" for cell in of.values())]
        for world, of in by_world.items()
    )
    return table(["world", *(f"n = {n}" for n in sizes)], rows)


def sentences(by_world: dict[str, Any], kinds: list[str]) -> str:
    """How often each kind of sentence is true, and said, by world and size."""
    rows = (
        [name(world), n, _something(cell), *map(_true, cell["sentences"].values())]
        for world, of in by_world.items()
        for n, cell in of.items()
        if n in _SHOWN
    )
    return table(["world", "n", "anything said", *kinds], rows)


def changes(found: dict[str, Any]) -> str:
    """False alarms and named changes by size, the same group and one with churn."""
    rows = (
        [n, *_named(same), *_named(found["with_churn"]["changes"][n])]
        for n, same in found["changes"].items()
    )
    head = ["false alarms an hour", "20 points named", "30 points named"]
    return table(["n", *head, *(f"{words}, churn" for words in head)], rows)


def summaries(by_signal: dict[str, Any]) -> str:
    """How often each sentence of a summary is true, and said; how often a peak's band holds."""
    rows = (
        [
            f"{signal}, {world}",
            n,
            _true(cell["mostly"]),
            _true(cell["stretch"]),
            f"{cell['peaks_hold']:.0%}",
        ]
        for signal, by_world in by_signal.items()
        for world, of in by_world.items()
        for n, cell in of.items()
    )
    return table(["lessons", "n", "Mostly", "From … to …", "peaks hold"], rows)


def _released(cell: dict[str, Any]) -> str:
    return f"{cell['error']:.3f} / {cell['error_constant']:.3f}"


def _true(sentence: dict[str, float | None]) -> str:
    true, said = sentence["true"], sentence["said"]
    return "never said" if true is None else f"{true:.0%} of {said:.0%}"


def _something(cell: dict[str, Any]) -> str:
    return f"{cell['something_said']:.0%}"


def _named(figures: dict[str, Any]) -> list[str]:
    named = (figures["at_20_points"]["named"], figures["named"])
    return [f"{figures['false_alarms_per_hour']:.1f}", *(f"{x:.0%}" for x in named)]


def name(world: str) -> str:
    """A world as people read it."""
    return world.replace("_", ", ") + (" faces" if "_" in world else "")


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """A table for the terminal and the documentation."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
