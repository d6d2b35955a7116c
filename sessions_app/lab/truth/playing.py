"""Play classes and release their minutes, by the functions that serve real ones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache

import numpy as np

from inference.contracts import Calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack import presence, signals
from sessions_app.lab.attack.classes import HOLD
from sessions_app.lab.attack.noise import DirectNoise
from sessions_app.lab.attack.presence import GROUP_LASTS, Pattern, Presence
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.lab.attack.sums import Sums, add_up, estimated_shares
from sessions_app.minutes import belief
from sessions_app.minutes.belief import Release
from sessions_app.minutes.release import (
    expression_statistic,
    noise_scale,
    rough_sizes,
)

MINUTES = 45
_CROWDS = 10  # different comings and goings; the classes of a size share them
_AT_ONCE = 250  # minutes that are weighed together: bounds the memory
_USUAL_GROUP = 10  # the minimum group k unless an admin sets another

# From noisy shares (M, D) of minutes of one size to what is shown of them.
Show = Callable[[np.ndarray, Release], "Shown"]


@dataclass(frozen=True, slots=True, eq=False)
class Exit:
    """A signal, and how its minutes leave the server."""

    signal: ClassSignal
    purpose: Purpose
    show: Show


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What is shown of some minutes."""

    shares: np.ndarray  # (..., C), not a number in minutes that show groups alone
    band: np.ndarray  # (..., C), half widths
    groups: np.ndarray  # (..., G); G is 0 of the pulse
    groups_band: np.ndarray  # (..., G)
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


def expression(calibration: Calibration, faces: np.ndarray) -> Exit:
    """The expression of students with these faces (E, F, E)."""

    def show(noisy: np.ndarray, release: Release) -> Shown:
        found = belief.expression(told(noisy, release), release, calibration)
        hidden = np.full((len(noisy), len(calibration.prior)), np.nan)
        shares, band = found.labels or (hidden, hidden)
        nothing = np.empty((len(noisy), 0))
        said = np.array(found.statements)
        return Shown(shares, band, *found.groups, said, nothing, nothing)

    return Exit(signals.expression(calibration, faces), Purpose.EXPRESSION, show)


def told(noisy: np.ndarray, release: Release) -> np.ndarray:
    """Of the noisy numbers (M, 7) of a class those that leave where it has this size."""
    return noisy[:, : len(expression_statistic(release.size))]


def pulse() -> Exit:
    """The taps."""

    def show(noisy: np.ndarray, release: Release) -> Shown:
        nothing = np.empty((len(noisy), 0))
        found = belief.pulse(noisy, release)
        said = np.array(found.statements)
        return Shown(*found.shares, nothing, nothing, said, *found.answers)

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
) -> Released:
    """Play a class for each row of moods (N, C); each keeps its mood."""
    sums = add_up(way_out.signal, crowd.counts, moods, rng, HOLD)
    return release(way_out, crowd, sums, rng, min_group=min_group)


def release(
    way_out: Exit,
    crowd: Presence,
    sums: Sums,
    rng: np.random.Generator,
    *,
    min_group: int,
) -> Released:
    """Estimate and release every minute of classes that added up to this.

    The noise is drawn as the server's is, but from `rng` and not from secret keys: the
    same distribution, faster.
    """
    exact, noisy, sizes = noisy_minutes(
        way_out.signal, way_out.purpose, crowd, sums, rng, min_group=min_group
    )
    parts = [
        (where, way_out.show(noisy[where], Release(size, min_group, noise=1.0)))
        for size in np.unique(sizes).tolist()
        for where in few_at_once(sizes == size)
    ]
    truth = sums.counts / sums.n[:, None]
    shares = exact @ np.linalg.inv(way_out.signal.parts).T
    return Released(truth, shares, _together(parts, sizes.shape))


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
