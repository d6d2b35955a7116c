"""Play classes and release their minutes, by the functions that serve real ones."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache

import numpy as np

from inference.contracts import Calibration
from inference.lately import BEFORE
from sessions_app.enums import Purpose
from sessions_app.lab.attack import presence, signals
from sessions_app.lab.attack.classes import HOLD
from sessions_app.lab.attack.noise import DirectNoise
from sessions_app.lab.attack.presence import GROUP_LASTS, Pattern, Presence
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.lab.attack.sums import Sums, add_up, estimated_shares
from sessions_app.minutes import belief
from sessions_app.minutes.belief import Left, Release, run_of
from sessions_app.minutes.release import (
    expression_statistic,
    noise_scale,
    rough_sizes,
)

MINUTES = 45
_CROWDS = 10  # different comings and goings; the classes of a size share them
_AT_ONCE = 250  # minutes that are weighed together: bounds the memory
_USUAL_GROUP = 10  # the minimum group k unless an admin sets another

# From noisy numbers (M, T, D) of minutes of one size, each with those before it that it is
# read with, the newest first, to what is shown of the newest.
Show = Callable[[np.ndarray, Release], "Shown"]


@dataclass(frozen=True, slots=True, eq=False)
class Exit:
    """A signal, and how its minutes leave the server."""

    signal: ClassSignal
    purpose: Purpose
    show: Show
    together: bool = False  # whether a minute is read with those before it


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What is shown of some minutes."""

    shares: np.ndarray  # (..., C), not a number in minutes that show groups alone
    band: np.ndarray  # (..., C), half widths
    groups: np.ndarray  # (..., G); G is 0 of the pulse
    groups_band: np.ndarray  # (..., G)
    alone: np.ndarray  # (..., G), the groups of each minute alone
    alone_band: np.ndarray  # (..., G)
    statements: np.ndarray  # (...), texts
    # (..., T), of those who answered alone; T is 0 of the expression.
    answers: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    answers_band: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))


@dataclass(frozen=True, slots=True, eq=False)
class Released:
    """Minutes, of N classes with T each or all in a row: how they were, and what left."""

    truth: np.ndarray  # (..., C), shares of those who count
    exact: np.ndarray  # (..., C), estimated, before the release
    shown: Shown


def expression(
    calibration: Calibration, faces: np.ndarray, *, together: bool = True
) -> Exit:
    """The expression of students with these faces (E, F, E).

    Where nothing but minutes that are read alone is looked at, that is much faster.
    """

    def show(noisy: np.ndarray, release: Release) -> Shown:
        found = belief.expression(noisy, release, calibration)
        hidden = np.full((len(noisy), len(calibration.prior)), np.nan)
        shares, band = found.labels or (hidden, hidden)
        nothing = np.empty((len(noisy), 0))
        said = np.array(found.statements)
        return Shown(shares, band, *found.groups, *found.alone, said, nothing, nothing)

    signal = signals.expression(calibration, faces)
    return Exit(signal, Purpose.EXPRESSION, show, together)


def told(noisy: np.ndarray, size: int) -> np.ndarray:
    """Of the noisy numbers (..., 7) of a class those that leave where it has this size."""
    return noisy[..., : len(expression_statistic(size))]


def pulse() -> Exit:
    """The taps."""

    def show(noisy: np.ndarray, release: Release) -> Shown:
        nothing = np.empty((len(noisy), 0))
        found = belief.pulse(noisy[:, 0], release)
        said = np.array(found.statements)
        groups, alone = (nothing, nothing), (nothing, nothing)
        return Shown(*found.shares, *groups, *alone, said, *found.answers)

    return Exit(signals.pulse(), Purpose.PULSE, show)


def smallest_group(size: int) -> int:
    """The minimum group k that classes of about `size` are played with."""
    return min(size, _USUAL_GROUP)


@cache
def crowds(size: int, minutes: int, *, churn: bool) -> list[Presence]:
    """Who counts in released minutes: always all n, or about n who come and go."""
    if not churn:
        return [Presence(np.ones((minutes, size), bool))]
    rng = np.random.default_rng(size)
    whole = (
        presence.session(
            rng,
            others=size,
            minutes=MINUTES,
            pattern=Pattern.ONE_LEAVE,
            churn=True,
            lasts=GROUP_LASTS,
        )
        for _ in range(_CROWDS)
    )
    without_target = (Presence(each.counts[:, :-1]) for each in whole)
    return [each.released(smallest_group(size)) for each in without_target]


