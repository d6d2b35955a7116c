"""Find faces with BlazeFace: a quick look, a whole one where it is needed, closer ones.

A face near a camera is large, and the network sees a large one in a smaller picture as
well. Only where the quick look shows none, or a small one, the network looks at the
picture as a whole. Where it is unsure of a face it looks again at the surroundings alone,
enlarged: a face stays one, a pattern on a curtain does not.
"""

from pathlib import Path
from typing import NamedTuple, Protocol, Self

import cv2
import numpy as np

from inference.contracts import Face
from inference.detection import files, largest_first
from inference.detection.blazeface_network import (
    SAME_FACE,
    BlazeFaceNetwork,
    Seen,
    overlap,
)

# Where BlazeFace finds these points in FER2013's pictures, in fractions of the side:
# the eye on the left, the eye on the right, the tip of the nose, the mouth.
FRAMING = np.array([(0.320, 0.392), (0.686, 0.397), (0.503, 0.604), (0.496, 0.773)])

QUICK, WHOLE, SQUARE, CLOSE = (64, 96), (96, 128), (128, 128), (80, 80)  # rows, columns
LARGE = 1 / 8  # of the frame's width; for a smaller face, the whole picture is asked
CONFIRMED = 0.75  # what an unsure face must reach when looked at closely
AROUND = 1.6  # sides of the box that a closer look takes in
MAX_LOOKS = 3  # unsure faces that are worth the time, the largest first


class Bounds(NamedTuple):
    """Scores between which one may doubt."""

    seen: float  # below this, nothing was seen
    sure: float  # from here on, a face is believed at first sight


AT_A_GLANCE, ON_THE_WHOLE = Bounds(0.4, 0.75), Bounds(0.5, 0.85)


class Network(Protocol):
    def find(self, image: np.ndarray, *, threshold: float) -> list[Seen]:
        """Find what scores at least `threshold` in an RGB image, best first."""


class BlazeFace:
    """The detector: sure faces at first sight, the largest unsure ones at second."""

    def __init__(
        self, *, quick: Network, whole: Network, square: Network, close: Network
    ) -> None:
        self._quick = quick
        self._whole = whole
        self._square = square
        self._close = close

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load the network from a folder of model files.

        Raises:
            ModelFileMissing: If it is absent or not the file we know.
        """
        content = files.find(files.BLAZEFACE, folder).read_bytes()
        return cls(
            quick=BlazeFaceNetwork(content, *QUICK),
            whole=BlazeFaceNetwork(content, *WHOLE),
            square=BlazeFaceNetwork(content, *SQUARE),
            close=BlazeFaceNetwork(content, *CLOSE),
        )

    def detect(self, image: np.ndarray) -> list[Face]:
        return largest_first([_face(each) for each in self._seen(image)])

    def _seen(self, image: np.ndarray) -> list[Seen]:
        height, width = image.shape[:2]
        if height * 4 != width * 3:
            return self._look(self._square, _squared(image), ON_THE_WHOLE)
        large = width * LARGE  # a smaller face would not spare the whole picture
        seen = self._look(self._quick, image, AT_A_GLANCE, smallest=large)
        if any(each.size >= large for each in seen):
            return seen
        return self._look(self._whole, image, ON_THE_WHOLE) or seen

    def _look(
        self,
        network: Network,
        image: np.ndarray,
        bounds: Bounds,
        *,
        smallest: float = 0.0,
    ) -> list[Seen]:
        seen = network.find(image, threshold=bounds.seen)
        sure = [each for each in seen if each.score >= bounds.sure]
        # Only the largest face counts, so smaller doubts are not worth the time.
        least = max([smallest, *(each.size for each in sure)])
        doubts = [e for e in seen if e.score < bounds.sure and e.size > least]
        doubts = sorted(doubts, key=lambda each: each.size, reverse=True)[:MAX_LOOKS]
        closer = [self._look_closer(image, each) for each in doubts]
        return sure + [each for each in closer if each is not None]

    def _look_closer(self, image: np.ndarray, unsure: Seen) -> Seen | None:
        """Look again at the surroundings of a face; None if it was none."""
        left, top, part = _surroundings(image, unsure)
        for found in self._close.find(part, threshold=CONFIRMED):
            again = found.moved(left, top)
            if overlap(unsure.box, again.box) > SAME_FACE:
                return again
        return None


def _squared(image: np.ndarray) -> np.ndarray:
    """The image with black to its right or below it: nothing moves, nothing is stretched."""
    height, width = image.shape[:2]
    side = max(height, width)
    below, right = side - height, side - width
    return cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT)


def _surroundings(image: np.ndarray, seen: Seen) -> tuple[int, int, np.ndarray]:
    """Cut out a face with what is around it: the cut's left and top, the cut.

    At the image's edge the cut is moved inwards, so that it has the same shape.
    """
    left, top, right, bottom = seen.box
    side = max(1, round(seen.size * AROUND))
    x, width = _within((left + right - side) / 2, side, image.shape[1])
    y, height = _within((top + bottom - side) / 2, side, image.shape[0])
    return x, y, image[y : y + height, x : x + width]


def _within(start: float, length: int, limit: int) -> tuple[int, int]:
    """Move and, where it must be, shorten a stretch so that it ends at a limit."""
    length = min(length, limit)
    return min(max(0, round(start)), limit - length), length


def _face(seen: Seen) -> Face:
    return Face(
        box=seen.box,
        score=seen.score,
        points=seen.marks,
        framing=FRAMING,
        landmarks=tuple((x, y) for x, y in seen.marks.tolist()),
    )
