"""Lessons of the spans that are measured: how they were, and the rows that were released."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from inference.contracts import Calibration
from inference.mood import GROUPING
from sessions_app.enums import MinuteStatus, Purpose, Vote
from sessions_app.lab.attack.classes import HOLD
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.lab.attack.sums import Sums, add_up
from sessions_app.lab.truth.playing import (
    MINUTES,
    crowds,
    few_at_once,
    noisy_minutes,
    smallest_group,
    told,
)
from sessions_app.lab.truth.worlds import World
from sessions_app.minutes import belief
from sessions_app.minutes.belief import Release
from sessions_app.minutes.spans import KINDS, Released

COURSE = 8  # lessons
_SILENCE = list(Vote).index(Vote.NO_ANSWER)
_OFF = {
    "status": MinuteStatus.OFF,
    "pulse_status": MinuteStatus.OFF,
    "coverage": "",
    "unusual": False,
}

Rows = list[dict[str, Any]]  # of one lesson, as `figures_of` reads them


class SharedSignal(NamedTuple):
    """A signal, and what is released of it."""

    signal: ClassSignal
    purpose: Purpose
    kinds: tuple[str, ...]  # of shares
    show: Callable[[np.ndarray, Release], dict[str, np.ndarray]]


class Lessons(NamedTuple):
    """Some lessons: how they were, and what left."""

    truth: np.ndarray  # (N, T, C), how many students show what
    rows: list[Rows]


def shared(signal: ClassSignal, calibration: Calibration) -> SharedSignal:
    """A signal, as a server with this calibration shows it."""
    if signal.name == Purpose.PULSE:
        return SharedSignal(signal, Purpose.PULSE, ("pulse", "answers"), _pulse)

    def groups(noisy: np.ndarray, release: Release) -> dict[str, np.ndarray]:
        numbers = told(noisy, release.size)
        return {"groups": belief.group_shares(numbers, release, calibration)}

    return SharedSignal(signal, Purpose.EXPRESSION, ("groups",), groups)


def _pulse(noisy: np.ndarray, release: Release) -> dict[str, np.ndarray]:
    votes, answers = belief.pulse_shares(noisy, release)
    return {"pulse": votes, "answers": answers}


def play(
    way: SharedSignal, world: World, n: int, rng: np.random.Generator, courses: int
) -> Lessons:
    """Courses of lessons; every other course has the same mood in all of them."""
    moods = world(way.signal, rng, courses * COURSE).reshape(courses, COURSE, -1)
    moods[::2] = moods[::2, :1]
    [crowd] = crowds(n, MINUTES, churn=False)
    every = moods.reshape(courses * COURSE, -1)
    return release(way, n, add_up(way.signal, crowd.counts, every, rng, HOLD), rng)


def release(way: SharedSignal, n: int, sums: Sums, rng: np.random.Generator) -> Lessons:
    """Release lessons of n students, all of whom always count, that added up to this."""
    [crowd] = crowds(n, len(sums.n), churn=False)
    smallest = smallest_group(n)
    _, noisy, sizes = noisy_minutes(
        way.signal, way.purpose, crowd, sums, rng, min_group=smallest
    )
    released = partial(Release, min_group=smallest, noise=1.0)
    return Lessons(sums.counts, rows_of(way, noisy, sizes, released))


def shares_of(kind: str, counts: np.ndarray) -> np.ndarray:
    """The shares (..., C) of a kind, from how many students (..., D) show what.

    Not a number where nobody answered.
    """
    if kind == "groups":
        counts = counts @ GROUPING.T
    if kind == "answers":
        counts = np.delete(counts, _SILENCE, axis=-1)
    with np.errstate(invalid="ignore"):
        shares: np.ndarray = counts / counts.sum(axis=-1, keepdims=True)
    return shares


def rows_of(
    way: SharedSignal, noisy: np.ndarray, sizes: np.ndarray, released: Released
) -> list[Rows]:
    """What is shown of the minutes of each lesson (N, T, D) with these sizes (N, T)."""
    shown = {
        kind: np.empty((*sizes.shape, len(KINDS[kind].names))) for kind in way.kinds
    }
    for size in np.unique(sizes).tolist():
        for where in few_at_once(sizes == size):
            for kind, shares in way.show(noisy[where], released(size)).items():
                shown[kind][where] = shares
    return [
        [
            _row(
                way.purpose, size, {kind: of[lesson, at] for kind, of in shown.items()}
            )
            for at, size in enumerate(of_lesson)
        ]
        for lesson, of_lesson in enumerate(sizes.tolist())
    ]


def _row(purpose: Purpose, size: int, shown: dict[str, np.ndarray]) -> dict[str, Any]:
    shares = {
        kind: dict(zip(KINDS[kind].names, of.tolist(), strict=True))
        for kind, of in shown.items()
    }
    if purpose is Purpose.EXPRESSION:
        released = {"status": MinuteStatus.RELEASED, "size": size}
        return {**_OFF, **released, **shares, "groups_alone": shares["groups"]}
    released = {"pulse_status": MinuteStatus.RELEASED, "pulse_size": size}
    return {**_OFF, **released, **shares}
