"""Read single photos: scores for people to look at, and a picture of each."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from inference.contracts import FrameState, ReadingWithBox
from inference.engine import Engine
from inference.labels import EMOTIONS
from training.charts import annotated
from training.data import DataRefused, reading

LARGEST = 1280  # pixels; the engine refuses larger stills, so photos are shrunk


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the engine read in one photo."""

    path: Path
    reading: ReadingWithBox
    truth: str | None  # the label that the user gave, if any

    @property
    def label(self) -> str | None:
        """The expression that scored highest, or None without a face."""
        scores = self.reading.scores
        return None if scores is None else EMOTIONS[scores.index(max(scores))]

    def line(self) -> str:
        """One line for the terminal."""
        if self.reading.scores is None:
            return f"{self.path}: {self.reading.reason or 'no face found'}"
        verdict = "" if self.truth is None else f" ({self._verdict()})"
        return f"{self.path}: {self.label} {max(self.reading.scores):.0%}{verdict}"

    def _verdict(self) -> str:
        return "right" if self.label == self.truth else f"wrong, it is {self.truth}"


def predict(
    engine: Engine, paths: Sequence[Path], labels: dict[str, str], pictures: Path | None
) -> list[Prediction]:
    """Read photos of any size.

    Args:
        engine: Finds, cuts and reads the largest face of each photo.
        paths: Photos.
        labels: True label by file name; may be empty.
        pictures: Folder for annotated copies, or None for none.

    Raises:
        DataRefused: If a file is no readable picture.
    """
    found = []
    for path in paths:
        image = cv2.imread(str(path))
        if image is None:
            raise DataRefused(f"{path} is not a readable picture; give a JPEG or PNG.")
        shrink = min(1.0, LARGEST / image.shape[1], 0.75 * LARGEST / image.shape[0])
        image = cv2.resize(image, None, fx=shrink, fy=shrink)
        jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
        reading = engine.look(jpeg.tobytes())
        found.append(Prediction(path, reading, labels.get(path.name)))
        if pictures is not None and reading.state is FrameState.OK:
            _draw(found[-1], image, pictures)
    return found


def load_labels(path: Path) -> dict[str, str]:
    """Read a csv of `file name,label`.

    Raises:
        DataRefused: If a line is not of that form or its label is unknown.
    """
    labels = {}
    with reading(path), path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if len(row) != 2 or row[1] not in EMOTIONS:
                raise DataRefused(
                    f"{path}, line {number}: expected a file name and one of "
                    f"{', '.join(EMOTIONS)}, received {','.join(row)!r}."
                )
            labels[row[0]] = row[1]
    return labels


def table(found: Sequence[Prediction]) -> str:
    """All lines, and how many of the labelled photos were right."""
    lines = [each.line() for each in found]
    labelled = [each for each in found if each.truth is not None]
    if labelled:
        right = sum(each.label == each.truth for each in labelled)
        lines.append(f"{right} of {len(labelled)} right")
    return "\n".join(lines)


def _draw(prediction: Prediction, image: cv2.typing.MatLike, folder: Path) -> None:
    reading = prediction.reading
    if reading.scores is None or reading.box is None:
        return
    ranked = sorted(zip(reading.scores, EMOTIONS, strict=True), reverse=True)
    lines = [f"{share:.0%} {name}" for share, name in ranked]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{prediction.path.stem}.png"
    target.write_bytes(annotated(image, lines, reading.box))
