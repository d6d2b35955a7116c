"""BlazeFace (Bazarevsky et al. 2019), short range with full range as its judge."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from inference.contracts import Face
from inference.detection import files, largest_first
from inference.litert import LiteRTNetwork

# Where BlazeFace finds these points in FER2013's pictures, in fractions of the side:
# the eye on the left, the eye on the right, the tip of the nose, the mouth.
FRAMING = np.array([(0.320, 0.392), (0.686, 0.397), (0.503, 0.604), (0.496, 0.773)])

SEEN = 0.5  # below this, short range saw nothing
SURE = 0.85  # from here on, short range is believed without asking
CONFIRMED = 0.6  # full range's own score, where it was asked
SAME_FACE = 0.3  # boxes that overlap more than this show one face


@dataclass(frozen=True, slots=True)
class Grid:
    """The anchors of one network: `per_cell` in every cell of every layer."""

    side: int  # pixels of the network's square input
    layers: tuple[tuple[int, int], ...]  # (pixels of a cell's side, anchors per cell)

    def centres(self) -> np.ndarray:
        """Centres of all anchors: (N, 2), x then y, fractions of the input's side."""
        return np.concatenate([self._layer(*layer) for layer in self.layers])

    def _layer(self, cell: int, per_cell: int) -> np.ndarray:
        cells = -(-self.side // cell)
        middle = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middle, middle, indexing="ij")
        return np.repeat(np.stack([x, y], axis=-1).reshape(-1, 2), per_cell, axis=0)


SHORT_RANGE_GRID = Grid(side=128, layers=((8, 2), (16, 6)))
FULL_RANGE_GRID = Grid(side=192, layers=((4, 1),))


class BlazeFaceNetwork:
    """One BlazeFace network: an image in, all faces above a score out."""

    def __init__(self, path: Path, grid: Grid) -> None:
        self._network = LiteRTNetwork(path)
        self._side = grid.side
        self._centres = grid.centres().astype(np.float32)
        self._canvas = np.zeros((grid.side, grid.side, 3), np.uint8)
        self._input = np.empty((1, grid.side, grid.side, 3), np.float32)

    def faces(self, image: np.ndarray, *, threshold: float) -> list[Face]:
        """Find faces with a score of at least `threshold` in an RGB image."""
        scale, offset = self._fill_input(image)
        raw, logits = self._network.run(self._input)
        logits = logits.ravel()
        hits = np.flatnonzero(logits >= np.log(threshold / (1 - threshold)))
        if not len(hits):
            return []
        scores = 1 / (1 + np.exp(-logits[hits]))
        points = self._points(raw[0, hits], self._centres[hits])
        points = (points * self._side - offset) / scale
        return [_face(*merged) for merged in merge(points, scores)]

    def _fill_input(self, image: np.ndarray) -> tuple[float, np.ndarray]:
        """Shrink the image into the middle of the input, black around it."""
        height, width = image.shape[:2]
        scale = self._side / max(height, width)
        inner = (max(1, round(width * scale)), max(1, round(height * scale)))
        left, top = (self._side - inner[0]) // 2, (self._side - inner[1]) // 2
        self._canvas[:] = 0
        self._canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(
            image, inner, interpolation=cv2.INTER_LINEAR
        )
        np.multiply(self._canvas, np.float32(1 / 127.5), out=self._input[0])
        self._input -= 1
        return scale, np.array([left, top], np.float32)

    def _points(self, raw: np.ndarray, centres: np.ndarray) -> np.ndarray:
        """Decode (N, 16) numbers to (N, 6, 2) points, fractions of the input's side.

        The box's two corners come first, then eyes, nose and mouth; the ears are
        left out, for they are often covered.
        """
        values = raw.reshape(len(raw), 8, 2) / self._side
        middle, size = values[:, 0] + centres, values[:, 1]
        marks = values[:, 2:6] + centres[:, np.newaxis]
        corners = np.stack([middle - size / 2, middle + size / 2], axis=1)
        return np.concatenate([corners, marks], axis=1)


class BlazeFace:
    """Short range for every still; where it is unsure, full range decides."""

    def __init__(self, short: BlazeFaceNetwork, full: BlazeFaceNetwork) -> None:
        self._short = short
        self._full = full

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load both networks from a folder of model files.

        Raises:
            ModelFileMissing: If one is absent or not the file we know.
        """
        short = BlazeFaceNetwork(
            files.find(files.SHORT_RANGE, folder), SHORT_RANGE_GRID
        )
        full = BlazeFaceNetwork(files.find(files.FULL_RANGE, folder), FULL_RANGE_GRID)
        return cls(short, full)

    def detect(self, image: np.ndarray) -> list[Face]:
        seen = largest_first(self._short.faces(image, threshold=SEEN))
        if not seen or seen[0].score >= SURE:
            return seen
        return largest_first(self._full.faces(image, threshold=CONFIRMED))


def merge(points: np.ndarray, scores: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Join the anchors that show the same face to their weighted mean.

    Args:
        points: Shape (N, P, 2); the first two are a box's top left and bottom right.
        scores: Shape (N,), the weights.

    Returns:
        For each face its points (P, 2) and its highest score, best face first.
    """
    waiting = np.argsort(-scores, kind="stable")
    faces = []
    while len(waiting):
        same = overlap(points[waiting[0], :2], points[waiting, :2]) > SAME_FACE
        same[0] = True  # a box without area does not even overlap itself
        group = waiting[same]
        mean = np.average(points[group], axis=0, weights=scores[group])
        faces.append((mean, float(scores[waiting[0]])))
        waiting = waiting[~same]
    return faces


def overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of one box (2, 2) with many (N, 2, 2)."""
    sides = np.minimum(box[1], boxes[:, 1]) - np.maximum(box[0], boxes[:, 0])
    common = np.clip(sides, 0, None).prod(axis=1)
    areas = np.clip(boxes[:, 1] - boxes[:, 0], 0, None).prod(axis=1)
    union = np.clip(box[1] - box[0], 0, None).prod() + areas - common
    return np.where(union > 0, common / np.maximum(union, 1e-9), 0.0)


def _face(points: np.ndarray, score: float) -> Face:
    (left, top), (right, bottom) = points[:2].tolist()
    marks = points[2:]
    return Face(
        box=(left, top, right, bottom),
        score=score,
        points=marks,
        framing=FRAMING,
        landmarks=tuple((x, y) for x, y in marks.tolist()),
    )
