"""FER+: ten people's votes on each FER2013 image, joined by row."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from inference.labels import EMOTIONS
from training.data import DataRefused, csv_rows

# FER+ has its own names and order, so each of ours, in our order, names its column.
COLUMN_OF = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
OTHER_COLUMNS = ("contempt", "unknown")
NO_FACE_COLUMN = "NF"


class Votes(NamedTuple):
    """What ten taggers said of each image."""

    counts: np.ndarray  # float32 (N, 7), in the order of EMOTIONS
    no_face: np.ndarray  # bool (N,), where "not a face" got more votes than any other


def load_votes(path: Path, *, rows: int) -> Votes:
    """Read how many of the ten taggers chose each of our seven expressions.

    Args:
        path: `fer2013new.csv` of FER+, in FER2013's official row order. Names in
            it are no key: some are blank and some occur twice.
        rows: How many images the votes must match.

    Returns:
        The votes; those for contempt and "unknown" are left out.

    Raises:
        DataRefused: If a column is missing, a vote is no number, or the number
            of rows differs.
    """
    columns = (*COLUMN_OF.values(), *OTHER_COLUMNS, NO_FACE_COLUMN)
    votes = []
    with csv_rows(path) as reader:
        for line, row in enumerate(reader, start=2):
            try:
                votes.append([int(row[name]) for name in columns])
            except (KeyError, TypeError, ValueError) as error:
                raise DataRefused(
                    f"{path}, line {line}: expected a vote count in each of "
                    f"{', '.join(columns)}; download the file again."
                ) from error
    if len(votes) != rows:
        raise DataRefused(
            f"{path} has {len(votes)} rows, expected {rows}: one for each image, "
            "in FER2013's official order."
        )
    table = np.array(votes, dtype=np.float32)
    no_face = table[:, -1] > table[:, :-1].max(axis=1)
    return Votes(table[:, : len(EMOTIONS)], no_face)


def vote_targets(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn votes into training targets.

    Single votes count as slips, as in FER+'s own training, unless nothing else
    is left.

    Args:
        votes: Shape (N, 7), counts.

    Returns:
        Shares of shape (N, 7), each row summing to 1, and weights of shape
        (N,): 1 for a row with at least 3 votes left, 0 for any other.
    """
    kept = np.where(votes > 1, votes, 0)
    total = kept.sum(axis=1, keepdims=True)
    even = np.full_like(kept, 1 / kept.shape[1])
    shares = np.divide(kept, total, out=even, where=total > 0)
    return shares.astype(np.float32), (total[:, 0] >= 3).astype(np.float32)


def majority(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The label that most voters chose.

    Args:
        votes: Shape (N, 7), counts.

    Returns:
        A mask (N,) of the rows where one of our labels has more votes than any
        other, and labels (N,), which mean nothing elsewhere.
    """
    ordered = np.sort(votes, axis=1)
    return ordered[:, -1] > ordered[:, -2], votes.argmax(axis=1)
