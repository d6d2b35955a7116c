"""Class mood: from the sums of one minute to shares of the class, with a band.

"40 % of the class looks sad" is a share of people. Averaging the network's scores, or
counting its favourites, estimates shares badly, since its mistakes do not cancel out.
How it errs is known, though (`Calibration`), so the shares behind a class's mean scores
can be inferred. Statistics calls the problem quantification (Gonzalez et al. 2017).

Only sums are kept of a class, one vote per student, so every estimator here is a
function of the mean score vector b of n students.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inference.contracts import Calibration

Z90 = 1.6449  # a normal value lies within 1.6449 sd of its mean in 90 % of cases

# Mean valence of the label words, 1 (unhappy) to 9 (happy), rated by 18 to 43 people
# each: Warriner, Kuperman & Brysbaert (2013), "Norms of valence, arousal, and
# dominance for 13,915 English lemmas", Behavior Research Methods 45, 1191-1207.
VALENCE_NORMS = {
    "angry": 2.53,
    "disgust": 3.32,
    "fear": 2.93,
    "happy": 8.47,
    "sad": 2.10,
    "surprise": 7.44,
    "neutral": 5.50,
}
VALENCE = (np.array(list(VALENCE_NORMS.values())) - 5) / 4  # (E,), in [-1, 1]


@dataclass(frozen=True, slots=True, eq=False)
class ClassSums:
    """What a class's contributors add up to in one minute.

    Each student counts once: what is added is the mean over that student's faces.
    """

    n: int  # students
    scores: np.ndarray  # (E,), sum of mean scores
    arg_max: np.ndarray  # (E,), sum of how often each label scored highest
    max_score: float  # sum of mean highest scores


@dataclass(frozen=True, slots=True, eq=False)
class MoodEstimate:
    """Shares of a class and how surely they are known."""

    shares: np.ndarray  # (E,), not negative, sums to 1
    covariance: np.ndarray  # (E, E), of the error of the shares

    @property
    def sd(self) -> np.ndarray:
        """Standard deviation of each share's error, shape (E,)."""
        sd: np.ndarray = np.sqrt(np.clip(np.diag(self.covariance), 0, None))
        return sd

    @property
    def half_width(self) -> np.ndarray:
        """Half the width of the 90 % interval of each share, shape (E,)."""
        return Z90 * self.sd


Estimator = Callable[[ClassSums, Calibration], MoodEstimate]


def linear_bayes(
    sums: ClassSums, calibration: Calibration, *, strength: float = 4.0
) -> MoodEstimate:
    """Estimate shares by the best linear rule under a Dirichlet prior.

    Two things keep it from following the scores too far: chance, which grows smaller
    with the class, and doubt about what a label means, which does not.

    Args:
        sums: At least one student.
        calibration: Measured on the network that gave the scores.
        strength: Concentration of the prior; 4 means that classes differ a lot.

    Returns:
        The shares, projected to the simplex, and the covariance before that.

    Raises:
        ValueError: If there is no student.
    """
    b = _mean_scores(sums)
    prior, gain = calibration.prior, _gain(sums.n, calibration, strength)
    shares = to_simplex(prior + gain @ (b - calibration.means.T @ prior))
    spread = _prior_covariance(sums.n, prior, strength)
    return MoodEstimate(shares, spread - gain @ calibration.means.T @ spread)


def _gain(n: int, calibration: Calibration, strength: float) -> np.ndarray:
    """How far the shares follow a surprise in the mean scores, shape (E, E)."""
    prior, means = calibration.prior, calibration.means
    spread = _prior_covariance(n, prior, strength)
    noise = np.tensordot(prior, calibration.covariances, axes=1) / n
    noise += _doubt(calibration, spread + np.outer(prior, prior))
    # Scores sum to 1, so one direction has no variance: hence the pseudo-inverse.
    gain: np.ndarray = spread @ means @ np.linalg.pinv(means.T @ spread @ means + noise)
    return gain


def _doubt(calibration: Calibration, second_moment: np.ndarray) -> np.ndarray:
    """Covariance of the mean scores, shape (E, E), from not knowing what labels mean.

    Every way to label a face is as likely as any other to be the one that counts.

    Args:
        calibration: Its `offsets` hold how each way moves M.
        second_moment: Shape (E, E), of the shares.
    """
    offsets = calibration.offsets
    each = np.swapaxes(offsets, 1, 2) @ second_moment @ offsets
    doubt: np.ndarray = each.sum(axis=0) / max(1, len(offsets))
    return doubt


def _prior_covariance(n: int, prior: np.ndarray, strength: float) -> np.ndarray:
    """Of the shares among n students whose class follows Dirichlet(strength * prior)."""
    single = np.diag(prior) - np.outer(prior, prior)
    return single * (1 + strength / n) / (strength + 1)


