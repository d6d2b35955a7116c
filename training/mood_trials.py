"""How far off the mood of a class is, over many simulated classes of real faces."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from inference import mood
from inference.contracts import Calibration
from inference.labels import EMOTIONS

SIZES = (5, 10, 20, 30, 100)  # students in a class
# How the true shares of the simulated classes are drawn: Dirichlet parameters in the
# order of EMOTIONS. Neither is the prior that the estimator uses.
PRIORS = {
    "classroom": (0.5, 0.2, 0.5, 3.0, 1.5, 0.8, 5.0),
    "uniform": (1.0,) * len(EMOTIONS),
}


# Classes of people as lessons have them, students by label.
LESSONS = {
    "30 neutral": {"neutral": 30},
    "20 neutral, 10 happy": {"neutral": 20, "happy": 10},
    "15 neutral, 9 happy, 3 sad, 2 surprise, 1 angry": {
        "neutral": 15,
        "happy": 9,
        "sad": 3,
        "surprise": 2,
        "angry": 1,
    },
}


@dataclass(frozen=True, slots=True)
class Trials:
    """What became of all classes of one size and prior."""

    errors: dict[str, float]  # mean total variation distance, by estimator
    coverage: float  # share of true shares inside the 90 % interval
    shown: np.ndarray  # (E,), mean estimated shares


def simulate(
    scores: np.ndarray,
    labels: np.ndarray,
    calibration: Calibration,
    *,
    prior: str,
    size: int,
    classes: int = 2000,
) -> Trials:
    """Draw classes from labelled faces and estimate each one's shares.

    The true shares are those of the drawn faces, not those they were drawn from.

    Args:
        scores: Shape (N, E), calibrated probabilities of N faces.
        labels: Shape (N,), the truth; each label occurs.
        calibration: What the network is known to mistake.
        prior: A key of PRIORS.
        size: Students per class.
        classes: How many classes; their draws depend on prior and size alone.
    """
    random = np.random.default_rng((list(PRIORS).index(prior), size))
    drawn = (
        random.multinomial(size, random.dirichlet(PRIORS[prior]))
        for _ in range(classes)
    )
    return _try_out(scores, labels, calibration, drawn, random)


def simulate_lesson(
    scores: np.ndarray,
    labels: np.ndarray,
    calibration: Calibration,
    *,
    lesson: str,
    classes: int = 500,
) -> Trials:
    """Draw classes of one composition, a key of LESSONS; see `simulate`."""
    counts = np.array([LESSONS[lesson].get(name, 0) for name in EMOTIONS])
    random = np.random.default_rng(list(LESSONS).index(lesson))
    return _try_out(scores, labels, calibration, repeat(counts, classes), random)


def _try_out(
    scores: np.ndarray,
    labels: np.ndarray,
    calibration: Calibration,
    drawn: Iterable[np.ndarray],
    random: np.random.Generator,
) -> Trials:
    """Estimate classes of these students by label, whose faces are drawn."""
    faces_of = [np.flatnonzero(labels == label) for label in range(len(EMOTIONS))]
    errors: dict[str, list[float]] = {"counting": [], "averaging": [], "estimator": []}
    inside: list[np.ndarray] = []
    shown: list[np.ndarray] = []
    for counts in drawn:
        faces = np.concatenate(
            [random.choice(of, k) for of, k in zip(faces_of, counts, strict=True) if k]
        )
        truth, sums = counts / counts.sum(), _sums(scores[faces])
        estimate = mood.estimate(sums, calibration)
        inside.append(np.abs(estimate.shares - truth) <= estimate.half_width + 1e-9)
        shown.append(estimate.shares)
        for name, shares in (
            ("counting", mood.counting(sums)),
            ("averaging", mood.averaging(sums)),
            ("estimator", estimate.shares),
        ):
            errors[name].append(float(np.abs(shares - truth).sum() / 2))
    means = {name: float(np.mean(values)) for name, values in errors.items()}
    return Trials(means, float(np.mean(inside)), np.mean(shown, axis=0))


def _sums(scores: np.ndarray) -> mood.ClassSums:
    votes = np.bincount(scores.argmax(axis=1), minlength=scores.shape[1])
    return mood.ClassSums(
        n=len(scores),
        scores=scores.sum(axis=0),
        arg_max=votes.astype(float),
        max_score=float(scores.max(axis=1).sum()),
    )
