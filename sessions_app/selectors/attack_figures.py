"""What an attacker learns: the figures that `manage.py privacy_attack` last wrote.

The policy page and docs/privacy.md show them; nobody types them a second time.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sessions_app.enums import Purpose

FIGURES = Path(__file__).with_name("attack_figures.json")
_KEYS = {Purpose.EXPRESSION: "by_n", Purpose.PULSE: "pulse_by_n"}
_HEAD = (
    "| *n* | *s* | gain, {} | right guesses, with / without the target "
    "| error of the shares, before / after the release |\n|---|---|---|---|---|\n"
)


@dataclass(frozen=True, slots=True)
class AttackFigures:
    """The worst attackers of classes of about n, and what the noise alone costs."""

    n: int
    noise_scale: float
    attack: str
    gain: float  # how much more often the guess is right than without the student
    attacker: float
    base: float
    mood_error_exact: float
    mood_error_released: float  # of the noisy shares, which nobody is shown
    # The worst gain by who may join and what is compared:
    open_link: float  # own browsers fill the class, but for one student
    signed_in: float  # nobody has more than one browser in it
    alone: float  # one student answers otherwise from one minute to the next
    # And of one who reads the rows of a lesson, without and with spans of them:
    minutes: float
    with_spans: float


_OWN_BROWSERS = "own browsers"  # in an attack's name: that fill the class
_ALONE = "changes alone"
_READS = "reads minutes"


@cache
def report() -> dict[str, Any]:
    """All that the command wrote."""
    figures: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return figures


def learnt(purpose: Purpose) -> list[AttackFigures]:
    """One row for each size that was attacked, smallest first."""
    by_n: dict[str, dict[str, Any]] = report()[_KEYS[purpose]]
    return [
        AttackFigures(n=n, **(by_n[str(n)] | _gains(purpose, n)))
        for n in sorted(map(int, by_n))
    ]


def _gains(purpose: Purpose, n: int) -> dict[str, float]:
    of: dict[str, float] = {
        row["attack"]: row["gain"]
        for row in report()["attacks"]
        if row["n"] == n and row["attack"].startswith(purpose)
    }

    def worst(*words: str) -> float:
        return max(gain for name, gain in of.items() if any(w in name for w in words))

    others = (gain for name, gain in of.items() if _OWN_BROWSERS not in name)
    return {
        "open_link": worst(_OWN_BROWSERS),
        "signed_in": max(others),
        "alone": worst(_ALONE),
        "minutes": of[f"{purpose}, {_READS}"],
        "with_spans": of[f"{purpose}, {_READS} and spans"],
    }


def most_added_by_spans() -> float:
    """How much more is gained, at most, by reading spans beside the minutes."""
    rows = (row for purpose in Purpose for row in learnt(purpose))
    return max(0.0, *(row.with_spans - row.minutes for row in rows))


def gains_as_markdown() -> str:
    """The same for both purposes, as it stands in docs/privacy.md."""
    head = (
        "| *n* | | own browsers (open link) | signed-in students "
        "| of these: one changes alone |\n|---|---|---|---|---|\n"
    )
    return head + "".join(
        f"| {row.n} | {purpose} | {row.open_link:.3f} | {row.signed_in:.3f} "
        f"| {row.alone:.3f} |\n"
        for purpose in Purpose
        for row in learnt(purpose)
    )


def spans_as_markdown() -> str:
    """What topics, reports and courses add, as it stands in docs/privacy.md."""
    head = (
        "| *n* | | gain from the minutes | from the minutes and spans of them |\n"
        "|---|---|---|---|\n"
    )
    return head + "".join(
        f"| {row.n} | {purpose} | {row.minutes:.3f} | {row.with_spans:.3f} |\n"
        for purpose in Purpose
        for row in learnt(purpose)
    )


def as_markdown(purpose: Purpose) -> str:
    """The rows as they stand in docs/privacy.md."""
    rows = (
        f"| {row.n} | {row.noise_scale:g} | {row.gain:.3f} "
        f"| {row.attacker:.3f} / {row.base:.3f} "
        f"| {row.mood_error_exact:.3f} / {row.mood_error_released:.3f} |\n"
        for row in learnt(purpose)
    )
    return _HEAD.format(purpose.value) + "".join(rows)
