"""How often alerts are wrong, and how late: what `manage.py truth_check --alerts` last wrote.

The account's page and docs/mood.md show it; nobody types it a second time.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy

FIGURES = Path(__file__).with_name("alert_figures.json")
SIGNALS = {
    "expression": gettext_lazy("Faces, as the network expects them"),
    "real_faces": gettext_lazy("Faces of photographs"),
    "pulse": gettext_lazy("Pulse"),
}
_POINTS = (20, 30)
_USUAL = ("pulse", 20)  # whose figures one sentence says
_HEAD = (
    "| signal | n | alerts an hour | of them false | 20 points found, after "
    "| 30 points found, after |\n| --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True, slots=True)
class AlertFigures:
    """What was measured of one signal, in classes of about n that come and go."""

    signal: str
    n: int
    alerts: float  # an hour, where the mood of the class stays the same
    false_alarms: float  # of them: the class's share had not changed so
    found: dict[int, float]  # share of the real changes, by their points
    delay_min: dict[int, float | None]  # from their beginning; None: none was found

    @property
    def by_points(self) -> list[tuple[int, float | None]]:
        """Percent of the changes that are found, and after how long; small changes first."""
        return [(round(100 * self.found[p]), self.delay_min[p]) for p in _POINTS]


@cache
def report() -> dict[str, Any]:
    """All that the command wrote."""
    figures: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return figures


def measured() -> list[AlertFigures]:
    """One row for each signal and size, of classes whose students come and go."""
    return _rows(report()["with_churn"])


def by_signal() -> list[tuple[str, list[AlertFigures]]]:
    """The same for people: the words for each signal, with its rows."""
    rows = measured()
    return [
        (str(words), [row for row in rows if row.signal == signal])
        for signal, words in SIGNALS.items()
    ]


def as_text(found: dict[str, Any]) -> str:
    """Two tables, for the terminal and the documentation: without and with churn."""
    return "\n\n".join(
        _table(_rows(found[kind])) for kind in ("by_signal", "with_churn")
    )


def _rows(by_signal: dict[str, Any]) -> list[AlertFigures]:
    return [
        AlertFigures(
            signal,
            int(n),
            cell["alerts_per_hour"],
            cell["false_alarms_per_hour"],
            {points: cell[f"at_{points}_points"]["found"] for points in _POINTS},
            {points: cell[f"at_{points}_points"]["delay_min"] for points in _POINTS},
        )
        for signal, by_n in by_signal.items()
        for n, cell in by_n.items()
    ]


def _help() -> str:
    """What a switch for alerts costs and gives, with its figures in one sentence."""
    usual = next(row for row in measured() if (row.signal, row.n) == _USUAL)
    return gettext(
        "A quiet card on the live page and in the small view, at most once in ten "
        "minutes. Of what %(n)s students tap: %(false)s false alarms an hour; of changes "
        "by %(points)s points %(found)s %% are found, after %(delay)s minutes on average."
    ) % {
        "n": usual.n,
        "false": usual.false_alarms,
        "points": _POINTS[-1],
        "found": round(100 * usual.found[_POINTS[-1]]),
        "delay": usual.delay_min[_POINTS[-1]],
    }


alert_help = lazy(_help, str)()


def _table(figures: list[AlertFigures]) -> str:
    rows = (
        f"| {row.signal.replace('_', ' ')} | {row.n} | {row.alerts:.2f} "
        f"| {row.false_alarms:.2f} "
        + "".join(f"| {_found(row, points)} " for points in _POINTS)
        + "|"
        for row in figures
    )
    return "\n".join([_HEAD, *rows])


def _found(row: AlertFigures, points: int) -> str:
    delay = row.delay_min[points]
    return "never" if delay is None else f"{row.found[points]:.0%}, {delay:.1f} min"
