"""The detector of the original system: OpenCV's Haar cascade (Viola & Jones 2001)."""

from pathlib import Path

import cv2
import numpy as np

from inference.contracts import Face
from inference.detection import largest_first

# Where the cascade's box lies on FER2013's pictures, in fractions of the side: its
# top left and bottom right corner.
FRAMING = np.array([(0.008, 0.025), (0.983, 0.992)])
SCALE_STEP = 1.3
MIN_NEIGHBOURS = 5


class Haar:
    """Finds frontal faces; it knows neither landmarks nor a confidence."""

    def __init__(self) -> None:
        folder = Path(cv2.__file__).parent / "data"
        self._cascade = cv2.CascadeClassifier(
            str(folder / "haarcascade_frontalface_default.xml")
        )

    def detect(self, image: np.ndarray) -> list[Face]:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        boxes = self._cascade.detectMultiScale(grey, SCALE_STEP, MIN_NEIGHBOURS)
        return largest_first([_face(*map(float, box)) for box in boxes])


def _face(left: float, top: float, width: float, height: float) -> Face:
    right, bottom = left + width, top + height
    return Face(
        box=(left, top, right, bottom),
        score=1.0,
        points=np.array([(left, top), (right, bottom)]),
        framing=FRAMING,
    )