def unfolding(
    sums: ClassSums, calibration: Calibration, *, pull: float = 0.1
) -> MoodEstimate:
    """Estimate shares by iterated unfolding with a pull towards the prior.

    Args:
        sums: At least one student.
        calibration: Measured on the network that gave the scores.
        pull: Weight of the prior, in students per label.

    Returns:
        The shares, and linear Bayes' covariance as an approximation.

    Raises:
        ValueError: If there is no student.
    """
    b, n, prior, means = (
        _mean_scores(sums),
        sums.n,
        calibration.prior,
        calibration.means,
    )
    weight = len(prior) * pull
    shares = prior.copy()
    for _ in range(2000):
        expected = np.maximum(means.T @ shares, 1e-12)
        update = (n * shares * (means @ (b / expected)) + weight * prior) / (n + weight)
        if np.abs(update - shares).max() < 1e-7:
            break
        shares = update
    return MoodEstimate(
        update / update.sum(), linear_bayes(sums, calibration).covariance
    )


def averaging(sums: ClassSums) -> np.ndarray:
    """The mean scores as shares (E,): the baseline that everyone writes first."""
    return _mean_scores(sums)


def counting(sums: ClassSums) -> np.ndarray:
    """How often each label scored highest, as shares (E,): the other baseline."""
    return sums.arg_max / sums.n


ESTIMATOR = "linear-bayes-2"  # stored with every minute; a change is a new name


def estimate(sums: ClassSums, calibration: Calibration) -> MoodEstimate:
    """The estimate that is shown: linear Bayes', in whole students.

    A class of five has no 4 % of disgust: the linear rule spreads what it doubts over
    all labels, and in small classes that costs more than rounding does.

    Raises:
        ValueError: If there is no student.
    """
    found = linear_bayes(sums, calibration)
    rounding = np.eye(len(found.shares)) / (12 * sums.n**2)  # variance of a step of 1/n
    shares = whole_students(found.shares, sums.n)
    return MoodEstimate(shares, found.covariance + rounding)


def error_variances(n: int, calibration: Calibration) -> np.ndarray:
    """Of each share's error in a class of n, whatever its faces show; shape (E,)."""
    usual = n * (calibration.means.T @ calibration.prior)
    sums = ClassSums(n=n, scores=usual, arg_max=np.zeros_like(usual), max_score=0.0)
    return estimate(sums, calibration).sd ** 2


def whole_students(shares: np.ndarray, n: int) -> np.ndarray:
    """Round shares (E,) to n-ths that sum to 1, by the largest remainders."""
    students = np.floor(shares * n + 1e-9)
    left = round(n - students.sum())
    remainders = shares * n - students
    students[np.argsort(-remainders, kind="stable")[:left]] += 1
    rounded: np.ndarray = students / n
    return rounded


def strangeness(
    sums: ClassSums, estimate: MoodEstimate, calibration: Calibration
) -> float:
    """How far these faces are from every mixture of those measured, in sd.

    Mean scores fit some mixture almost always. How often each label scores highest,
    and how high, must then follow; when they do not, the shares mean little. For faces
    like those measured, the square follows chi-squared with 7 degrees of freedom.
    """
    expects = np.column_stack([calibration.arg_max, calibration.max_mean])
    expected = estimate.shares @ expects
    found = np.append(counting(sums), sums.max_score / sums.n)
    votes = expected[:-1]
    noise = np.zeros((len(expected), len(expected)))
    noise[:-1, :-1] = np.diag(votes) - np.outer(votes, votes)
    spread = (calibration.max_mean - expected[-1]) ** 2
    noise[-1, -1] = estimate.shares @ (calibration.max_var + spread)
    covariance = noise / sums.n + expects.T @ estimate.covariance @ expects
    off = found - expected
    squared = off @ np.linalg.pinv(covariance, hermitian=True) @ off
    return float(np.sqrt(max(0.0, squared)))


def valence(shares: np.ndarray) -> float:
    """How pleasant shares (E,) look, from -1 to 1, by the norms of their words."""
    return float(VALENCE @ shares)


def to_simplex(values: np.ndarray) -> np.ndarray:
    """The nearest point (E,) with no negative part and the sum 1."""
    falling = np.sort(values)[::-1]
    excess = (np.cumsum(falling) - 1) / np.arange(1, len(values) + 1)
    nearest: np.ndarray = np.maximum(values - excess[falling > excess][-1], 0)
    return nearest


def _mean_scores(sums: ClassSums) -> np.ndarray:
    if sums.n < 1:
        raise ValueError("Expected the sums of at least one student, received none.")
    return sums.scores / sums.n
