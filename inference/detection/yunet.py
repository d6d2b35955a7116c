"""YuNet (Wu, Peng & Yu 2023) through OpenCV; its file comes by `fetch_models`."""

from pathlib import Path
from typing import Self

import cv2
import numpy as np

from inference.contracts import Face
from inference.detection import files, largest_first

# Where YuNet finds these points in FER2013's pictures, in fractions of the side: the
# eye on the left, the eye on the right, the tip of the nose, the mouth.
FRAMING = np.array([(0.310, 0.398), (0.698, 0.398), (0.500, 0.608), (0.505, 0.770)])

LONG_SIDE = 160  # pixels; larger sees smaller faces and costs more
THRESHOLD = 0.7


class YuNet:
    """Finds faces with five landmarks in a frame shrunk to 160 pixels."""

    def __init__(self, path: Path) -> None:
        self._network = cv2.FaceDetectorYN.create(
            str(path), "", (LONG_SIDE, LONG_SIDE), THRESHOLD
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load the network from a folder of model files.

        Raises:
            ModelFileMissing: If it is absent or not the file we know.
        """
        return cls(files.find(files.YUNET, folder))

    def detect(self, image: np.ndarray) -> list[Face]:
        height, width = image.shape[:2]
        scale = min(1.0, LONG_SIDE / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
        self._network.setInputSize(size)
        _, rows = self._network.detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
        found = () if rows is None else rows
        return largest_first([_face(row, scale) for row in found])


def _face(row: np.ndarray, scale: float) -> Face:
    """Read a row: box (x, y, width, height), five points, score."""
    left, top, width, height = (row[:4] / scale).tolist()
    marks = row[4:14].reshape(5, 2) / scale
    points = np.concatenate([marks[:3], marks[3:].mean(axis=0, keepdims=True)])
    return Face(
        box=(left, top, left + width, top + height),
        score=float(row[14]),
        points=points,
        framing=FRAMING,
        landmarks=tuple((x, y) for x, y in points.tolist()),
    )
