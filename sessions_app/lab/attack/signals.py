"""What a class publishes: each student's contribution, and the estimate from its mean.

The expression goes through the network's mistakes and the mood's estimator; the pulse
is counted as it was tapped.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from inference import mood
from inference.contracts import Calibration
from sessions_app.minutes.release import EXPRESSION

FACES = 3000  # simulated faces of each label
# Shares of lost, too fast, ok, too slow and no answer: assumed, a quiet class.
_TAPS = np.array([0.08, 0.12, 0.20, 0.05, 0.55])


@dataclass(frozen=True, slots=True, eq=False)
class ClassSignal:
    """Something that C kinds of students publish through E scores each, as D numbers."""

    name: str
    prior: np.ndarray  # (C,), what an attacker expects of a class
    bank: np.ndarray  # (C, F, E), contributions of students of each kind
    votes: np.ndarray  # (C, F, V), what each contribution adds to the mark; V may be 0
    parts: np.ndarray  # (D, C), how the published numbers follow the shares
    # From the mean scores (..., E) of n students to D numbers (...), as the server does.
    estimate: Callable[[np.ndarray, int], np.ndarray]
    gain: Callable[[int], np.ndarray]  # (D, E), how the shares of n follow their scores
    # Of classes with mean scores (..., E) and mean votes (..., V) of n students: how far
    # from every mixture of faces (...), which marks their minutes.
    outlier_distance: Callable[[np.ndarray, np.ndarray, int], np.ndarray]

    @property
    def means(self) -> np.ndarray:
        """Mean contribution of each kind, shape (C, E)."""
        means: np.ndarray = self.bank.mean(axis=1)
        return means


def expression(
    calibration: Calibration, bank: np.ndarray, *, grouped: bool = False
) -> ClassSignal:
    """Expression as a network with this calibration reads it.

    Args:
        calibration: What the network is known to mistake.
        bank: Scores (E, F, E) of F faces of each label, as `expected_faces` draws them.
        grouped: As small classes are released, which publish three shares of groups.
    """
    parts = EXPRESSION[: len(mood.GROUPING)] if grouped else EXPRESSION

    def estimate(scores: np.ndarray, n: int) -> np.ndarray:
        sums = mood.ClassSums(n, n * scores, np.zeros_like(scores), 0.0)
        numbers: np.ndarray = mood.estimate(sums, calibration).shares @ parts.T
        return numbers

    def outlier_distance(scores: np.ndarray, votes: np.ndarray, n: int) -> np.ndarray:
        sums = mood.ClassSums(n, n * scores, n * votes[..., :-1], n * votes[..., -1])
        return mood.outlier_distance(
            sums, mood.estimate(sums, calibration), calibration
        )

    highest = np.eye(bank.shape[2])[bank.argmax(axis=2)]
    return ClassSignal(
        "expression",
        calibration.prior,
        bank,
        votes=np.concatenate([highest, bank.max(axis=2, keepdims=True)], axis=2),
        parts=parts,
        estimate=estimate,
        gain=lambda n: parts @ mood.score_gain(n, calibration),
        outlier_distance=outlier_distance,
    )


def expected_faces(calibration: Calibration, rng: np.random.Generator) -> np.ndarray:
    """Scores of simulated faces as the calibration expects them, shape (E, FACES, E).

    Scores of a label are drawn from the Dirichlet distribution with the calibration's
    mean and total variance.
    """
    variances = np.trace(calibration.covariances, axis1=1, axis2=2).tolist()
    moments = zip(calibration.means, variances, strict=True)
    return np.array([dirichlet(rng, *of_label, faces=FACES) for of_label in moments])


def pulse() -> ClassSignal:
    """The tap, which is read without mistakes."""
    choices = len(_TAPS)
    return ClassSignal(
        "pulse",
        _TAPS,
        bank=np.eye(choices)[:, np.newaxis],
        votes=np.zeros((choices, 1, 0)),
        parts=np.eye(choices),
        estimate=lambda taps, _n: taps,
        gain=lambda _n: np.eye(choices),
        outlier_distance=lambda taps, _votes, _n: np.zeros(taps.shape[:-1]),
    )


def fingerprint(calibration: Calibration) -> str:
    """The same for two calibrations that an attacker learns the same from."""
    numbers = (np.asarray(getattr(calibration, f.name)) for f in fields(calibration))
    told = hashlib.sha256()
    for each in numbers:
        if each.dtype.kind == "f":
            told.update(each.tobytes())
    return told.hexdigest()


def dirichlet(
    rng: np.random.Generator, mean: np.ndarray, variance: float, *, faces: int
) -> np.ndarray:
    """Scores (faces, E) with this mean (E,) and this sum of the variances of all E."""
    concentration = max(float(1 - mean @ mean) / max(variance, 1e-6) - 1, 0.05)
    return rng.dirichlet(np.maximum(mean, 1e-6) * concentration, faces)
