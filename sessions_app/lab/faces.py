"""Labelled face crops for a check: class folders, or FER2013 in any form."""

from pathlib import Path

import numpy as np
from PIL import Image

from inference.labels import EMOTIONS
from inference.tools.on_disk import folders_by_name, is_picture, listing
from training.data import FACE_SIZE, PRIVATE, Faces
from training.loading import load_faces as load_fer2013
from training.votes import load_votes


def load_faces(source: Path, votes: Path | None = None) -> Faces:
    """Read crops from `SOURCE/angry/*.png` and so on, or FER2013's PrivateTest.

    Args:
        source: Class folders, or FER2013.
        votes: FER+'s, for FER2013: then only faces are read of which more than half of
            the voters say the same, and that is their label.

    Raises:
        ValueError: If an expression has no face or it cannot be read, or votes are of
            other faces; the text names it.
    """
    if _has_class_folders(source):
        if votes:
            raise ValueError(
                f"{votes}: votes are for FER2013, {source} is class folders."
            )
        faces = _from_folders(source)
    else:
        faces = _unseen(load_fer2013(source), votes)
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


def _unseen(faces: Faces, votes: Path | None) -> Faces:
    """The images of FER2013 that no training has seen."""
    unseen = faces.usage == PRIVATE
    if not votes:
        return faces.rows(unseen)
    counts = load_votes(votes, rows=len(faces)).counts
    agreed = counts.max(axis=1) > counts.sum(axis=1) / 2
    voted = Faces(faces.images, counts.argmax(axis=1), faces.usage)
    return voted.rows(unseen & agreed)
