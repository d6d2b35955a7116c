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
    """Scores of faces whose true label is known."""

    scores: np.ndarray  # (N, 7), uncalibrated probabilities
    labels: np.ndarray  # (N,), index into EMOTIONS
    truth: np.ndarray  # (N, 7), how far each label is true; rows sum to 1


def blended_truth(labels: np.ndarray, votes: np.ndarray | None) -> np.ndarray:
    """What faces show, by FER2013's label and, where they are known, FER+'s votes.

    FER2013 and FER+ disagree about one face in three. A class estimated by either
    alone is far off when judged by the other, one estimated by both by neither.

    Args:
        labels: Shape (N,), index into EMOTIONS.
        votes: Shape (N, 7), counts, or None.

    Returns:
        Shape (N, 7); rows sum to 1.
    """
    single: np.ndarray = np.eye(len(EMOTIONS))[labels]
    if votes is None:
        return single
    shares, known = vote_targets(votes)
    part = VOTES_TRUTH * known[:, np.newaxis]
    blended: np.ndarray = (1 - part) * single + part * shares
    return blended


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
    weights = (measured.truth / counted).T  # (7, N); each label's add up to 1
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
    return {name: rows.tolist() for name, rows in shrunk.items()} | {
        "prior": prior,
        "faces": faces.tolist(),
    }


def _shrink(rows: np.ndarray, faces: np.ndarray) -> np.ndarray:
    weight = faces / (faces + SHRINK)
    weight = weight.reshape(-1, *[1] * (rows.ndim - 1))
    return np.asarray(weight * rows + (1 - weight) * rows.mean(axis=0))
