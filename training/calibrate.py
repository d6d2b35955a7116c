"""How sure the network may be, and what it is known to mistake."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.classification import soften
from inference.labels import EMOTIONS
from training.data import DataRefused
from training.votes import vote_targets

# What a class may look like before anything is seen of it: mostly calm, some
# cheerful, every other expression present. Set by judgement, before any measurement,
# and for any class; it is no benchmark's own and not the shares of FER2013.
CLASSROOM_PRIOR = {
    "angry": 0.07,
    "disgust": 0.04,
    "fear": 0.06,
    "happy": 0.22,
    "sad": 0.12,
    "surprise": 0.09,
    "neutral": 0.40,
}
SHRINK = 12.0  # faces; a row measured on this many is pulled halfway to all faces'


VOTES_TRUTH = 0.25  # of the truth that FER+'s voters decide; docs/training.md says why


@dataclass(frozen=True, slots=True)
class Measured:
    """Scores of faces whose true label is known, as far as people agree."""

    scores: np.ndarray  # (N, 7), uncalibrated probabilities
    labels: np.ndarray  # (N,), index into EMOTIONS
    opinions: np.ndarray  # (K, N, 7), from `opinions`

    @property
    def truth(self) -> np.ndarray:
        """How far each label is true of each face, shape (N, 7); rows sum to 1.

        FER2013 and FER+ disagree about one face in three. A class estimated by either
        alone is far off when judged by the other, one estimated by both by neither.
        """
        if len(self.opinions) == 1:
            return np.asarray(self.opinions[0])
        labels, votes = self.opinions
        return np.asarray((1 - VOTES_TRUTH) * labels + VOTES_TRUTH * votes)


def opinions(labels: np.ndarray, votes: np.ndarray | None) -> np.ndarray:
    """What faces show by FER2013's label and, where they are known, by FER+'s votes.

    Args:
        labels: Shape (N,), index into EMOTIONS.
        votes: Shape (N, 7), counts, or None.

    Returns:
        Shape (1, N, 7) without votes, (2, N, 7) with; rows sum to 1. Faces without
        enough votes have their label in both.
    """
    single: np.ndarray = np.eye(len(EMOTIONS))[labels]
    if votes is None:
        return single[np.newaxis]
    shares, known = vote_targets(votes)
    return np.array([single, np.where(known[:, np.newaxis] > 0, shares, single)])


def fit_temperature(measured: Measured) -> float:
    """The temperature under which the true labels are most likely.

    The likelihood has a single peak, so a golden-section search finds it.
    """
    low, high = np.log(0.2), np.log(5.0)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _loss(measured, np.exp(left)) < _loss(measured, np.exp(right)):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _loss(measured: Measured, temperature: float) -> float:
    scores = soften(measured.scores, temperature)
    true = scores[np.arange(len(scores)), measured.labels]
    return float(-np.log(np.maximum(true, 1e-6)).mean())


def calibration(measured: Measured, temperature: float) -> dict[str, Any]:
    """Measure what the network's calibrated scores look like for each true label.

    Rows with few faces are pulled towards the row of all faces together, each
    label weighing the same, in proportion to SHRINK.

    Returns:
        The content of an artefact's `calibration.json`.

    Raises:
        DataRefused: If a label has fewer than two faces.
    """
    faces = np.bincount(measured.labels, minlength=len(EMOTIONS))
    if faces.min() < 2:
        raise DataRefused(
            f"Expected at least two held-out faces of every label, received "
            f"{dict(zip(EMOTIONS, faces.tolist(), strict=True))}."
        )
    scores = soften(measured.scores, temperature)
    highest = scores.max(axis=1)
    favourite = np.eye(len(EMOTIONS))[scores.argmax(axis=1)]
    counted = measured.truth.sum(axis=0)
    weights = _weights(measured.truth)
    max_mean = weights @ highest
    figures = {
        "M": weights @ scores,
        "S": [np.cov(scores, rowvar=False, aweights=each) for each in weights],
        "A": weights @ favourite,
        "max_mean": max_mean,
        "max_var": weights @ highest**2 - max_mean**2,
    }
    shrunk = {name: _shrink(np.array(rows), counted) for name, rows in figures.items()}
    prior = [CLASSROOM_PRIOR[name] for name in EMOTIONS]
    offsets = [
        _offset(opinion, scores, counted, shrunk["M"]) for opinion in measured.opinions
    ]
    return {name: rows.tolist() for name, rows in shrunk.items()} | {
        "prior": prior,
        "offsets": np.array(offsets).tolist(),
        "faces": faces.tolist(),
    }


def _offset(
    opinion: np.ndarray, scores: np.ndarray, faces: np.ndarray, means: np.ndarray
) -> np.ndarray:
    """How one way to label moves M; not at all for a label that it never gives."""
    moved: np.ndarray = _shrink(_weights(opinion) @ scores, faces) - means
    moved[opinion.sum(axis=0) == 0] = 0
    return moved


def _weights(truth: np.ndarray) -> np.ndarray:
    """How much each face says about each label, shape (7, N); rows sum to 1 or 0."""
    faces = truth.sum(axis=0)
    return np.asarray((truth / np.where(faces > 0, faces, 1)).T)


def _shrink(rows: np.ndarray, faces: np.ndarray) -> np.ndarray:
    weight = faces / (faces + SHRINK)
    weight = weight.reshape(-1, *[1] * (rows.ndim - 1))
    return np.asarray(weight * rows + (1 - weight) * rows.mean(axis=0))
