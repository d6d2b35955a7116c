"""How far off the mood of a class is, over many simulated classes of real faces."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Trials:
    """What became of all classes of one size and prior."""

    errors: dict[str, float]  # mean total variation distance, by estimator
    coverage: float  # share of true shares inside the 90 % interval


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
        labels: Shape (N,), the truth.
        calibration: What the network is known to mistake.
        prior: A key of PRIORS.
        size: Students per class.
        classes: How many classes; their draws depend on prior and size alone.
    """
    random = np.random.default_rng((list(PRIORS).index(prior), size))
    faces_of = [np.flatnonzero(labels == label) for label in range(len(EMOTIONS))]
    errors: dict[str, list[float]] = {"counting": [], "averaging": [], "estimator": []}
    inside: list[np.ndarray] = []
    for _ in range(classes):
        counts = random.multinomial(size, random.dirichlet(PRIORS[prior]))
        faces = np.concatenate(
            [random.choice(of, k) for of, k in zip(faces_of, counts, strict=True)]
        )
        truth, sums = counts / size, _sums(scores[faces])
        estimate = mood.estimate(sums, calibration)
        inside.append(np.abs(estimate.shares - truth) <= estimate.half_width + 1e-9)
        for name, shares in (
            ("counting", mood.counting(sums)),
            ("averaging", mood.averaging(sums)),
            ("estimator", estimate.shares),
        ):
            errors[name].append(float(np.abs(shares - truth).sum() / 2))
    means = {name: float(np.mean(values)) for name, values in errors.items()}
    return Trials(means, float(np.mean(inside)))


def _sums(scores: np.ndarray) -> mood.ClassSums:
    votes = np.bincount(scores.argmax(axis=1), minlength=scores.shape[1])
    return mood.ClassSums(
        n=len(scores),
        scores=scores.sum(axis=0),
        arg_max=votes.astype(float),
        max_score=float(scores.max(axis=1).sum()),
    )
