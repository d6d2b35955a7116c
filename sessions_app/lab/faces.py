"""Labelled face crops for a check: class folders, or FER2013 as one .npz."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from inference.labels import EMOTIONS
from inference.tools.on_disk import folders_by_name, is_picture, listing

PRIVATE_TEST = 2  # FER2013's `usage` of images that no training has seen


@dataclass(frozen=True, slots=True)
class Faces:
    """N face crops and their true expressions."""

    images: np.ndarray  # (N, S, S), uint8
    labels: np.ndarray  # (N,), indices into EMOTIONS


def load_faces(source: Path) -> Faces:
    """Read crops from `SOURCE/angry/*.png` and so on, or from FER2013's .npz.

    Raises:
        ValueError: If an expression has no face; the text names it.
    """
    faces = _from_npz(source) if source.suffix == ".npz" else _from_folders(source)
    for index, label in enumerate(EMOTIONS):
        if not (faces.labels == index).any():
            raise ValueError(f"{source} has no face for {label}.")
    return faces


def _from_npz(source: Path) -> Faces:
    with np.load(source) as data:
        chosen = data["usage"] == PRIVATE_TEST
        return Faces(data["images"][chosen], data["labels"][chosen])


def _from_folders(source: Path) -> Faces:
    folders = folders_by_name(source)
    paths = [
        (path, index)
        for index, label in enumerate(EMOTIONS)
        for path in (listing(folders[label]) if label in folders else ())
        if is_picture(path)
    ]
    images = [np.asarray(Image.open(p).convert("L").resize((48, 48))) for p, _ in paths]
    return Faces(np.array(images), np.array([i for _, i in paths]))
