"""Cut a face out of a frame the way FER2013's faces are cut."""

from typing import NamedTuple

import cv2
import numpy as np

from inference.contracts import Face


def cut(image: np.ndarray, face: Face, *, size: int) -> np.ndarray:
    """Turn, scale and move a face to FER2013's framing, in grey.

    Args:
        image: Shape (H, W, 3), uint8, RGB.
        face: A face in that image.
        size: Pixels of the result's side.

    Returns:
        Shape (size, size), uint8. Parts beyond the image repeat its edge.
    """
    matrix = similarity(face.points, face.framing * size)
    matrix[:, 2] += matrix[:, :2].sum(axis=1) / 2 - 0.5  # pixel (0, 0) is at (0.5, 0.5)
    crop = cv2.warpAffine(image, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    return cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Fit the rotation, scale and shift that best bring points to their targets.

    Least squares over all points, without mirroring. Two eyes alone would fit, too,
    but turn every error of an eye into a wrong size of the face.

    Args:
        source: Shape (K, 2), K >= 2.
        target: Shape (K, 2).

    Returns:
        Shape (2, 3), so that target = matrix @ (x, y, 1). Points that all coincide
        are moved without turning or scaling.
    """
    # As plain numbers: for a handful of points NumPy's calls cost four times as much.
    z, w = _centred(source), _centred(target)
    spread = sum(abs(p) ** 2 for p in z.points)
    product = sum(p.conjugate() * q for p, q in zip(z.points, w.points, strict=True))
    turn = product / spread if spread > 0 else 1 + 0j
    shift = w.middle - turn * z.middle
    a, b = turn.real, turn.imag
    return np.array([(a, -b, shift.real), (b, a, shift.imag)])


class _Centred(NamedTuple):
    """Points of the complex plane by their place about their middle."""

    points: list[complex]
    middle: complex


def _centred(points: np.ndarray) -> _Centred:
    numbers = [complex(x, y) for x, y in points.tolist()]
    middle = sum(numbers) / len(numbers)
    return _Centred([number - middle for number in numbers], middle)
