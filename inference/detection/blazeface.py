"""BlazeFace (Bazarevsky et al. 2019), short range, with a closer look when in doubt.

Where the network is unsure of a face it looks again at the surroundings alone, at
twice the size: a face stays one, a pattern on a curtain does not. On the same photos
this finds more faces than asking MediaPipe's full-range network, raises no more false
alarms, costs less than half, and gives finer landmarks.
"""

from pathlib import Path
from typing import NamedTuple, Self

import cv2
import numpy as np

from inference.contracts import Face
from inference.detection import files, largest_first
from inference.litert import LiteRTNetwork

# Where BlazeFace finds these points in FER2013's pictures, in fractions of the side:
# the eye on the left, the eye on the right, the tip of the nose, the mouth.
FRAMING = np.array([(0.320, 0.392), (0.686, 0.397), (0.503, 0.604), (0.496, 0.773)])

SEEN = 0.5  # below this, nothing was seen
SURE = 0.85  # from here on, a face is believed at first sight
CONFIRMED = 0.75  # what an unsure face must reach when looked at closely
CLOSE = 2.0  # sides of the box that a closer look takes in
MAX_LOOKS = 3  # unsure faces that are worth the time, the largest first
SAME_FACE = 0.3  # boxes that overlap more than this show one face


class Seen(NamedTuple):
    """A face as the network tells it: box corners, eyes, nose and mouth; a score."""

    points: np.ndarray  # (6, 2), pixels; top left, bottom right, then four landmarks
    score: float

    @property
    def box(self) -> np.ndarray:
        return self.points[:2]

    @property
    def size(self) -> float:
        return float((self.box[1] - self.box[0]).max())


SIDE = 128  # pixels of the network's square input
ROWS = 96  # of the input that a frame of 4:3 fills: no black bars, no work on them
LAYERS = ((8, 2), (16, 6))  # (pixels of a cell's side, anchors in every cell)


def anchors(rows: int = SIDE) -> np.ndarray:
    """Centres of all anchors: (896, 2) of the square, x then y, fractions of SIDE."""
    return np.concatenate([_layer(rows, cell, per_cell) for cell, per_cell in LAYERS])


