"""Find faces; every detector answers with `Face` values, the largest first."""

from typing import Protocol

import numpy as np

from inference.contracts import Face


class FaceDetector(Protocol):
    def detect(self, image: np.ndarray) -> list[Face]:
        """Find faces in a uint8 RGB image (H, W, 3); the largest comes first."""


def largest_first(faces: list[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: face.area, reverse=True)
