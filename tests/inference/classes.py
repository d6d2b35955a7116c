"""A made-up network and its classes, for tests of the mood."""

import numpy as np

from inference.contracts import Calibration
from inference.labels import EMOTIONS
from inference.mood import ClassSums

E = len(EMOTIONS)


def made_up_scores(faces=4000, seed=0, liking=None):
    """Scores (E, faces, E) of a network right on two faces in three.

    A row of `liking` (E, E) is how much the faces of a label look like each label.
    """
    random = np.random.default_rng(seed)
    if liking is None:
        liking = random.uniform(0.1, 0.6, (E, E)) + 1.2 * np.eye(E)
    return np.array([random.dirichlet(row, faces) for row in liking])


def calibrate(scores):
    highest = np.eye(E)[scores.argmax(axis=2)]
    return Calibration(
        means=scores.mean(axis=1),
        covariances=np.array([np.cov(rows.T) for rows in scores]),
        arg_max=highest.mean(axis=1),
        max_mean=scores.max(axis=2).mean(axis=1),
        max_var=scores.max(axis=2).var(axis=1),
        prior=np.array([0.1, 0.02, 0.05, 0.15, 0.13, 0.05, 0.5]),
        faces=np.full(E, scores.shape[1]),
        offsets=np.zeros((0, E, E)),
        artefact_hash="made up",
    )


def expected_sums(shares, calibration, n):
    """What a class of n students with these shares adds up to on average."""
    shares = np.asarray(shares)
    return ClassSums(
        n=n,
        scores=n * shares @ calibration.means,
        arg_max=n * shares @ calibration.arg_max,
        max_score=float(n * shares @ calibration.max_mean),
    )


def drawn_sums(labels, scores, random):
    """What a class adds up to whose students show one drawn face each."""
    rows = scores[labels, random.integers(scores.shape[1], size=len(labels))]
    return ClassSums(
        n=len(rows),
        scores=rows.sum(axis=0),
        arg_max=np.eye(E)[rows.argmax(axis=1)].sum(axis=0),
        max_score=float(rows.max(axis=1).sum()),
    )
