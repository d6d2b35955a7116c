"""What a topic, a lesson, a course or a term was like, from its released minutes alone.

An average of rows would be wrong: each row is drawn towards what is assumed of any class.
`inference.spans` makes an estimate of it, with a band that holds the truth in nine cases
of ten. It follows from what left already, and so tells nobody more.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings

from inference.labels import GROUPS
from inference.mood import Z90, to_simplex
from inference.spans import Moments, Seen, SpanEstimate, estimate_each
from sessions_app.enums import Coverage, Tap, Vote
from sessions_app.minutes import span_moments
from sessions_app.minutes.belief import Release, in_steps, up_to_a_step
from sessions_app.minutes.estimation import calibration
from sessions_app.minutes.figures import Figures, figures_of, total
from sessions_app.minutes.release import SIZE_STEP

__all__ = [
    "Change",
    "Difference",
    "Figures",
    "Shares",
    "Span",
    "difference",
    "figures_of",
    "span",
    "spans",
]

Shares = dict[str, float]
Released = Callable[[int], Release]  # by the rough size of a class
_EXACT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A span of minutes; its shares are in steps and sum to 1, None without numbers."""

    figures: Figures
    groups: Shares | None = None  # share of each group of expressions
    groups_band: Shares | None = None  # half width of the 90 % interval
    pulse: Shares | None = None  # share per vote, of all who were asked
    pulse_band: Shares | None = None
    answers: Shares | None = None  # share per tap, of those who answered
    answers_band: Shares | None = None
    estimates: Mapping[str, SpanEstimate] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """Closed minutes."""
        return self.figures.minutes

    @property
    def with_expression(self) -> int:
        """Minutes with numbers of the expression."""
        return self.figures.expression_released

    @property
    def with_pulse(self) -> int:
        """Minutes with numbers of the pulse."""
        return self.figures.pulse_released

    @property
    def coverage(self) -> dict[str, float]:
        """Share of the minutes that have a word for how many contribute, by word."""
        counts = dict(
            zip(
                Coverage.values,
                self.figures.of("coverage", Coverage.values),
                strict=True,
            )
        )
        worded = sum(counts.values())
        return {word: n / worded for word, n in counts.items() if worded}


class Change(NamedTuple):
    """How much more a share is in one span than in another."""

    by: float  # in steps
    band: float  # half width of the 90 % interval
    told: bool  # whether there is a difference for certain, as nine in ten go


@dataclass(frozen=True, slots=True)
class Difference:
    """From one span to another, by name; None where one of them has no numbers."""

    groups: dict[str, Change] | None
    pulse: dict[str, Change] | None
    answers: dict[str, Change] | None

    @property
    def told(self) -> bool:
        """Whether any difference can be told."""
        kinds = (self.groups, self.pulse, self.answers)
        return any(change.told for kind in kinds if kind for change in kind.values())

    def data(self) -> dict[str, Any]:
        """Each change by kind and name, and whether any can be told; ready for JSON."""
        kinds = {kind: getattr(self, kind) for kind in KINDS}
        return {
            **{
                kind: changes
                and {name: change._asdict() for name, change in changes.items()}
                for kind, changes in kinds.items()
            },
            "told": self.told,
        }


class Kind(NamedTuple):
    """Where figures keep a kind of shares, and how these go together with the truth."""

    names: tuple[str, ...]
    signal: str
    moments: Callable[[Release], Moments]


KINDS = {
    "groups": Kind(
        tuple(GROUPS),
        "expression",
        lambda release: span_moments.of_groups(release, calibration()),
    ),
    "pulse": Kind(tuple(Vote.values), "pulse", span_moments.of_votes),
    "answers": Kind(tuple(Tap.values), "pulse", span_moments.of_answers),
}


def span(figures: Sequence[Figures], released: Released | None = None) -> Span:
    """The minutes behind some figures, as one; each minute counts the same.

    Args:
        figures: One for each lesson, or sums of the figures of several.
        released: How minutes of a size were released; None is as the settings have it.
    """
    [found] = spans([figures], released)
    return found


