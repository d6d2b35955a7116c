"""Whether faces are read as well in every light and from every side.

The data names no one's age, skin or sex. What the pictures themselves tell is measured:
how bright a face is, how evenly it is lit, and how far the head is turned.
"""

from typing import Any

import numpy as np

from inference.engine import Engine
from inference.labels import EMOTIONS
from training.frames import camera_frames
from training.judges import judge
from training.people import PeopleFaces

THIRDS = {
    "brightness": ("darkest third", "middle third", "brightest third"),
    "light": ("most even third", "middle third", "most uneven third"),
    "turn": ("straightest third", "middle third", "most turned third"),
}
_LEFT_EYE, _RIGHT_EYE, _NOSE = 0, 1, 2  # of a detector's landmarks
_ACROSS = slice(12, 36)  # of a crop's 48 columns: the face without hair and room


def by_condition(engine: Engine, people: PeopleFaces) -> dict[str, Any]:
    """What the engine reads right of faces in frames, by light and turn of the head.

    Args:
        engine: Serves the network.
        people: Faces and what their rater says.

    Returns:
        For each condition of THIRDS and each of its thirds: `right`, `three_groups` and
        `neutral` (its recall), as `training.judges.share` gives them.
    """
    readings = [engine.read_with_box(jpeg) for jpeg in camera_frames(people.images)]
    seen = np.array([len(each.landmarks) > _NOSE for each in readings], bool)
    found = [reading for reading, one in zip(readings, seen, strict=True) if one]
    scores = np.array([each.scores for each in found]).reshape(-1, len(EMOTIONS))
    faces = people.rows(seen)
    values = {
        "brightness": faces.crops.mean(axis=(1, 2)),
        "light": unevenness(faces.crops),
        "turn": np.array([turn(each.landmarks) for each in found]),
    }
    return {
        name: {
            third: _figures(scores[rows], faces.labels[rows])
            for third, rows in zip(THIRDS[name], _thirds(of), strict=True)
        }
        for name, of in values.items()
    }


def unevenness(crops: np.ndarray) -> np.ndarray:
    """How much darker one half of a face is than the other, 0 to 1, of crops (N, 48, 48)."""
    inner = crops[:, _ACROSS, _ACROSS].astype(float)
    left, right = np.split(inner.mean(axis=1), 2, axis=1)
    left, right = left.mean(axis=1), right.mean(axis=1)
    uneven: np.ndarray = np.abs(left - right) / np.maximum(left + right, 1)
    return uneven


def turn(landmarks: tuple[tuple[float, float], ...]) -> float:
    """How far the nose is from the middle between the eyes, in distances of the eyes."""
    left, right, nose = (
        np.array(landmarks[at]) for at in (_LEFT_EYE, _RIGHT_EYE, _NOSE)
    )
    across = right - left
    distance = max(float(across @ across), 1.0)
    return abs(float((nose - (left + right) / 2) @ across) / distance)


def _thirds(values: np.ndarray) -> list[np.ndarray]:
    """The rows of the smallest, middle and largest third."""
    return np.array_split(np.argsort(values, kind="stable"), 3)


def _figures(scores: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    found = judge(scores, labels)
    return {
        "right": found["right"],
        "three_groups": found["three_groups"],
        "neutral": found["recall"]["neutral"],
    }
