"""How sure the network may be, and what it is known to mistake."""

from collections.abc import Sequence
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
FEW = 20.0  # faces; a further way to look says half of what it would with many
PEOPLE_PART = (
    0.5  # of what is true, by photographs of people; docs/training.md says why
)


@dataclass(frozen=True, slots=True)
class Look:
    """Faces that the network scored, and what they show in somebody's eyes."""

    scores: np.ndarray  # (N, 7), uncalibrated probabilities
    truth: np.ndarray  # (N, 7), how far each label is true; rows sum to 1
    part: float = 0.0  # of M, in rows of many faces; the first look has the rest

    def softened(self, temperature: float) -> "Look":
        return Look(soften(self.scores, temperature), self.truth, self.part)


def looks_at_fer(
    scores: np.ndarray, labels: np.ndarray, votes: np.ndarray | None
) -> list[Look]:
    """The ways to look at FER2013's faces: by FER+'s voters, and by its own label.

    They disagree about one face in three. The voters, where there are any, say what is
    true; the label is kept as doubt.

    Args:
        scores: Shape (N, 7).
        labels: Shape (N,), index into EMOTIONS.
        votes: Shape (N, 7), counts, or None. A face without enough votes shows its label.
    """
    single = np.eye(len(EMOTIONS))[labels]
    if votes is None:
        return [Look(scores, single)]
    shares, known = vote_targets(votes)
    voted = np.where(known[:, np.newaxis] > 0, shares, single)
    return [Look(scores, voted), Look(scores, single)]


def look_at_people(scores: np.ndarray, labels: np.ndarray) -> Look:
    """Photographs of people, by the label of their rater."""
    return Look(scores, np.eye(len(EMOTIONS))[labels], PEOPLE_PART)


def fit_temperature(look: Look) -> float:
    """The temperature under which the likeliest label of each face is most likely.

    The likelihood has a single peak, so a golden-section search finds it.
    """
    low, high = np.log(0.2), np.log(5.0)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _loss(look, np.exp(left)) < _loss(look, np.exp(right)):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _loss(look: Look, temperature: float) -> float:
    scores = soften(look.scores, temperature)
    true = scores[np.arange(len(scores)), look.truth.argmax(axis=1)]
    return float(-np.log(np.maximum(true, 1e-6)).mean())


def calibration(looks: Sequence[Look], temperature: float) -> dict[str, Any]:
    """Measure what the network's calibrated scores look like for each true label.

    Rows with few faces are pulled towards the row of all faces together, each
    label weighing the same, in proportion to SHRINK.

    Args:
        looks: The first says what is true, as far as the others' parts leave it. How
            far each is from all together is what one may doubt.
        temperature: Of the scores.

    Returns:
        The content of an artefact's `calibration.json`.

    Raises:
        DataRefused: If a label has fewer than two faces in the first look.
    """
    soft = [look.softened(temperature) for look in looks]
    faces = np.bincount(looks[0].truth.argmax(axis=1), minlength=len(EMOTIONS))
    if faces.min() < 2:
        raise DataRefused(
            f"Expected at least two held-out faces of every label, received "
            f"{dict(zip(EMOTIONS, faces.tolist(), strict=True))}."
        )
    parts = _parts(soft)
    rows = [_rows(look) for look in soft]
    together = {
        name: _shrink(_mixed(parts, [row[name] for row in rows]), _counts(soft[0]))
        for name in rows[0]
    }
    offsets = [
        (row["M"] - together["M"]) * _trust(look)[:, np.newaxis]
        for look, row in zip(soft, rows, strict=True)
    ]
    return {name: values.tolist() for name, values in together.items()} | {
        "prior": [CLASSROOM_PRIOR[name] for name in EMOTIONS],
        "offsets": np.array(offsets).tolist(),
        "faces": faces.tolist(),
    }


def _counts(look: Look) -> np.ndarray:
    return np.asarray(look.truth.sum(axis=0))


def _trust(look: Look) -> np.ndarray:
    """How far a look is believed about each label, 0 to 1, shape (7,)."""
    counts = _counts(look)
    return np.where(counts >= 2, counts / (counts + SHRINK), 0.0)


def _parts(looks: Sequence[Look]) -> np.ndarray:
    """Of each row of M, what each look decides, shape (K, 7); columns sum to 1."""
    others = np.array([look.part * _trust(look) for look in looks[1:]])
    others = others.reshape(len(looks) - 1, len(EMOTIONS))
    return np.concatenate([1 - others.sum(axis=0, keepdims=True), others])


def _rows(look: Look) -> dict[str, np.ndarray]:
    """What the scores look like for each label, by one look."""
    scores = look.scores
    counts = _counts(look)
    weights = (look.truth / np.where(counts > 0, counts, 1)).T  # (7, N)
    highest = scores.max(axis=1)
    max_mean = weights @ highest
    return {
        "M": weights @ scores,
        "S": np.array([_covariance(scores, each) for each in weights]),
        "A": weights @ np.eye(len(EMOTIONS))[scores.argmax(axis=1)],
        "max_mean": max_mean,
        "max_var": weights @ highest**2 - max_mean**2,
    }


def _covariance(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    if (weights > 0).sum() < 2:
        return np.zeros((scores.shape[1], scores.shape[1]))
    return np.cov(scores, rowvar=False, aweights=weights)


def _mixed(parts: np.ndarray, rows: Sequence[np.ndarray]) -> np.ndarray:
    return np.asarray(
        sum(
            part.reshape(-1, *[1] * (row.ndim - 1)) * row
            for part, row in zip(parts, rows, strict=True)
        )
    )


def _shrink(rows: np.ndarray, faces: np.ndarray) -> np.ndarray:
    weight = faces / (faces + SHRINK)
    weight = weight.reshape(-1, *[1] * (rows.ndim - 1))
    return np.asarray(weight * rows + (1 - weight) * rows.mean(axis=0))
