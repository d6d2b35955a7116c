"""Labelled face crops for a check: class folders, or FER2013 in any form."""

from pathlib import Path

import numpy as np
from PIL import Image

from inference.labels import EMOTIONS
from inference.tools.on_disk import folders_by_name, is_picture, listing
from training.data import FACE_SIZE, PRIVATE, Faces
from training.loading import load_faces as load_fer2013


def load_faces(source: Path) -> Faces:
    """Read crops from `SOURCE/angry/*.png` and so on, or FER2013's PrivateTest.

    Raises:
        ValueError: If an expression has no face or it cannot be read; the text names it.
    """
    faces = _from_folders(source) if _has_class_folders(source) else _unseen(source)
    for index, label in enumerate(EMOTIONS):
        if not (faces.labels == index).any():
            raise ValueError(f"{source} has no face for {label}.")
    return faces


def _has_class_folders(source: Path) -> bool:
    return source.is_dir() and not folders_by_name(source).keys().isdisjoint(EMOTIONS)


def _from_folders(source: Path) -> Faces:
    folders = folders_by_name(source)
    paths = [
        (path, index)
        for index, label in enumerate(EMOTIONS)
        for path in (listing(folders[label]) if label in folders else ())
        if is_picture(path)
    ]
    size = (FACE_SIZE, FACE_SIZE)
    images = [np.asarray(Image.open(p).convert("L").resize(size)) for p, _ in paths]
    labels = np.array([index for _, index in paths])
    return Faces(np.array(images), labels, np.full(len(labels), PRIVATE))


def _unseen(source: Path) -> Faces:
    """The images of FER2013 that no training has seen."""
    faces = load_fer2013(source)
    return faces.rows(faces.usage == PRIVATE)
