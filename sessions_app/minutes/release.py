"""The one way out: minimum group and cell-key noise. No database, no people.

A number about a class leaves the server only after `release_shares`. Rounding alone
protects nobody: the difference of two minutes that differ by one student gives that
student away. So every group gets noise of its own, as statistical offices do (cell-key
method: Fraser & Wooton 2005, "A proposed method for confidentialising tabular output to
protect against differencing"): the same group with the same answers always gets the same
noise. A part of it stays for the whole class, a part for a group, which changes at marks
alone (`re_entry`), and a part follows the answers, so that one answer that changes alone
is hidden, too.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from inference.mood import DIVISIONS, GROUPING
from sessions_app.enums import Coverage, Purpose

STEP = 0.05  # shares leave in steps of five points
GROUPED_BELOW = 20  # as counts leave; smaller groups show three shares instead of seven
SIZE_STEP = 5  # and counts of students in steps of five students
# What leaves of seven shares: the sums of the groups and, of larger classes, how these are
# divided among their labels: in two fifths of its size, so that it is that much noisier.
EXPRESSION = np.vstack([GROUPING, 0.4 * DIVISIONS])
# In students. Whether one student is in a group or not then moves a count so little
# that a reader guesses this right in 57 % of cases, where 50 % are chance.
SIZE_NOISE_SD = 3.0
# Noise scale by the number of contributors, as the attackers of `privacy_attack` demand it;
# between them on a straight line. A tap is read without mistakes, so it needs more noise
# than an expression.
_NOISE_SCALES = {
    Purpose.EXPRESSION: {5: 2.4, 10: 2.2, 20: 2.3, 30: 2.3},
    Purpose.PULSE: {5: 4.2, 10: 3.5},
}
MARKED_FROM = 20  # as counts leave; smaller groups never get the mark of the unusual
MARK_NOISE_SD = 1.0
OUTLIER_LIMIT = (
    6.4  # ordinary faces exceed it, noise included, once in a thousand minutes
)
# How much of the noise's variance stays for the whole class, stays for a group, and
# follows the answers. The first is never averaged away, the last hides one student who
# answers otherwise from one minute to the next; `privacy_attack` measures all three.
NOISE_PARTS = (0.1, 0.1, 0.8)
_NO_NOISE = np.ones(1)  # moves no count
_DIGITS = 3  # of what whole students add up to
_FEWER_FIRST = 4  # power of n by which smaller groups are more likely


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    """What the admin decided: k; and the noise that goes with a group."""

    min_group: int
    noise_scale: float  # sd of the noise is noise_scale / n on each number; 0 is none


def is_grouped(size: int) -> bool:
    """Whether a class of this released size shows its groups of expressions alone."""
    return size < GROUPED_BELOW


def expression_statistic(size: int) -> np.ndarray:
    """From seven shares to the numbers that leave of a class of this released size.

    Returns:
        Shape (D, 7); D is 3 where the groups alone are shown, 7 otherwise.
    """
    return EXPRESSION[: len(GROUPING)] if is_grouped(size) else EXPRESSION


class NoiseKeys(NamedTuple):
    """Secret keys that the noise of a group is drawn from."""

    of_class: int  # in memory alone: the database of a running lesson tells no noise
    of_group: int


def noise_scale(purpose: Purpose, n: int) -> float:
    """The noise scale that a group of n needs, whatever the minimum group is."""
    scales = _NOISE_SCALES[purpose]
    return float(np.interp(n, list(scales), list(scales.values())))


def release_size(
    n: int,
    *,
    formed_with: int,
    keys: NoiseKeys,
    statistic: str,
    policy: ReleasePolicy,
) -> int | None:
    """About how many the group has, or None where fewer than the minimum group contribute.

    Args:
        n: Those who contribute.
        formed_with: Students with whom the group began; who says no moves no count.
        keys: Of the group.
        statistic: Keeps this noise apart from other noise of the group.
        policy: Minimum group; a noise scale of 0 leaves the noise out.
    """
    if n == 0 or n < policy.min_group:
        return None
    about = roughly(formed_with, keys=keys, statistic=statistic, policy=policy)
    return max(policy.min_group, about)


def roughly(
    n: int, *, keys: Sequence[int], statistic: str, policy: ReleasePolicy
) -> int:
    """A number of students that is very likely reached: with noise, in steps of five.

    A count that steps exactly is moved to its step by anybody who opens some browsers, and
    then tells of the next student who joins or leaves.
    """
    noise = (
        cell_noise(keys, f"size {statistic}", 1) if policy.noise_scale else _NO_NOISE
    )
    return int(rough_sizes(np.array([n]), noise)[0])


def rough_sizes(n: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The sizes that `roughly` gives for groups of n (...) with this normal noise (...)."""
    sizes = n + SIZE_NOISE_SD * (noise - 1)  # rather too low than too high
    steps: np.ndarray = np.clip(np.floor(sizes / SIZE_STEP) * SIZE_STEP, 0, None)
    return steps.astype(int)


