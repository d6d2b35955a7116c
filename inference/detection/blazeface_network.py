"""BlazeFace's short-range network (Bazarevsky et al. 2019): what it sees in an image."""

import math
from typing import NamedTuple

import cv2
import numpy as np

from inference.litert import LiteRTNetwork

SAME_FACE = 0.3  # boxes that overlap more than this show one face
LAYERS = ((8, 2), (16, 6))  # (pixels of a cell's side, anchors in every cell)
MOST = 100  # anchors that are worth the time, so that no picture can cost much

Box = tuple[float, float, float, float]  # left, top, right, bottom, pixels


class Seen(NamedTuple):
    """A face as the network tells it: its box, eyes, nose and mouth; a score."""

    box: Box
    marks: np.ndarray  # (4, 2), pixels
    score: float

    @property
    def size(self) -> float:
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)

    def moved(self, x: int, y: int) -> "Seen":
        left, top, right, bottom = self.box
        box = (left + x, top + y, right + x, bottom + y)
        return Seen(box, self.marks + np.array((x, y)), self.score)


class BlazeFaceNetwork:
    """The network with an input of some size: an image in, everything like a face out."""

    def __init__(self, content: bytes, rows: int, columns: int) -> None:
        """Load the network.

        Args:
            content: Of its file.
            rows: Of the input, a multiple of 16. The file takes other sizes as well, but
                an odd side cannot be halved: large faces are then told 3 pixels off.
            columns: Likewise.
        """
        self._network = LiteRTNetwork(content, shape=(1, rows, columns, 3))
        self._anchors = anchors(rows, columns)
        self._size = (columns, rows)
        self._input = np.empty((1, rows, columns, 3), np.float32)

    def find(self, image: np.ndarray, *, threshold: float) -> list[Seen]:
        """Find what scores at least `threshold` in an RGB image, best first.

        The image is stretched to the network's input.
        """
        raw, logits = self._network.run(self._filled(image))
        logits = logits.ravel()
        hits = np.flatnonzero(logits >= math.log(threshold / (1 - threshold)))
        if not len(hits):
            return []
        hits = hits[np.argsort(-logits[hits], kind="stable")[:MOST]]
        points = _points(raw[0, hits], self._anchors[hits])
        points[..., 0] *= image.shape[1] / self._size[0]
        points[..., 1] *= image.shape[0] / self._size[1]
        return merge(points, 1 / (1 + np.exp(-logits[hits])))

    def _filled(self, image: np.ndarray) -> np.ndarray:
        small = cv2.resize(image, self._size, interpolation=cv2.INTER_LINEAR)
        np.multiply(small, np.float32(1 / 127.5), out=self._input[0])
        self._input -= 1
        return self._input


def anchors(rows: int, columns: int) -> np.ndarray:
    """The centres of all anchors of an input: float32 (N, 2), x then y, pixels."""
    layers = [_layer(rows, columns, cell, per_cell) for cell, per_cell in LAYERS]
    return np.concatenate(layers).astype(np.float32)


def _layer(rows: int, columns: int, cell: int, per_cell: int) -> np.ndarray:
    x, y = ((np.arange(side // cell) + 0.5) * cell for side in (columns, rows))
    y, x = np.meshgrid(y, x, indexing="ij")
    return np.repeat(np.stack([x, y], axis=-1).reshape(-1, 2), per_cell, axis=0)


def _points(raw: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Turn (N, 16) numbers, a box's middle and size first, into points (N, 6, 2), pixels.

    The ears, the last two of the network's landmarks, are left out: hair covers them.
    """
    values = raw.reshape(-1, 8, 2)
    points = values[:, :6] + centres[:, np.newaxis]
    half = values[:, 1] / 2
    points[:, 1] = points[:, 0] + half
    points[:, 0] -= half
    return np.asarray(points)


def merge(points: np.ndarray, scores: np.ndarray) -> list[Seen]:
    """Join the anchors that show the same face to their weighted mean.

    Args:
        points: Shape (N, 6, 2); the first two are a box's top left and bottom right.
        scores: Shape (N,), the weights, the highest first.

    Returns:
        One for each face, with its highest score; best face first.
    """
    # As plain numbers: for a handful of anchors NumPy's calls cost several times as much.
    edges = points[:, :2].reshape(-1, 4).tolist()
    boxes: list[Box] = [
        (left, top, right, bottom) for left, top, right, bottom in edges
    ]
    waiting = list(range(len(boxes)))
    faces = []
    while waiting:
        best, *others = waiting
        near = {i for i in others if overlap(boxes[best], boxes[i]) > SAME_FACE}
        faces.append(_joined(points, scores, [best, *sorted(near)]))
        waiting = [i for i in others if i not in near]
    return faces


def _joined(points: np.ndarray, scores: np.ndarray, group: list[int]) -> Seen:
    weights = scores[group]
    mean = weights @ points[group].reshape(len(group), -1) / weights.sum()
    left, top, right, bottom = mean[:4].tolist()
    return Seen((left, top, right, bottom), mean[4:].reshape(-1, 2), float(weights[0]))


def overlap(first: Box, second: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (_area(first) + _area(second) - width * height)


def _area(box: Box) -> float:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)