def play(
    way_out: Exit,
    crowd: Presence,
    moods: np.ndarray,
    rng: np.random.Generator,
    *,
    min_group: int,
    told: int | None = None,
) -> Released:
    """Play a class for each row of moods (N, C); each keeps its mood.

    Told are all minutes, or so many of each class, chosen by chance.
    """
    sums = add_up(way_out.signal, crowd.counts, moods, rng, HOLD)
    return release(way_out, crowd, sums, rng, min_group=min_group, told=told)


def release(
    way_out: Exit,
    crowd: Presence,
    sums: Sums,
    rng: np.random.Generator,
    *,
    min_group: int,
    told: int | None = None,
) -> Released:
    """Estimate and release minutes of classes that added up to this, all or some.

    The noise is drawn as the server's is, but from `rng` and not from secret keys: the
    same distribution, faster.
    """
    exact, noisy, sizes = noisy_minutes(
        way_out.signal, way_out.purpose, crowd, sums, rng, min_group=min_group
    )
    classes, minutes = sizes.shape
    every = np.tile(np.arange(minutes), (classes, 1))
    at = every if told is None else rng.permuted(every, axis=1)[:, :told]  # (N, J)
    of = np.arange(classes)[:, np.newaxis]
    parts = [
        (where, way_out.show(read, Release(size, min_group, noise=1.0)))
        for size in np.unique(sizes[of, at]).tolist()
        for where, read in _runs(way_out, noisy, sizes, at, size)
    ]
    truth = sums.counts / sums.n[:, None]
    shares = exact @ np.linalg.inv(way_out.signal.parts).T
    return Released(truth[of, at], shares[of, at], _together(parts, at.shape))


def _runs(
    way_out: Exit, noisy: np.ndarray, sizes: np.ndarray, at: np.ndarray, size: int
) -> Iterator[tuple[tuple[np.ndarray, ...], np.ndarray]]:
    """Places among the minutes `at` (N, J) of one size, and what each is read with.

    Some at a time, and those together that are read with as many minutes.
    """
    of_faces = way_out.purpose is Purpose.EXPRESSION
    by_length: dict[int, list[tuple[tuple[int, int], np.ndarray]]] = defaultdict(list)
    chosen = sizes[np.arange(len(at))[:, np.newaxis], at] == size
    for one, place in np.argwhere(chosen).tolist():
        newest = int(at[one, place])
        first = max(0, newest - BEFORE) if way_out.together else newest
        left = [
            Left(minute, its, told(numbers, its) if of_faces else numbers)
            for minute, its, numbers in zip(
                range(first, newest + 1),
                sizes[one, first : newest + 1].tolist(),
                noisy[one, first : newest + 1],
                strict=True,
            )
        ]
        *before, minute_itself = left
        run = run_of(minute_itself, before[::-1])
        by_length[len(run)].append(((one, place), run))
    for found in by_length.values():
        for start in range(0, len(found), _AT_ONCE):
            some = found[start : start + _AT_ONCE]
            places = np.array([place for place, _ in some]).T
            yield tuple(places), np.array([run for _, run in some])


def noisy_minutes(
    signal: ClassSignal,
    purpose: Purpose,
    crowd: Presence,
    sums: Sums,
    rng: np.random.Generator,
    *,
    min_group: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimated numbers (N, T, D), the same with their noise, and rough sizes (N, T)."""
    exact = estimated_shares(signal, sums)
    scales = np.array([noise_scale(purpose, n) for n in sums.n.tolist()])
    drawn = DirectNoise(rng).of_shares(exact, crowd)
    noisy = exact + (scales / sums.n)[:, None] * drawn
    sets, minute_set = crowd.sets
    of_sizes = rng.standard_normal((len(exact), len(sets)))[:, minute_set]
    sizes = np.maximum(min_group, rough_sizes(sums.n, of_sizes))
    return exact, noisy, sizes


def few_at_once(minutes: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """The places of the chosen minutes, some at a time."""
    places = np.nonzero(minutes)
    for start in range(0, len(places[0]), _AT_ONCE):
        yield tuple(axis[start : start + _AT_ONCE] for axis in places)


def _together(
    parts: list[tuple[tuple[np.ndarray, ...], Shown]], minutes: tuple[int, ...]
) -> Shown:
    """What is shown of all minutes (N, T), from that of some places each."""
    values = {}
    for each in fields(Shown):
        first: np.ndarray = getattr(parts[0][1], each.name)
        dtype = object if first.dtype.kind == "U" else float
        values[each.name] = np.empty((*minutes, *first.shape[1:]), dtype)
        for where, shown in parts:
            values[each.name][where] = getattr(shown, each.name)
    return Shown(**values)
