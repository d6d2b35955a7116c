"""Whether the changes that happen in classes are named, and no other ones."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from inference.labels import EMOTIONS, GROUPS
from inference.mood import GROUPING
from sessions_app.lab.attack.classes import HOLD
from sessions_app.lab.attack.presence import Presence
from sessions_app.lab.attack.sums import Sums, add_up
from sessions_app.lab.truth.playing import (
    MINUTES,
    Exit,
    Released,
    crowds,
    play,
    release,
    smallest_group,
)
from sessions_app.lab.truth.worlds import classroom
from sessions_app.minutes.headline import (
    BASELINE_MINUTES,
    Change,
    Named,
    named_changes,
)

POINTS = (20, 30)  # of a class, who look calm and from then on otherwise
NAMED_WITHIN = 5  # minutes, the one of the change included
_MOVED = 0.1  # the least that a named change must have moved to be true
_CALM = EMOTIONS.index("neutral")
_LOOKS = list(GROUPS)
_GROUP_OF = GROUPING.argmax(axis=0).tolist()  # of each label


def changes(
    way_out: Exit, size: int, rng: np.random.Generator, *, classes: int, churn: bool
) -> dict[str, Any]:
    """Figures of steady classes and of classes that change half-way; see `report`."""
    groups = crowds(size, MINUTES, churn=churn)
    each = -(-classes // len(groups))
    least, most = (
        _hits(_changing(way_out, groups, size, points, each, rng)) for points in POINTS
    )
    return {
        "false_alarms_per_hour": _false_alarms(way_out, groups, size, each, rng),
        **most,
        f"at_{POINTS[0]}_points": least,
    }


def _false_alarms(
    way_out: Exit,
    groups: list[Presence],
    size: int,
    classes: int,
    rng: np.random.Generator,
) -> float:
    false = minutes = 0
    for crowd in groups:
        moods = classroom(way_out.signal, rng, classes)
        steady = play(way_out, crowd, moods, rng, min_group=smallest_group(size))
        for one, named in enumerate(_named(steady)):
            truth = steady.truth[one] @ GROUPING.T
            false += sum(not _moved(truth, each) for each in named)
        minutes += steady.truth[..., 0].size
    return round(60 * false / minutes, 2)


def _moved(truth: np.ndarray, named: Named) -> bool:
    """Whether the true shares (T, G) went where the words say, and far enough."""
    at, since, change = named
    of = truth[:, _LOOKS.index(change.of)]
    before = of[max(0, since - BASELINE_MINUTES) : since]
    by = of[since : at + 1].mean() - before.mean()
    return bool((by if change.more else -by) >= _MOVED - 1e-9)


def _changing(
    way_out: Exit,
    groups: list[Presence],
    size: int,
    points: int,
    classes: int,
    rng: np.random.Generator,
) -> Iterator[tuple[list[Named], int, int]]:
    """For each class: the changes named, then the minute and label of the real change."""
    for crowd in groups:
        minute = len(crowd.counts) // 2
        labels = other_looks(way_out.signal.prior, classes, rng)
        moved = max(1, round(size * points / 100))
        sums = sums_of_change(way_out, crowd, moved, _CALM, labels, rng)
        group = smallest_group(size)
        released = release(way_out, crowd, sums, rng, min_group=group)
        for named, label in zip(_named(released), labels.tolist(), strict=True):
            yield named, minute, label


def other_looks(
    prior: np.ndarray, classes: int, rng: np.random.Generator
) -> np.ndarray:
    """What those who looked calm in each class show at last, shape (N,)."""
    others = np.where(np.arange(len(prior)) == _CALM, 0, prior)
    return rng.choice(len(prior), size=classes, p=others / others.sum())


def sums_of_change(
    way_out: Exit,
    crowd: Presence,
    moved: int,
    before: int,
    labels: np.ndarray,
    rng: np.random.Generator,
) -> Sums:
    """Classes in which the first `moved` show one thing, and from half-way on another.

    Args:
        way_out: The signal.
        crowd: Who counts.
        moved: How many students change.
        before: What they show first.
        labels: What they show from half-way on, shape (N,).
        rng: Of the trial.
    """
    signal, kinds = way_out.signal, np.eye(len(way_out.signal.prior))
    late = np.arange(len(crowd.counts)) >= len(crowd.counts) // 2
    moving, staying = crowd.counts[:, :moved], crowd.counts[:, moved:]
    first = np.tile(kinds[before], (len(labels), 1))
    moods = classroom(signal, rng, len(labels))
    early = add_up(signal, moving & ~late[:, None], first, rng, HOLD)
    after = add_up(signal, moving & late[:, None], kinds[labels], rng, HOLD)
    return add_up(signal, staying, moods, rng, HOLD).plus(early).plus(after)


def _named(released: Released) -> Iterator[list[Named]]:
    """The changes that each class's teacher reads."""
    shown = released.shown
    for groups, bands in zip(
        shown.alone.tolist(), shown.alone_band.tolist(), strict=True
    ):
        yield named_changes(
            [
                {
                    "groups_alone": dict(zip(_LOOKS, shares, strict=True)),
                    "groups_alone_band": dict(zip(_LOOKS, band, strict=True)),
                }
                for shares, band in zip(groups, bands, strict=True)
            ]
        )


def _hits(
    classes: Iterator[tuple[list[Named], int, int]],
) -> dict[str, float | None]:
    """How many changes are named in time, and minutes after they began."""
    delays = []
    for named, minute, label in classes:
        right = (
            Change(_LOOKS[_GROUP_OF[label]], more=True),
            Change("calm", more=False),
        )
        found = (each.at - minute for each in named if each.change in right)
        delays.append(next((d for d in found if 0 <= d < NAMED_WITHIN), None))
    hits = [delay for delay in delays if delay is not None]
    return {
        "delay_min": round(float(np.mean(hits)), 2) if hits else None,
        "named": round(len(hits) / len(delays), 3),
    }
