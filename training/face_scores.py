"""What a network says of photographs of people, as figures that show nobody.

`manage.py truth_check` draws the faces of its classes from them. The faces of a label are
split into groups of like scores, and of each group its size, mean and variance are kept:
a mixture of Dirichlet distributions, in which no single face is told.
"""

from typing import Any

import numpy as np

from inference.artefact import artefact_folder, load_artefact
from inference.engine import Engine
from inference.labels import EMOTIONS
from training.data import DataRefused
from training.frames import read_as_frames
from training.people import PeopleFaces

GROUP = 20  # faces at least, where a label has that many
_FLOOR = 1e-4  # keeps logarithms of scores finite


def face_scores(engine: Engine, artefact: str, people: PeopleFaces) -> dict[str, Any]:
    """Figures of the faces of the check part, read as frames through the engine.

    Args:
        engine: Serves the artefact.
        artefact: Its name or folder, to note whose scores these are.
        people: Photographs of people.

    Returns:
        `artefact`, the card's SHA-256, and `groups`: a list for each label in order.

    Raises:
        DataRefused: If no face of some label was found.
    """
    check = people.check
    scores, seen = read_as_frames(engine, check.images)
    labels = check.labels[seen]
    missing = [EMOTIONS[i] for i in range(len(EMOTIONS)) if not (labels == i).any()]
    if missing:
        raise DataRefused(f"No face to check by shows {', '.join(missing)}.")
    return {
        "artefact": load_artefact(artefact_folder(artefact)).hash,
        "groups": [
            [_figures(group) for group in split(scores[labels == label])]
            for label in range(len(EMOTIONS))
        ],
    }


def split(scores: np.ndarray) -> list[np.ndarray]:
    """Halve faces (F, E) along the way in which they differ most, again and again."""
    if len(scores) < 2 * GROUP:
        return [scores]
    logs = np.log(scores + _FLOOR)
    centred = logs - logs.mean(axis=0)
    along = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    order = np.argsort(along, kind="stable")
    half = len(order) // 2
    return [*split(scores[order[:half]]), *split(scores[order[half:]])]


def _figures(group: np.ndarray) -> dict[str, Any]:
    return {
        "faces": len(group),
        "mean": group.mean(axis=0).round(4).tolist(),
        "variance": round(float(group.var(axis=0).sum()), 5),  # of all scores together
    }
