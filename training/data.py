"""Labelled faces as arrays; copies among them, and splits that no copy crosses."""

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from inference.labels import EMOTIONS

FACE_SIZE = 48  # pixels, the side of a FER2013 image
OFFICIAL_FACES = 35_887  # in the whole of FER2013
TRAINING, PUBLIC, PRIVATE = 0, 1, 2  # FER2013's `Usage`, in the official row order
NO_FACE = 4  # added where voters see no face: neither learnt from nor tested on
BLANK_BELOW = 2.0  # grey levels of standard deviation; flatter images show nothing


class DataRefused(ValueError):
    """Data that we cannot learn from; the text names file, line and remedy."""


@contextmanager
def csv_rows(
    path: Path, columns: Sequence[str] | None = None
) -> Iterator["csv.DictReader[str]"]:
    """Open a csv as programs write it, with a byte order mark or without.

    Args:
        path: The file.
        columns: Names of its columns; None takes them from the first line.

    Raises:
        DataRefused: If it turns out, while it is read, to be missing, not ours to
            read, or no csv in UTF-8.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield csv.DictReader(
                file, columns, delimiter=_delimiter(file), skipinitialspace=True
            )
    except UnicodeDecodeError as error:
        raise DataRefused(
            f"{path} cannot be read ({error}); it is damaged, or not in UTF-8: "
            "copy it again, or save it as “CSV UTF-8”."
        ) from error
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataRefused(
            f"{path} cannot be read ({reason}); give the path of a whole csv file."
        ) from error


def remark(text: str) -> None:
    """Tell the user something that stops nothing."""
    print(text, file=sys.stderr)


def _delimiter(file: TextIO) -> str:
    """What stands between the cells: Excel writes semicolons in many countries."""
    first = file.readline()
    file.seek(0)
    return "," if "," in first else next((d for d in ";\t" if d in first), ",")


@dataclass(frozen=True, slots=True)
class Faces:
    """Labelled grey faces, one row each."""

    images: np.ndarray  # uint8 (N, 48, 48)
    labels: np.ndarray  # uint8 (N,), index into EMOTIONS
    usage: np.ndarray  # uint8 (N,), TRAINING, PUBLIC or PRIVATE; may hold NO_FACE, too

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, index: np.ndarray) -> "Faces":
        """Select rows by number or mask."""
        return Faces(self.images[index], self.labels[index], self.usage[index])

    @property
    def is_test(self) -> np.ndarray:
        """Mask of the rows that the network is measured on."""
        return np.isin(self.usage, (PUBLIC, PRIVATE))

    def without(self, no_face: np.ndarray) -> "Faces":
        """Keep these rows out of learning and tests; their numbers stay theirs."""
        usage = np.where(no_face, self.usage | NO_FACE, self.usage)
        return Faces(self.images, self.labels, usage)


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers for learning and for held-out measurement; no image is in both."""

    train: np.ndarray
    held_out: np.ndarray


def groups_of_copies(images: np.ndarray) -> np.ndarray:
    """Number the distinct images: equal numbers mean byte-identical images.

    Args:
        images: Shape (N, H, W), uint8.

    Returns:
        Shape (N,), integers from 0, in order of first appearance.
    """
    seen: dict[bytes, int] = {}
    numbers = [seen.setdefault(image.tobytes(), len(seen)) for image in images]
    return np.array(numbers, dtype=np.intp)


def split_training(faces: Faces, *, share: float = 0.1, seed: int = 0) -> Split:
    """Split the training rows without letting an image leak.

    Copies of test images, blank images and those of no face are in neither part.
    Copies of one image stay together, also where their labels disagree.

    Args:
        faces: A whole data set with its test rows.
        share: The held-out part of each class, 0 to 1.
        seed: Decides which groups are held out.
    """
    group = groups_of_copies(faces.images)
    is_training = faces.usage % NO_FACE == TRAINING
    usable = is_training & ~np.isin(group, group[~is_training])
    usable &= faces.images.std(axis=(1, 2)) >= BLANK_BELOW
    rows = np.flatnonzero(usable)
    held = _hold_out_groups(group[rows], faces.labels[rows], share, seed)
    # Left out last, so that the held-out persons do not depend on knowing the votes.
    shown = faces.usage[rows] == TRAINING
    return Split(train=rows[~held & shown], held_out=rows[held & shown])


def _hold_out_groups(
    group: np.ndarray, labels: np.ndarray, share: float, seed: int
) -> np.ndarray:
    """Mask of about `share` of each class's rows, whole groups only."""
    random = np.random.default_rng(seed)
    first = np.unique(group, return_index=True)[1]  # a group counts as its first label
    chosen: list[np.ndarray] = []
    for label in range(len(EMOTIONS)):
        candidates = random.permutation(group[first[labels[first] == label]])
        chosen.append(candidates[: round(share * len(candidates))])
    return np.isin(group, np.concatenate(chosen))


def unseen_test_rows(faces: Faces) -> np.ndarray:
    """Mask of the test rows that have no byte-identical training image."""
    group = groups_of_copies(faces.images)
    learnt = faces.usage % NO_FACE == TRAINING
    unseen: np.ndarray = faces.is_test & ~np.isin(group, group[learnt])
    return unseen
