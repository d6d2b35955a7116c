"""How the network scores faces: as its calibration expects, or as it scored real ones."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from inference.artefact import ArtefactRefused
from inference.contracts import Calibration
from sessions_app.lab.attack.signals import FACES, dirichlet, expected_faces

SCORES = Path(__file__).with_name("face_scores.json")


class FaceKind(StrEnum):
    EXPECTED = "expected"
    REAL = (
        "real"  # photographs of people, as `python -m training face-scores` read them
    )


def drawn_faces(
    kind: FaceKind, calibration: Calibration, rng: np.random.Generator
) -> np.ndarray:
    """Scores of faces of each label, shape (E, FACES, E).

    Raises:
        ArtefactRefused: If the figures of real faces are another network's.
    """
    if kind is FaceKind.EXPECTED:
        return expected_faces(calibration, rng)
    figures = json.loads(SCORES.read_text(encoding="utf-8"))
    if figures["artefact"] != calibration.artefact_hash:
        raise ArtefactRefused(
            f"{SCORES.name} has the scores of another network than the one in use; "
            "write it again with `python -m training face-scores`."
        )
    return np.array([_mixture(groups, rng) for groups in figures["groups"]])


def _mixture(groups: list[dict[str, Any]], rng: np.random.Generator) -> np.ndarray:
    """Faces of one label, from groups of like ones, shape (FACES, E)."""
    sizes = np.array([group["faces"] for group in groups])
    faces = [
        dirichlet(rng, np.array(group["mean"]), group["variance"], faces=count)
        for group, count in zip(
            groups, rng.multinomial(FACES, sizes / sizes.sum()).tolist(), strict=True
        )
    ]
    return np.concatenate(faces)
