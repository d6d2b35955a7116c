"""Play simulated classes and publish their minutes as the server would."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inference.mood import STRENGTH
from sessions_app.lab.attack.noise import DirectNoise, KeyedNoise, Noise
from sessions_app.lab.attack.presence import Presence
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.lab.attack.sums import Sums, add_up, drawn, estimated_shares
from sessions_app.minutes.release import (
    MARK_NOISE_SD,
    MARKED_FROM,
    OUTLIER_LIMIT,
)

HOLD = 0.8  # an expression lasts five minutes on average


@dataclass(frozen=True, slots=True)
class Protection:
    """What stands between the class and the attacker."""

    min_group: int
    scale: Callable[[int], float]  # of the noise, by number of contributors
    lasts: int  # minutes that a group stays the same
    mark_noise_sd: float = MARK_NOISE_SD
    marked_from: int = MARKED_FROM

    def noise_sd(self, n: np.ndarray) -> np.ndarray:
        """The standard deviation of the noise on each share, for groups of n (T,)."""
        return np.array([self.scale(size) / size for size in n.tolist()])


NONE = Protection(1, lambda _n: 0.0, lasts=0, mark_noise_sd=0.0, marked_from=1)


@dataclass(frozen=True, slots=True)
class Habits:
    """How students behave; the attacker knows it."""

    hold: float = HOLD  # chance of keeping expression and face for another minute
    alike: bool = False  # all others show one and the same expression throughout
    strange: bool = False  # faces unlike those measured: half of the minutes are marked


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """What everyone may see of N classes, beside what went in."""

    shares: np.ndarray  # (N, T, D), as released
    total: np.ndarray  # (N, D), the session's total as released
    exact: np.ndarray  # (N, T, D), before the release function
    marked: np.ndarray  # (N, T), whether a minute is said to be unusual


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """N classes of one presence, with their target and, all else equal, without."""

    presence: Presence
    target: np.ndarray  # (N,), what the target shows all along
    others: np.ndarray  # (N, T, C), how many of the others show what
    truth: np.ndarray  # (N, T, D), shares of all who count
    seen: Published
    unseen: Published  # of the same classes, had the target stayed away


def play(
    signal: ClassSignal,
    presence: Presence,
    classes: int,
    rng: np.random.Generator,
    *,
    habits: Habits,
    protection: Protection,
    keyed: bool,
) -> Played:
    """Play N classes.

    Args:
        signal: What is published.
        presence: Who counts; minutes in which too few do are already gone.
        classes: N.
        habits: How long faces last, and how alike they are.
        protection: What the release does to the shares.
        keyed: Draw the noise from secret cell keys, as the server does. Without, it is
            drawn directly: the same distribution, faster, for attackers to rehearse.
    """
    moods = rng.dirichlet(STRENGTH * signal.prior, classes)
    target = drawn(moods, 1, rng)[:, 0]
    if habits.alike:
        moods = np.eye(len(signal.prior))[drawn(moods, 1, rng)[:, 0]]
        target = drawn(np.tile(signal.prior, (classes, 1)), 1, rng)[:, 0]
    others = add_up(signal, presence.counts[:, :-1], moods, rng, habits.hold)
    themselves = np.eye(len(signal.prior))[target]
    own = add_up(signal, presence.counts[:, -1:], themselves, rng, habits.hold)
    both = others.plus(own)
    fresh = DirectNoise(rng)
    people = presence.counts.shape[1]
    noise = KeyedNoise.drawn(signal.name, classes, people, rng) if keyed else fresh
    alone = presence.without_target()
    shift = _shift(signal, both) if habits.strange else None
    return Played(
        presence,
        target,
        others.counts,
        both.counts @ signal.parts.T / both.n[:, None],
        _publish(signal, presence, both, protection, noise, shift),
        _publish(signal, alone, others, protection, fresh, shift),
    )


def _publish(
    signal: ClassSignal,
    presence: Presence,
    sums: Sums,
    protection: Protection,
    noise: Noise,
    shift: float | None,
) -> Published:
    """Every minute and the session's total, estimated, with noise, as it leaves."""
    exact = estimated_shares(signal, sums)
    sets, minute_set = presence.sets
    sd = protection.noise_sd(sums.n)[:, None]
    shares = exact + sd * noise.of_shares(exact, presence)
    everyone = np.atleast_2d(presence.counts.any(axis=0))
    sd = protection.noise_sd(everyone.sum(keepdims=True).reshape(1))
    total = estimated_shares(signal, sums.total())
    total += sd * noise.of_sets(everyone, "total", exact)
    marked = np.zeros(exact.shape[:2], bool)
    if shift is not None:
        strange = _outlier_distances(signal, sums, shift)
        of_sets = noise.of_sets(sets, "mark", exact)
        strange += protection.mark_noise_sd * of_sets[:, minute_set, 0]
        marked = (strange > OUTLIER_LIMIT) & (sums.n >= protection.marked_from)
    return Published(shares, total[:, 0], exact, marked)


def _outlier_distances(signal: ClassSignal, sums: Sums, shift: float) -> np.ndarray:
    """How far each minute is from every mixture (N, T), highest scores less a shift."""
    strange = np.empty(sums.counts.shape[:2])
    for n in np.unique(sums.n).tolist():
        alike = sums.n == n
        votes = sums.votes[:, alike] / n
        votes[..., -1:] -= shift
        strange[:, alike] = signal.outlier_distance(sums.scores[:, alike] / n, votes, n)
    return strange


def _shift(signal: ClassSignal, sums: Sums) -> float:
    """How far the highest scores must be off for half of the minutes to be marked."""
    few = slice(0, 200), slice(0, 1)
    first = Sums(sums.n[:1], sums.scores[few], sums.counts[few], sums.votes[few])
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        if np.median(_outlier_distances(signal, first, middle)) > OUTLIER_LIMIT:
            high = middle
        else:
            low = middle
    return high
