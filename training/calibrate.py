"""How sure the network may be, and what it is known to mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.classification import soften
from inference.labels import EMOTIONS
from training.data import DataRefused
from training.votes import majority, vote_targets

# What a class may look like before anything is seen of it: mostly calm, some
# cheerful, every other expression present. Set by judgement for any class; of the two
# that were tried the calmer one. It is no benchmark's own and not the shares of FER2013.
CLASSROOM_PRIOR = {
    "angry": 0.06,
    "disgust": 0.04,
    "fear": 0.05,
    "happy": 0.19,
    "sad": 0.10,
    "surprise": 0.08,
    "neutral": 0.48,
}
SHRINK = 12.0  # faces; a row measured on this many is pulled halfway to all faces'
FEW = 20.0  # faces; a further source says half of what it would with many
PEOPLE_PART = (
    0.3  # of what is true, by photographs of people; docs/training.md says why
)


@dataclass(frozen=True, slots=True)
class LabelSource:
    """Faces that the network scored, and what they show in somebody's eyes."""

    scores: np.ndarray  # (N, 7), uncalibrated probabilities
    truth: np.ndarray  # (N, 7), how far each label is true; rows sum to 1
    part: float = 0.0  # of M, in rows of many faces; the first source has the rest

    def softened(self, temperature: float) -> "LabelSource":
        return LabelSource(soften(self.scores, temperature), self.truth, self.part)


def sources_of_fer(
    scores: np.ndarray, labels: np.ndarray, votes: np.ndarray | None
) -> list[LabelSource]:
    """The labels of FER2013's faces: FER+'s voters', and its own.

    They disagree about one face in three. What most voters say, where there are any, is
    true; the label is kept as doubt.

    Args:
        scores: Shape (N, 7).
        labels: Shape (N,), index into EMOTIONS.
        votes: Shape (N, 7), counts, or None. A face without enough votes shows its label.
    """
    single = np.eye(len(EMOTIONS))[labels]
    if votes is None:
        return [LabelSource(scores, single)]
    shares, enough = vote_targets(votes)
    agreed, label = majority(votes)
    voted = np.where(enough[:, np.newaxis] > 0, shares, single)
    voted[agreed] = np.eye(len(EMOTIONS))[label[agreed]]
    return [LabelSource(scores, voted), LabelSource(scores, single)]


def source_of_people(scores: np.ndarray, labels: np.ndarray) -> LabelSource:
    """Photographs of people, by the label of their rater."""
    return LabelSource(scores, np.eye(len(EMOTIONS))[labels], PEOPLE_PART)


def fit_temperature(source: LabelSource) -> float:
    """The temperature under which the likeliest label of each face is most likely.

    The likelihood has a single peak, so a golden-section search finds it.
    """
    low, high = np.log(0.2), np.log(5.0)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _loss(source, np.exp(left)) < _loss(source, np.exp(right)):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _loss(source: LabelSource, temperature: float) -> float:
    scores = soften(source.scores, temperature)
    true = scores[np.arange(len(scores)), source.truth.argmax(axis=1)]
    return float(-np.log(np.maximum(true, 1e-6)).mean())


def calibration(sources: Sequence[LabelSource], temperature: float) -> dict[str, Any]:
    """Measure what the network's calibrated scores look like for each true label.

    Rows with few faces are pulled towards the row of all faces together, each
    label weighing the same, in proportion to SHRINK.

    Args:
        sources: The first says what is true, as far as the others' parts leave it. How
            far each is from all together is what one may doubt.
        temperature: Of the scores.

    Returns:
        The content of an artefact's `calibration.json`.

    Raises:
        DataRefused: If a label has fewer than two faces of the first source.
    """
    soft = [source.softened(temperature) for source in sources]
    faces = np.bincount(sources[0].truth.argmax(axis=1), minlength=len(EMOTIONS))
    if np.min(faces) < 2:
        raise DataRefused(
            f"Expected at least two held-out faces of every label, received "
            f"{dict(zip(EMOTIONS, faces.tolist(), strict=True))}."
        )
    parts = _parts(soft)
    rows = [_rows(source) for source in soft]
    together = {
        name: _shrink(_mixed(parts, [row[name] for row in rows]), _counts(soft[0]))
        for name in rows[0]
    }
    offsets = [
        (row["M"] - together["M"]) * _trust(source)[:, np.newaxis]
        for source, row in zip(soft, rows, strict=True)
    ]
    return {name: values.tolist() for name, values in together.items()} | {
        "prior": [CLASSROOM_PRIOR[name] for name in EMOTIONS],
        "offsets": np.array(offsets).tolist(),
        "faces": faces.tolist(),
    }


def _counts(source: LabelSource) -> np.ndarray:
    return np.asarray(source.truth.sum(axis=0))


def _trust(source: LabelSource) -> np.ndarray:
    """How far a source is believed about each label, 0 to 1, shape (7,)."""
    counts = _counts(source)
    return np.where(counts >= 2, counts / (counts + SHRINK), 0.0)


def _parts(sources: Sequence[LabelSource]) -> np.ndarray:
    """Of each row of M, what each source decides, shape (K, 7); columns sum to 1."""
    others = np.array([source.part * _trust(source) for source in sources[1:]])
    others = others.reshape(len(sources) - 1, len(EMOTIONS))
    return np.concatenate([1 - others.sum(axis=0, keepdims=True), others])


def _rows(source: LabelSource) -> dict[str, np.ndarray]:
    """What the scores look like for each label, by one source."""
    scores = source.scores
    counts = _counts(source)
    weights = (source.truth / np.where(counts > 0, counts, 1)).T  # (7, N)
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