def _layer(rows: int, cell: int, per_cell: int) -> np.ndarray:
    x, y = ((np.arange(side // cell) + 0.5) * cell / SIDE for side in (SIDE, rows))
    y, x = np.meshgrid(y, x, indexing="ij")
    return np.repeat(np.stack([x, y], axis=-1).reshape(-1, 2), per_cell, axis=0)


class BlazeFaceNetwork:
    """The network: an image in, everything like a face out."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        self._square = _Form(content, SIDE)
        self._wide = _Form(content, ROWS)

    def find(self, image: np.ndarray, *, threshold: float) -> list[Seen]:
        """Find what scores at least `threshold` in an RGB image, best first."""
        height, width = image.shape[:2]
        fits = height * SIDE == width * ROWS
        return (self._wide if fits else self._square).find(image, threshold)


class _Form:
    """The network with a given number of input rows; it slides over a picture of any size."""

    def __init__(self, content: bytes, rows: int) -> None:
        self._network = LiteRTNetwork(content, shape=(1, rows, SIDE, 3))
        self._rows = rows
        self._anchors = anchors(rows).astype(np.float32)
        self._canvas = np.zeros((rows, SIDE, 3), np.uint8)
        self._input = np.empty((1, rows, SIDE, 3), np.float32)

    def find(self, image: np.ndarray, threshold: float) -> list[Seen]:
        scale, offset = self._fill_input(image)
        raw, logits = self._network.run(self._input)
        logits = logits.ravel()
        hits = np.flatnonzero(logits >= np.log(threshold / (1 - threshold)))
        if not len(hits):
            return []
        scores = 1 / (1 + np.exp(-logits[hits]))
        points = _decode(raw[0, hits], self._anchors[hits])
        return merge((points * SIDE - offset) / scale, scores)

    def _fill_input(self, image: np.ndarray) -> tuple[float, np.ndarray]:
        """Bring the image into the middle of the input, black around it."""
        height, width = image.shape[:2]
        scale = min(SIDE / width, self._rows / height)
        inner = (max(1, round(width * scale)), max(1, round(height * scale)))
        left, top = (SIDE - inner[0]) // 2, (self._rows - inner[1]) // 2
        if inner != (SIDE, self._rows):
            self._canvas[:] = 0
        self._canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(
            image, inner, interpolation=cv2.INTER_LINEAR
        )
        np.multiply(self._canvas, np.float32(1 / 127.5), out=self._input[0])
        self._input -= 1
        return scale, np.array([left, top], np.float32)


def _decode(raw: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Turn (N, 16) numbers into points (N, 6, 2), fractions of the input's side.

    The ears, the last two of the network's landmarks, are left out: hair covers them.
    """
    values = raw.reshape(len(raw), 8, 2) / SIDE
    middle, size = values[:, 0] + centres, values[:, 1]
    marks = values[:, 2:6] + centres[:, np.newaxis]
    corners = np.stack([middle - size / 2, middle + size / 2], axis=1)
    return np.concatenate([corners, marks], axis=1)


class BlazeFace:
    """The detector: sure faces at first sight, the largest unsure ones at second."""

    def __init__(self, network: BlazeFaceNetwork) -> None:
        self._network = network

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load the network from a folder of model files.

        Raises:
            ModelFileMissing: If it is absent or not the file we know.
        """
        return cls(BlazeFaceNetwork(files.find(files.BLAZEFACE, folder)))

    def detect(self, image: np.ndarray) -> list[Face]:
        seen = self._network.find(image, threshold=SEEN)
        sure = [each for each in seen if each.score >= SURE]
        largest = max((each.size for each in sure), default=0.0)
        # Only the largest face counts, so smaller doubts are not worth the time.
        doubts = [each for each in seen if each.score < SURE and each.size > largest]
        doubts = sorted(doubts, key=lambda each: each.size, reverse=True)[:MAX_LOOKS]
        closer = [self._look_closer(image, each) for each in doubts]
        faces = sure + [each for each in closer if each is not None]
        return largest_first([_face(each) for each in faces])

    def _look_closer(self, image: np.ndarray, unsure: Seen) -> Seen | None:
        """Look again at the surroundings of a face; None if it was none."""
        corner, part = _surroundings(image, unsure)
        for again in self._network.find(part, threshold=CONFIRMED):
            moved = again.points + corner
            if overlap(unsure.box, moved[np.newaxis, :2])[0] > SAME_FACE:
                return Seen(moved, again.score)
        return None


def _surroundings(image: np.ndarray, seen: Seen) -> tuple[np.ndarray, np.ndarray]:
    """Cut out a face with what is around it: the cut's top left corner, the cut."""
    limit = np.array([image.shape[1], image.shape[0]])
    middle = np.clip(seen.box.mean(axis=0), 1, limit - 1)
    reach = seen.size * CLOSE / 2
    left, top = np.clip(np.floor(middle - reach), 0, limit).astype(int)
    right, bottom = np.clip(np.ceil(middle + reach), 0, limit).astype(int)
    return np.array([left, top]), image[top:bottom, left:right]


def merge(points: np.ndarray, scores: np.ndarray) -> list[Seen]:
    """Join the anchors that show the same face to their weighted mean.

    Args:
        points: Shape (N, 6, 2); the first two are a box's top left and bottom right.
        scores: Shape (N,), the weights.

    Returns:
        One for each face, with its highest score; best face first.
    """
    waiting = np.argsort(-scores, kind="stable")
    faces = []
    while len(waiting):
        same = overlap(points[waiting[0], :2], points[waiting, :2]) > SAME_FACE
        same[0] = True  # a box without area does not even overlap itself
        group = waiting[same]
        mean = np.tensordot(scores[group], points[group], axes=1) / scores[group].sum()
        faces.append(Seen(mean, float(scores[waiting[0]])))
        waiting = waiting[~same]
    return faces


def overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of one box (2, 2) with many (N, 2, 2)."""
    sides = np.minimum(box[1], boxes[:, 1]) - np.maximum(box[0], boxes[:, 0])
    common = np.maximum(sides, 0).prod(axis=1)
    areas = np.maximum(boxes[:, 1] - boxes[:, 0], 0).prod(axis=1)
    union = np.maximum(box[1] - box[0], 0).prod() + areas - common
    return np.where(union > 0, common / np.maximum(union, 1e-9), 0.0)


def _face(seen: Seen) -> Face:
    left, top, right, bottom = seen.box.ravel().tolist()
    marks = seen.points[2:]
    return Face(
        box=(left, top, right, bottom),
        score=seen.score,
        points=marks,
        framing=FRAMING,
        landmarks=tuple((x, y) for x, y in marks.tolist()),
    )
