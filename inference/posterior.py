"""What a class may look like, given the noisy numbers of one minute.

What leaves the server is computed from a noisy statistic, and everything after the noise
is free: it can tell an attacker no more. So the noise need not be shown as if it were
none. Bayes' rule says what is likely: many possible classes are drawn once, read and
estimated as the server does it (`Library`), and each is weighted by how well it explains
the statistic (importance sampling; Kahn & Marshall 1953, "Methods of reducing sample size
in Monte Carlo computations", Journal of the Operations Research Society of America 1,
263-278).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inference.contracts import Calibration
from inference.mood import STRENGTH, ClassSums, estimate

CLASSES = 6000  # possible classes in a library
# How far a class's faces may be off the mean M, in steps from it to one way to label.
# The ways were measured on few faces; with 1, faces of people nothing was learnt from
# made every fifth sentence wrong (`manage.py truth_check`).
DOUBT = 2.0
_SURER = 12.0  # concentration of classes near the prior
_QUIET_LEAST = 0.8  # of a quiet class shows the last kind
_LEAST_SD = 0.04  # nearer than this the possible classes do not lie together
_SEED = 14

# From shares (K, C) of possible classes of n students to the numbers (K, D) that leave.
Estimated = Callable[[int, np.ndarray, np.random.Generator], np.ndarray]
NoiseSd = Callable[[int], float]  # of each number of the statistic, by students


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Possible classes; before anything is seen, each is as likely as another."""

    shares: np.ndarray  # (K, C), what is true
    estimated: np.ndarray  # (K, D), the statistic without its noise
    noise_sd: np.ndarray  # (K,), of the noise

    def weights(self, statistics: np.ndarray) -> np.ndarray:
        """How likely each class is (M, K), given each of the statistics (M, D) alone."""
        sd = np.maximum(self.noise_sd, _LEAST_SD).astype(np.float32)
        x, mean = statistics.astype(np.float32), self.estimated.astype(np.float32)
        logs = x @ (mean / sd[:, None] ** 2).T
        logs -= (x**2).sum(axis=1)[:, None] / (2 * sd**2)
        logs -= (mean**2).sum(axis=1) / (2 * sd**2) + x.shape[1] * np.log(sd)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        likely: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
        return likely


def library(
    prior: np.ndarray,
    sizes: dict[int, float],
    noise_sd: NoiseSd,
    estimated: Estimated,
) -> Library:
    """Draw possible classes.

    Args:
        prior: What a class may look like, shape (C,).
        sizes: How likely each number of students is, up to a factor.
        noise_sd: Of the statistic.
        estimated: What the server makes of these classes, without the noise.
    """
    rng = np.random.default_rng(_SEED)
    moods = possible_moods(prior, CLASSES, rng)
    likely = np.array(list(sizes.values()))
    ends = np.rint(np.cumsum(likely / likely.sum()) * len(moods)).astype(int)
    shares, found, noise = [], [], []
    for n, some in zip(sizes, np.split(moods, ends[:-1]), strict=True):
        shares.append(rng.multinomial(n, some) / n)
        found.append(estimated(n, shares[-1], rng))
        noise.append(np.full(len(some), noise_sd(n)))
    return Library(*map(np.concatenate, (shares, found, noise)))


def read(calibration: Calibration) -> Estimated:
    """As a network with this calibration reads classes, and the server estimates them.

    Each label of each class looks as one way to label has it, and further from the mean
    of all ways, since nobody knows which one a class's faces follow.
    """
    ways = calibration.means + DOUBT * calibration.offsets
    if not len(ways):
        ways = calibration.means[np.newaxis]
    roots = np.array([_root(each) for each in calibration.covariances])

    def estimated(n: int, shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        way = rng.integers(len(ways), size=shares.shape)
        means = ways[way, np.arange(shares.shape[1])]  # (K, C, E)
        chance = np.sqrt(shares / n)[..., None] * rng.standard_normal(means.shape)
        scores = np.einsum("kc,kce->ke", shares, means)
        scores += np.einsum("kcf,cef->ke", chance, roots)
        return estimate(
            ClassSums(n, n * scores, np.zeros_like(scores), 0.0), calibration
        ).shares

    return estimated


def counted(_n: int, shares: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    """Classes that are counted without mistakes."""
    return shares


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