def release_shares(
    shares: np.ndarray,
    *,
    n: int,
    keys: NoiseKeys,
    statistic: str,
    policy: ReleasePolicy,
) -> np.ndarray | None:
    """Add the noise to the shares of a group, or keep them back.

    Whatever is computed from the noisy shares and the released size alone tells no more
    than these, so `belief` may make of them what is nearest to the truth.

    Args:
        shares: Shape (D,), estimated shares, or what follows from them
            (`expression_statistic`).
        n: Students who contribute to them.
        keys: Of the group.
        statistic: Keeps the noise of two statistics of one group independent.
        policy: Minimum group and noise scale.

    Returns:
        The same with noise, which may be negative; or None where fewer than
        `policy.min_group` contributed.
    """
    if n == 0 or n < policy.min_group:
        return None
    noise = share_noise(shares, n=n, keys=keys, statistic=statistic)
    noisy: np.ndarray = shares + policy.noise_scale / n * noise
    return noisy


def likely_sizes(size: int, *, min_group: int, noisy: bool) -> dict[int, float]:
    """How likely a group of each n is, up to a factor, where this size is released.

    Small groups are more likely before: what is true of n students must not be said too
    surely when they are fewer than one would think.
    """
    sd = SIZE_NOISE_SD if noisy else 1e-6
    from_ = -math.inf if size == min_group else size
    below = (size // SIZE_STEP + 1) * SIZE_STEP
    of_size = {
        n: NormalDist(n - SIZE_NOISE_SD * noisy, sd)
        for n in range(max(1, min_group), size + 2 * SIZE_STEP + int(4 * sd))
    }
    likely = {
        n: (noise.cdf(below) - noise.cdf(from_)) / n**_FEWER_FIRST
        for n, noise in of_size.items()
    }
    least = max(likely.values()) / 1000
    return {n: chance for n, chance in likely.items() if chance > least}


def flag_unusual(
    outlier_distance: float,
    *,
    keys: NoiseKeys,
    size: int,
    statistic: str,
    policy: ReleasePolicy,
) -> bool:
    """Whether to mark a minute as one whose faces look unlike those that were measured.

    Without noise this one bit would tell of a leaver as an exact number does. In small
    groups, where it can hardly tell anything else, there is none.

    Args:
        outlier_distance: Of the class's faces, in standard deviations (`inference.mood`).
        keys: Of the group.
        size: As `release_size` says it.
        statistic: Keeps this noise apart from that of the shares.
        policy: Minimum group; a noise scale of 0 leaves the noise out.
    """
    if size < MARKED_FROM:
        return False
    noise = cell_noise(keys, statistic, 1)[0] if policy.noise_scale else 0.0
    return bool(outlier_distance + MARK_NOISE_SD * noise > OUTLIER_LIMIT)


def release_coverage(
    keys: Sequence[int], others: Sequence[int], *, policy: ReleasePolicy
) -> Coverage | None:
    """A word for how many of those present contribute; both counts get noise.

    Args:
        keys: Of the contributors.
        others: Keys of those who are present and do not contribute.
        policy: Minimum group; a noise scale of 0 leaves the noise out.
    """
    contributors, rest = float(len(keys)), float(len(others))
    if policy.noise_scale:
        contributors += SIZE_NOISE_SD * float(cell_noise(keys, "coverage", 1)[0])
        rest += SIZE_NOISE_SD * float(cell_noise(others, "coverage others", 1)[0])
    if len(keys) < policy.min_group:
        return None
    return coverage(contributors, max(0.0, rest), min_group=policy.min_group)


def coverage(contributors: float, others: float, *, min_group: int) -> Coverage | None:
    """A word for the contributors' share of those present.

    Where fewer than `min_group` do not contribute, the word is "most" if it would be so
    for any such number, and left out otherwise.
    """
    if others < min_group:
        return Coverage.MOST if contributors > 2 * (min_group - 1) else None
    share = contributors / (contributors + others)
    if share < 1 / 3:
        return Coverage.FEW
    return Coverage.HALF if share <= 2 / 3 else Coverage.MOST


def share_noise(
    shares: np.ndarray, *, n: int, keys: NoiseKeys, statistic: str
) -> np.ndarray:
    """Standard normal noise (D,) for shares (D,) of n students, in its three parts."""
    noise = lasting_noise(keys, statistic, len(shares))
    noise += answers_noise(shares, n=n, keys=keys, statistic=statistic)
    return noise


def lasting_noise(keys: NoiseKeys, statistic: str, size: int) -> np.ndarray:
    """What stays for a class, and what stays for a group, shape (size,)."""
    of_class, of_group, _ = np.sqrt(NOISE_PARTS)
    noise: np.ndarray = of_class * cell_noise(
        [keys.of_class], f"class {statistic}", size
    ) + of_group * cell_noise(keys, f"group {statistic}", size)
    return noise


def answers_noise(
    shares: np.ndarray, *, n: int, keys: NoiseKeys, statistic: str
) -> np.ndarray:
    """What follows the answers: other noise where one student more shows something."""
    students = (np.round(shares * n, _DIGITS) + 0.0).tolist()  # there is one zero
    part = math.sqrt(NOISE_PARTS[-1])
    noise = cell_noise(keys, f"answers {statistic} {students}", len(shares))
    return part * noise


def cell_noise(keys: Sequence[int], statistic: str, size: int) -> np.ndarray:
    """Standard normal noise that depends on the set of keys and nothing else."""
    cell = hashlib.blake2b(statistic.encode(), digest_size=16)
    for key in sorted(keys):
        cell.update(key.to_bytes(8, "big"))
    seed = int.from_bytes(cell.digest(), "big")
    return np.random.default_rng(seed).standard_normal(size)
