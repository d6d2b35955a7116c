"""Faces of photographs of people, cut as the engine cuts them: to learn and to check."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np

from inference.labels import EMOTIONS
from training.data import FACE_SIZE, DataRefused

LEARN, CHECK = 0, 1  # nobody is in both parts
_ARRAYS = {"images": 3, "labels": 1, "part": 1, "person": 1}  # name: dimensions


@dataclass(frozen=True, slots=True)
class PeopleFaces:
    """Grey faces with one rater's label each, one row a face."""

    images: np.ndarray  # uint8 (N, S, S)
    labels: np.ndarray  # uint8 (N,), index into EMOTIONS
    part: np.ndarray  # uint8 (N,), LEARN or CHECK
    person: np.ndarray  # integers (N,), the person in each

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, index: np.ndarray) -> "PeopleFaces":
        """Select rows by number or mask."""
        return PeopleFaces(
            self.images[index], self.labels[index], self.part[index], self.person[index]
        )

    @property
    def crops(self) -> np.ndarray:
        """The faces at the size of the network's, uint8 (N, 48, 48)."""
        size = (FACE_SIZE, FACE_SIZE)
        small = [
            cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            for image in self.images
        ]
        return np.array(small, np.uint8).reshape(-1, *size)

    @property
    def check(self) -> "PeopleFaces":
        """The part that nothing is learnt from or chosen by."""
        return self.rows(self.part == CHECK)

    def split_learning(
        self, *, share: float, seed: int
    ) -> tuple["PeopleFaces", "PeopleFaces"]:
        """The faces to learn from and those held out, by people.

        Args:
            share: Of the people of the learning part, the part that is held out.
            seed: Decides which.
        """
        learning = self.rows(self.part == LEARN)
        people = np.random.default_rng(seed).permutation(np.unique(learning.person))
        held = np.isin(learning.person, people[: round(share * len(people))])
        return learning.rows(~held), learning.rows(held)


def load_people(path: Path) -> PeopleFaces:
    """Read an `.npz` with `images`, `labels`, `part` and `person`.

    Raises:
        DataRefused: If it is missing, damaged, or holds something else.
    """
    arrays = _read(path)
    images, labels = arrays["images"], arrays["labels"]
    counts = {len(array) for array in arrays.values()}
    square = images.dtype == np.uint8 and images.shape[1] == images.shape[2]
    if len(counts) != 1 or not square:
        raise DataRefused(
            f"{path} holds {images.dtype} images of shape {images.shape} and arrays of "
            f"{sorted(counts)} rows; expected uint8 (N, S, S) and as many of each."
        )
    whole = labels.dtype.kind in "iu"
    if not whole or not np.isin(labels, range(len(EMOTIONS))).all():
        raise DataRefused(
            f"{path} has labels that are not whole numbers from 0 to "
            f"{len(EMOTIONS) - 1}: {', '.join(EMOTIONS)}."
        )
    shared = np.intersect1d(*(arrays["person"][arrays["part"] == p] for p in (0, 1)))
    if not np.isin(arrays["part"], (LEARN, CHECK)).all() or len(shared):
        raise DataRefused(
            f"{path}: expected each row in part {LEARN} (to learn) or {CHECK} (to check) "
            f"and nobody in both; {len(shared)} people are."
        )
    return PeopleFaces(**arrays)


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path) as file:
            arrays = {name: file[name] for name in _ARRAYS}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise DataRefused(
            f"{path} cannot be read ({error}); give a whole .npz file with the arrays "
            f"{', '.join(_ARRAYS)}."
        ) from error
    if any(arrays[name].ndim != n for name, n in _ARRAYS.items()) or not len(
        arrays["labels"]
    ):
        raise DataRefused(
            f"{path} has arrays of the shapes "
            f"{', '.join(str(array.shape) for array in arrays.values())}; "
            "expected (N, S, S), (N,), (N,) and (N,)."
        )
    return arrays
