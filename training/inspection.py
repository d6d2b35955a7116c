"""Look at a data set before learning from it: one HTML page and the figures."""

from pathlib import Path

import numpy as np

from inference.labels import EMOTIONS
from training import charts
from training.data import (
    BLANK_BELOW,
    PRIVATE,
    PUBLIC,
    TRAINING,
    Faces,
    groups_of_copies,
    unseen_test_rows,
)
from training.report import page

PARTS = {"Training": TRAINING, "PublicTest": PUBLIC, "PrivateTest": PRIVATE}
SAMPLES = 32  # faces on each label's sheet


def inspect(faces: Faces, folder: Path) -> str:
    """Write `data.html` and the charts as PNG; return the figures as text."""
    pictures = {"Faces of each label": charts.distribution_chart(faces)}
    random = np.random.default_rng(0)
    for label, name in enumerate(EMOTIONS):
        rows = np.flatnonzero(faces.labels == label)
        chosen = random.choice(rows, min(SAMPLES, len(rows)), replace=False)
        captions = [str(row) for row in chosen]
        pictures[name.capitalize()] = charts.face_sheet(faces.images[chosen], captions)
    blank = np.flatnonzero(_is_blank(faces))
    if len(blank):
        captions = [str(row) for row in blank]
        pictures["Blank"] = charts.face_sheet(faces.images[blank], captions)
    copies = _copies(faces)[:SAMPLES]
    if len(copies):
        parts = list(PARTS)
        captions = [
            f"{row}, {parts[faces.usage[row]]}\n{EMOTIONS[faces.labels[row]]}"
            for row in copies
        ]
        pictures["Copies"] = charts.face_sheet(faces.images[copies], captions)
    text = describe(faces)
    folder.mkdir(parents=True, exist_ok=True)
    for name, png in pictures.items():
        (folder / f"{name.lower().replace(' ', '-')}.png").write_bytes(png)
    (folder / "data.html").write_text(page("The data set", text, pictures))
    return text


def describe(faces: Faces) -> str:
    """Counts of faces, copies, conflicting labels and blank images, as text."""
    group = groups_of_copies(faces.images)
    training = faces.usage == TRAINING
    lines = []
    for name, number in PARTS.items():
        counts = np.bincount(faces.labels[faces.usage == number], minlength=7)
        each = ", ".join(f"{n} {e}" for n, e in zip(counts, EMOTIONS, strict=True))
        lines.append(f"{name}: {counts.sum()} faces: {each}")
    distinct = len(np.unique(group[training]))
    pairs = np.unique(
        np.column_stack([group[training], faces.labels[training]]), axis=0
    )
    conflicting = len(pairs) - distinct
    unseen = unseen_test_rows(faces).sum()
    lines += [
        f"{training.sum() - distinct} training images repeat another one",
        f"{conflicting} more labels than images among them: copies that disagree",
        f"{(~training).sum() - unseen} test images have a copy in training",
        f"{_is_blank(faces).sum()} images are almost blank",
    ]
    return "\n".join(lines)


def _copies(faces: Faces) -> np.ndarray:
    """Rows of images that occur more than once, copies together.

    Those whose labels disagree come first.
    """
    group = groups_of_copies(faces.images)
    images = np.bincount(group)
    pairs = np.unique(np.column_stack([group, faces.labels]), axis=0)
    labels = np.bincount(pairs[:, 0])
    order = np.lexsort([group, -labels[group]])
    return np.asarray(order[images[group[order]] > 1])


def _is_blank(faces: Faces) -> np.ndarray:
    return np.asarray(faces.images.std(axis=(1, 2)) < BLANK_BELOW)
