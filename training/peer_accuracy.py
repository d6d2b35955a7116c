"""How often systems are right about the same faces, as voters and FER2013 see them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from inference.engine import Engine
from training.data import Faces
from training.frames import camera_frames
from training.judges import share
from training.loading import load_faces
from training.votes import load_votes, majority

FACES = 1000
Read = Callable[[bytes], np.ndarray | None]


@dataclass(frozen=True, slots=True)
class JudgedFrames:
    """Frames of one face each, and what the two judges say of it."""

    jpegs: list[bytes]
    by_votes: np.ndarray  # (N,), FER+'s majority
    by_label: np.ndarray  # (N,), FER2013's label

    @classmethod
    def of(cls, faces: Faces, votes: np.ndarray, *, count: int = FACES) -> Self:
        """Frames of test faces whose voters have a majority, drawn at random."""
        known, by_votes = majority(votes)
        rows = np.flatnonzero(faces.is_test & known)
        rows = np.random.default_rng(0).permutation(rows)[:count]
        jpegs = list(camera_frames(faces.images[rows]))
        return cls(jpegs, by_votes[rows], faces.labels[rows])

    @classmethod
    def load(cls, data: Path, votes: Path) -> Self:
        """Read FER2013 and the votes of FER+.

        Raises:
            DataRefused: If one of them is missing, damaged, or does not fit the other.
        """
        faces = load_faces(data)
        given = load_votes(votes, rows=len(faces))
        return cls.of(faces.without(given.no_face), given.counts)


def accuracy(read: Read, frames: JudgedFrames) -> dict[str, Any]:
    """Read all frames with one system.

    Returns:
        `found`, of all frames; `right_by_votes` and `right_by_label`, of those with a
        face found. Each as `training.judges.share` does.
    """
    scores = [read(jpeg) for jpeg in frames.jpegs]
    found = np.array([each is not None for each in scores], bool)
    said = np.array([int(np.argmax(each)) for each in scores if each is not None], int)
    return {
        "found": share(found),
        "right_by_votes": share(said == frames.by_votes[found]),
        "right_by_label": share(said == frames.by_label[found]),
    }


def reading_with(engine: Engine) -> Read:
    """Our engine, as the other systems are called."""

    def read(jpeg: bytes) -> np.ndarray | None:
        scores = engine.read([jpeg])[0].scores
        return None if scores is None else np.array(scores)

    return read
