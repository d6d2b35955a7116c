"""Class mood: from the sums of one minute to shares of the class, with a band.

"40 % of the class looks sad" is a share of people. Averaging the network's scores, or
counting its favourites, estimates shares badly, since its mistakes do not cancel out.
How it errs is known, though (`Calibration`), so the shares behind a class's mean scores
can be inferred. Statistics calls the problem quantification (Gonzalez et al. 2017).

Only sums are kept of a class, one vote per student, so every estimator here is a
function of the mean score vector b of n students. Everything works on one class, or on
many of the same n at once: their leading axes, written "...", come before the labels'.
"""

from dataclasses import dataclass

import numpy as np

from inference.contracts import Calibration
from inference.labels import EMOTIONS, GROUPS

# From seven shares to those of the groups, shape (G, E).
GROUPING = np.array([[float(e in of) for e in EMOTIONS] for of in GROUPS.values()])


def _divisions() -> np.ndarray:
    """Orthonormal contrasts of the labels of each group (Helmert), shape (E - G, E)."""
    rows = []
    for members in map(np.flatnonzero, GROUPING):
        for before in range(1, len(members)):
            row = np.zeros(len(EMOTIONS))
            row[members[:before]], row[members[before]] = 1, -before
            rows.append(row / np.linalg.norm(row))
    return np.array(rows)


DIVISIONS = _divisions()  # how each group is divided among its labels; the sums stay
STRENGTH = 4.0  # concentration of the prior of shares: classes differ a lot
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
    """What the contributors of a class, or of many of one size, add up to in a minute.

    Each student counts once: what is added is the mean over that student's faces.
    """

    n: int  # students of each class
    scores: np.ndarray  # (..., E), sum of mean scores
    arg_max: np.ndarray  # (..., E), sum of how often each label scored highest
    max_score: float | np.ndarray  # (...), sum of mean highest scores


@dataclass(frozen=True, slots=True, eq=False)
class MoodEstimate:
    """Shares of classes and how surely they are known, which follows from n alone."""

    shares: np.ndarray  # (..., E), not negative, sum to 1
    covariance: np.ndarray  # (E, E), of the error of the shares of each class

    @property
    def sd(self) -> np.ndarray:
        """Standard deviation of each share's error, shape (E,)."""
        sd: np.ndarray = np.sqrt(np.clip(np.diag(self.covariance), 0, None))
        return sd

    @property
    def half_width(self) -> np.ndarray:
        """Half the width of the 90 % interval of each share, shape (E,)."""
        return Z90 * self.sd


def linear_bayes(sums: ClassSums, calibration: Calibration) -> MoodEstimate:
    """Estimate shares by the best linear rule under a Dirichlet prior.

    The rule is linear Bayes: Hartigan (1969), "Linear Bayesian methods", Journal of the
    Royal Statistical Society B 31, 446-454. It needs means and covariances alone.
    Two things keep it from following the scores too far: chance, which grows smaller
    with the class, and doubt about what a label means, which does not.

    Args:
        sums: At least one student in each class.
        calibration: Measured on the network that gave the scores.

    Returns:
        The shares, projected to the simplex, and the covariance before that.

    Raises:
        ValueError: If there is no student.
    """
    b = _mean_scores(sums)
    prior, means = calibration.prior, calibration.means
    gain, spread = score_gain(sums.n, calibration), _prior_covariance(sums.n, prior)
    shares = to_simplex(prior + (b - means.T @ prior) @ gain.T)
    return MoodEstimate(shares, spread - gain @ means.T @ spread)


def score_gain(n: int, calibration: Calibration) -> np.ndarray:
    """How far the shares follow a surprise in the mean scores of n, shape (E, E)."""
    prior, means = calibration.prior, calibration.means
    spread = _prior_covariance(n, prior)
    noise = np.tensordot(prior, calibration.covariances, axes=1) / n
    noise += _label_uncertainty(calibration, spread + np.outer(prior, prior))
    # Scores sum to 1, so one direction has no variance: hence the pseudo-inverse.
    gain: np.ndarray = spread @ means @ np.linalg.pinv(means.T @ spread @ means + noise)
    return gain


def _label_uncertainty(
    calibration: Calibration, second_moment: np.ndarray
) -> np.ndarray:
    """Covariance of the mean scores, shape (E, E), from not knowing what labels mean.

    Every way to label a face is as likely as any other to be the one that counts.

    Args:
        calibration: Its `offsets` hold how each way moves M.
        second_moment: Shape (E, E), of the shares.
    """
    offsets = calibration.offsets
    each = np.swapaxes(offsets, 1, 2) @ second_moment @ offsets
    covariance: np.ndarray = each.sum(axis=0) / max(1, len(offsets))
    return covariance


def _prior_covariance(n: int, prior: np.ndarray) -> np.ndarray:
    """Covariance of the shares among n students of a Dirichlet(STRENGTH * prior) class."""
    single = np.diag(prior) - np.outer(prior, prior)
    return single * (1 + STRENGTH / n) / (STRENGTH + 1)


