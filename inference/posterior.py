"""What a class may look like, given the noisy numbers that left.

What leaves the server is computed from a noisy statistic, and everything after the noise
is free: it can tell an attacker no more. So the noise need not be shown as if it were
none. Bayes' rule says what is likely: many possible classes are drawn once, read and
estimated as the server does it (`Library`), also in the minutes before, and each is
weighted by how well it explains the statistics (`lately`; importance sampling: Kahn &
Marshall 1953, "Methods of reducing sample size in Monte Carlo computations", Journal of
the Operations Research Society of America 1, 263-278).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inference.contracts import Calibration
from inference.mood import STRENGTH, ClassSums, estimate

CLASSES = 20_000  # possible classes in a library
# How far a class's faces may be off the mean M, in steps from it to one way to label.
# The ways were measured on few faces; with 1, faces of people nothing was learnt from
# made every fifth sentence wrong (`manage.py truth_check`).
DOUBT = 2.0
_SURER = 12.0  # concentration of classes near the prior
_QUIET_LEAST = 0.8  # of a quiet class shows the last kind
# Chance that a student shows the same in the next minute. Assumed, not measured.
_STAYS = 0.8
_SEED = 14

# From shares (L, K, C) of possible classes of n students in some minutes, the newest first,
# to the numbers (K, L, D) that leave.
Estimated = Callable[[int, np.ndarray, np.random.Generator], np.ndarray]
NoiseSd = Callable[[int], float]  # of each number of the statistic, by students


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Possible classes; before anything is seen, each is as likely as another."""

    shares: np.ndarray  # (K, C), what is true
    # (K, L, D), the statistic without its noise: of the minute itself, then of those
    # before it, the newest first.
    estimated: np.ndarray
    noise_sd: np.ndarray  # (K,), of the noise


def library(
    prior: np.ndarray,
    sizes: dict[int, float],
    noise_sd: NoiseSd,
    estimated: Estimated,
    minutes: int = 1,
    classes: int = CLASSES,
) -> Library:
    """Draw possible classes.

    Args:
        prior: What a class may look like, shape (C,).
        sizes: How likely each number of students is, up to a factor.
        noise_sd: Of the statistic.
        estimated: What the server makes of these classes, without the noise.
        minutes: How many are drawn of each class, in which its mood stays the same.
        classes: How many, about.
    """
    rng = np.random.default_rng(_SEED)
    moods = possible_moods(prior, classes, rng)
    likely = np.array(list(sizes.values()))
    ends = np.rint(np.cumsum(likely / likely.sum()) * len(moods)).astype(int)
    shares, found, noise = [], [], []
    for n, some in zip(sizes, np.split(moods, ends[:-1]), strict=True):
        shown = _minutes(n, some, minutes, rng)
        shares.append(shown[0])
        found.append(estimated(n, shown, rng).astype(np.float32))
        noise.append(np.full(len(some), noise_sd(n)))
    return Library(*map(np.concatenate, (shares, found, noise)))


def _minutes(
    n: int, moods: np.ndarray, minutes: int, rng: np.random.Generator
) -> np.ndarray:
    """Shares (L, K, C) of n students of these moods (K, C), backwards from the newest minute.

    From one minute to the next most show the same, the others draw from the mood again.
    """
    shown = [rng.multinomial(n, moods)]
    for _ in range(minutes - 1):
        stay = rng.binomial(shown[-1], _STAYS)
        shown.append(stay + rng.multinomial(n - stay.sum(axis=1), moods))
    shares: np.ndarray = np.array(shown) / n
    return shares


def read(calibration: Calibration) -> Estimated:
    """As a network with this calibration reads classes, and the server estimates them.

    Each label of each class looks as one way to label has it, and further from the mean
    of all ways, since nobody knows which one a class's faces follow. Faces stay as long as
    what they show.
    """
    ways = calibration.means + DOUBT * calibration.offsets
    if not len(ways):
        ways = calibration.means[np.newaxis]
    roots = np.array([_root(each) for each in calibration.covariances])

    def estimated(n: int, shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        classes = shares.shape[1:]
        way = rng.integers(len(ways), size=classes)
        means = ways[way, np.arange(classes[1])]  # (K, C, E)
        faces = rng.standard_normal(means.shape)
        found = []
        for shown in shares:
            chance = np.sqrt(shown / n)[..., None] * faces
            scores = np.einsum("kc,kce->ke", shown, means)
            scores += np.einsum("kcf,cef->ke", chance, roots)
            sums = ClassSums(n, n * scores, np.zeros_like(scores), 0.0)
            found.append(estimate(sums, calibration).shares)
            others = rng.standard_normal(means.shape)
            faces = _STAYS * faces + np.sqrt(1 - _STAYS**2) * others
        return np.stack(found, axis=1)

    return estimated


def counted(_n: int, shares: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    """Classes that are counted without mistakes."""
    return shares.swapaxes(0, 1)


def _root(covariance: np.ndarray) -> np.ndarray:
    """A matrix R with R R^T the covariance (E, E), which may be singular."""
    values, axes = np.linalg.eigh(covariance)
    root: np.ndarray = axes * np.sqrt(np.clip(values, 0, None))
    return root


def possible_moods(
    prior: np.ndarray, classes: int, rng: np.random.Generator
) -> np.ndarray:
    """Moods (about `classes`, C) that a class may have before anything is seen.

    Of five, two differ from the prior as classes do, one is near it, one is any mood at
    all, and in one nearly everybody shows the last kind (neutral, or no answer).
    """
    fifth = -(-classes // 5)
    quiet = rng.uniform(_QUIET_LEAST, 1, (fifth, 1))
    others = prior[:-1] / prior[:-1].sum()
    moods = [
        rng.dirichlet(STRENGTH * prior, 2 * fifth),
        rng.dirichlet(_SURER * prior, fifth),
        rng.dirichlet(np.ones(len(prior)), fifth),
        np.hstack([(1 - quiet) * others, quiet]),
    ]
    return rng.permutation(np.concatenate(moods))


def half_widths(
    weights: np.ndarray, values: np.ndarray, shown: np.ndarray, part: float = 0.9
) -> np.ndarray:
    """Within how much of what is shown (M,) the truth lies with this chance, (M,).

    Args:
        weights: Of the possible classes, shape (M, K).
        values: What is true in each class, shape (K,).
        shown: What is said of each statistic, shape (M,).
        part: The chance.
    """
    different, which = np.unique(values, return_inverse=True)
    likely = np.array([np.bincount(which, each) for each in weights])
    widths = np.empty(len(shown))
    for value in np.unique(shown):
        off = np.abs(different - value)
        order = np.argsort(off)
        said = shown == value
        reached = np.cumsum(likely[said][:, order], axis=1)
        enough = np.minimum((reached < part).sum(axis=1), len(off) - 1)
        widths[said] = off[order][enough]
    return widths