def spans(
    figures: Sequence[Sequence[Figures]], released: Released | None = None
) -> list[Span]:
    """Several spans, each as `span` has it; faster than one by one."""
    shown: list[dict[str, Any]] = [{"estimates": {}} for _ in figures]
    for kind, (names, signal, _moments) in KINDS.items():
        seen = [_seen(kind, each, released or _by_settings) for each in figures]
        known = [number for number, parts in enumerate(seen) if parts]
        found = [
            _only_said(estimated, seen[number], signal)
            for number, estimated in zip(
                known, estimate_each([seen[number] for number in known]), strict=True
            )
        ]
        if not found:
            continue
        shares = in_steps(np.array([each.shares for each in found])).tolist()
        sd = _sd(np.array([each.covariance for each in found]))
        bands = up_to_a_step(Z90 * sd).tolist()
        for number, estimated, one, band in zip(
            known, found, shares, bands, strict=True
        ):
            shown[number]["estimates"][kind] = estimated
            shown[number][kind] = dict(zip(names, one, strict=True))
            shown[number][f"{kind}_band"] = dict(zip(names, band, strict=True))
    return [
        Span(total(each), **values) for each, values in zip(figures, shown, strict=True)
    ]


def _only_said(found: SpanEstimate, parts: Sequence[Seen], signal: str) -> SpanEstimate:
    """Nobody is said to have tapped what no minute shows: it may not have been offered."""
    if signal != "pulse":
        return found
    said = np.sum([part.total for part in parts], axis=0) > _EXACT
    if said.all():
        return found
    return found._replace(shares=to_simplex(np.where(said, found.shares, -1.0)))


def _seen(kind: str, figures: Iterable[Figures], released: Released) -> list[Seen]:
    """What the lessons of each size showed of a kind of shares, together."""
    names, signal, moments = KINDS[kind]
    by_size: defaultdict[int, list[Figures]] = defaultdict(list)
    for each in figures:
        if getattr(each, f"{signal}_released"):
            by_size[_usual_size(each, signal)].append(each)
    return [
        Seen(
            moments(released(size)),
            getattr(some, f"{signal}_released"),
            np.array(some.of(kind, names)),
            getattr(some, f"{signal}_noise"),
        )
        for size, some in ((size, total(some)) for size, some in by_size.items())
    ]


def _usual_size(figures: Figures, signal: str) -> int:
    """The mean of the rough sizes, in steps as each of them is."""
    sizes: int = getattr(figures, f"{signal}_size")
    minutes: int = getattr(figures, f"{signal}_released")
    return max(1, SIZE_STEP * math.floor(sizes / minutes / SIZE_STEP + 0.5))


def _by_settings(size: int) -> Release:
    smallest = min(size, settings.FER_MIN_GROUP)
    return Release(size, smallest, settings.FER_NOISE_SCALE)


def difference(before: Span, after: Span) -> Difference:
    """How a span differs from another one, with bands that are rather too wide.

    The errors of both are added as if they had nothing in common.
    """
    return Difference(
        **{
            kind: _changes(kind, before, after)
            if kind in before.estimates and kind in after.estimates
            else None
            for kind in KINDS
        }
    )


def _changes(kind: str, before: Span, after: Span) -> dict[str, Change]:
    one, other = before.estimates[kind], after.estimates[kind]
    bands = up_to_a_step(Z90 * _sd(one.covariance + other.covariance))
    was, now = getattr(before, kind), getattr(after, kind)
    changes = {}
    for name, band in zip(KINDS[kind].names, bands.tolist(), strict=True):
        by = round(now[name] - was[name], 2)
        changes[name] = Change(by, band, abs(by) > band + _EXACT)
    return changes


def _sd(covariance: np.ndarray) -> np.ndarray:
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    sd: np.ndarray = np.sqrt(np.clip(variance, 0, None))
    return sd