def averaging(sums: ClassSums) -> np.ndarray:
    """The mean scores as shares (..., E): the baseline that everyone writes first."""
    return _mean_scores(sums)


def counting(sums: ClassSums) -> np.ndarray:
    """How often each label scored highest, as shares (..., E): the other baseline."""
    return sums.arg_max / sums.n


ESTIMATOR = "posterior-1"  # stored with every minute; a change is a new name


def estimate(sums: ClassSums, calibration: Calibration) -> MoodEstimate:
    """The estimate that noise is added to: linear Bayes', in whole students.

    What is shown is made of it after the noise, in `sessions_app/minutes/belief.py`.

    A class of five has no 4 % of disgust: the linear rule spreads what it doubts over
    all labels, and in small classes that costs more than rounding does.

    Raises:
        ValueError: If there is no student.
    """
    found = linear_bayes(sums, calibration)
    rounding = np.eye(found.shares.shape[-1]) / (
        12 * sums.n**2
    )  # variance of a step of 1/n
    shares = whole_students(found.shares, sums.n)
    return MoodEstimate(shares, found.covariance + rounding)


def error_variances(n: int, calibration: Calibration) -> np.ndarray:
    """The variance of each share's error in any class of n students, shape (E,)."""
    usual = n * (calibration.means.T @ calibration.prior)
    sums = ClassSums(n=n, scores=usual, arg_max=np.zeros_like(usual), max_score=0.0)
    return estimate(sums, calibration).sd ** 2


def whole_students(shares: np.ndarray, n: int) -> np.ndarray:
    """Round shares (..., E) to n-ths that sum to 1, by the largest remainders."""
    students = np.floor(shares * n + 1e-9)
    left = np.rint(n - students.sum(axis=-1, keepdims=True))
    order = np.argsort(students - shares * n, axis=-1, kind="stable")
    place = np.argsort(order, axis=-1)  # of each label's remainder, largest first
    rounded: np.ndarray = (students + (place < left)) / n
    return rounded


def outlier_distance(
    sums: ClassSums, estimate: MoodEstimate, calibration: Calibration
) -> np.ndarray:
    """How far these faces are from every mixture of those measured, in sd, shape (...).

    Mean scores fit some mixture almost always. How often each label scores highest,
    and how high, must then follow; when they do not, the shares mean little. For faces
    like those measured, the square follows chi-squared with 7 degrees of freedom.
    """
    expects = np.column_stack([calibration.arg_max, calibration.max_mean])
    expected = estimate.shares @ expects
    found = np.concatenate([sums.arg_max, np.expand_dims(sums.max_score, -1)], axis=-1)
    off = found / sums.n - expected
    noise = _vote_covariance(estimate.shares, expected, calibration)
    covariance = noise / sums.n + expects.T @ estimate.covariance @ expects
    inverse = np.linalg.pinv(covariance, hermitian=True)
    squared = (off[..., None, :] @ inverse @ off[..., None])[..., 0, 0]
    distance: np.ndarray = np.sqrt(np.clip(squared, 0, None))
    return distance


def _vote_covariance(
    shares: np.ndarray, expected: np.ndarray, calibration: Calibration
) -> np.ndarray:
    """Covariance of a student's top label and highest score, shape (..., E + 1, E + 1).

    Args:
        shares: The shares of the class that the student is drawn from, shape (..., E).
        expected: The means of the top label and the highest score, shape (..., E + 1).
        calibration: Measured on the network that gave the scores.
    """
    votes, highest = expected[..., :-1], expected[..., -1:]
    spread = calibration.max_var + (calibration.max_mean - highest) ** 2
    noise = np.zeros((*expected.shape, expected.shape[-1]))
    noise[..., :-1, :-1] = votes[..., None] * np.eye(votes.shape[-1])
    noise[..., :-1, :-1] -= votes[..., :, None] * votes[..., None, :]
    noise[..., -1, -1] = (shares * spread).sum(axis=-1)
    return noise


def valence(shares: np.ndarray) -> np.ndarray:
    """How pleasant shares (..., E) look, from -1 to 1, by the norms of their words."""
    pleasant: np.ndarray = shares @ VALENCE
    return pleasant


def to_simplex(values: np.ndarray) -> np.ndarray:
    """The nearest point (..., E) with no negative part and the sum 1.

    By sorting: Duchi, Shalev-Shwartz, Singer & Chandra (2008), "Efficient projections
    onto the l1-ball for learning in high dimensions", ICML, 272-279.
    """
    falling = -np.sort(-values, axis=-1)
    counts = np.arange(1, values.shape[-1] + 1)
    excess = (np.cumsum(falling, axis=-1) - 1) / counts
    last = (falling > excess).sum(axis=-1, keepdims=True) - 1  # part that stays
    nearest: np.ndarray = np.maximum(
        values - np.take_along_axis(excess, last, axis=-1), 0
    )
    return nearest


def _mean_scores(sums: ClassSums) -> np.ndarray:
    if sums.n < 1:
        raise ValueError("Expected the sums of at least one student, received none.")
    return sums.scores / sums.n
