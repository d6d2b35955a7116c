"""Read single photos: scores for people to look at, and a picture of each."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.contracts import FrameState, ReadingWithBox
from inference.engine import Engine
from inference.labels import EMOTIONS
from inference.tools.on_disk import files_below, is_picture, skipped
from training.charts import annotated
from training.data import DataRefused, remark
from training.photo_labels import PhotoLabels
from training.photos import PhotoUnread, read_photo


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the engine read in one photo."""

    path: Path
    reading: ReadingWithBox
    truth: str | None  # the label that the user gave, if any

    @property
    def was_read(self) -> bool:
        """Whether the file is a picture; it may still show no face."""
        return self.reading.state is not FrameState.REJECTED

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


def photos_of(paths: Sequence[Path]) -> list[Path]:
    """The photos that were asked for; a folder stands for the photos below it.

    Raises:
        DataRefused: If there is none.
    """
    photos = list(_photos_of(paths))
    if not photos:
        raise DataRefused(f"{', '.join(map(str, paths))}: no photo is in there.")
    return photos


def predict(
    engine: Engine, photos: Sequence[Path], labels: PhotoLabels, pictures: Path | None
) -> list[Prediction]:
    """Read photos of any size; a file that is no picture says so in its line.

    Args:
        engine: Finds, cuts and reads the largest face of each photo.
        photos: Files.
        labels: True labels; may be empty.
        pictures: Folder for annotated copies, or None for none. They lie in it as
            their photos lie in the folder that holds them all.

    Raises:
        DataRefused: If it is unclear which photo a label means.
    """
    truths = labels.of(photos)
    found = []
    for photo, truth, copy in zip(photos, truths, _copies(photos), strict=True):
        try:
            image = read_photo(photo)
        except PhotoUnread as error:
            reading = ReadingWithBox(FrameState.REJECTED, reason=str(error))
        else:
            reading = engine.read_picture(image)
            if pictures is not None:
                _draw(reading, image, pictures / copy)
        found.append(Prediction(photo, reading, truth))
    return found


def table(found: Sequence[Prediction]) -> str:
    """All lines, and how many of the labelled photos were right."""
    lines = [each.line() for each in found]
    labelled = [each for each in found if each.truth is not None and each.was_read]
    if labelled:
        right = sum(each.label == each.truth for each in labelled)
        lines.append(f"{right} of {len(labelled)} right")
    unread = sum(not each.was_read for each in found)
    if unread:
        lines.append(f"{unread} of {len(found)} could not be read")
    return "\n".join(lines)


def _photos_of(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        files = list(files_below(path))
        yield from filter(is_picture, files)
        others = [file for file in files if not is_picture(file)]
        if others:
            remark(f"{path}: {skipped(others)}")


def _copies(photos: Sequence[Path]) -> list[str]:
    """Where each photo's copy lies, below the folder of the copies."""
    above = os.path.commonpath([_whole(photo.parent) for photo in photos])
    return [f"{os.path.relpath(photo, above)}.png" for photo in photos]


def _whole(path: Path) -> str:
    """A path from the root on; links stay, since people gave them their names."""
    return os.path.normpath(path.absolute())


def _draw(reading: ReadingWithBox, image: np.ndarray, target: Path) -> None:
    if reading.scores is None or reading.box is None:
        return
    ranked = sorted(zip(reading.scores, EMOTIONS, strict=True), reverse=True)
    lines = [f"{share:.0%} {name}" for share, name in ranked]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(annotated(image, lines, reading.box))
