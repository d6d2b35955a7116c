"""Labelled faces as a webcam would send them, to measure the whole serving path."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from inference.engine import Engine
from inference.labels import EMOTIONS

WIDTH, HEIGHT = 320, 240  # pixels of a student's frame
FACE_SIDES = (60, 160)  # pixels, smallest and largest pasted face
JPEG_QUALITY = 60


def unchanged(face: np.ndarray) -> np.ndarray:
    return face


@dataclass(frozen=True, slots=True)
class Shot:
    """How a frame with a face is taken."""

    sides: tuple[int, int] | None = None  # smallest and largest; None: FACE_SIDES
    quality: int = JPEG_QUALITY
    change: Callable[[np.ndarray], np.ndarray] = unchanged  # of the face, at its size


def camera_frames(
    images: np.ndarray, *, seed: int = 0, shot: Shot = Shot()
) -> Iterator[bytes]:
    """Paste each face into a frame of its own, at a random size and place.

    Args:
        images: Shape (N, H, H), uint8, grey.
        seed: Decides sizes, places and backgrounds.
        shot: How the frames are taken.

    Yields:
        N JPEGs of 320x240 pixels.
    """
    random = np.random.default_rng(seed)
    smallest, largest = shot.sides or FACE_SIDES
    for image in images:
        frame = _background(random)
        side = int(random.integers(smallest, largest + 1))
        top = int(random.integers(0, HEIGHT - side + 1))
        left = int(random.integers(0, WIDTH - side + 1))
        face = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
        frame[top : top + side, left : left + side] = shot.change(face)
        colour = cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)
        options = [cv2.IMWRITE_JPEG_QUALITY, shot.quality]
        yield cv2.imencode(".jpg", colour, options)[1].tobytes()


def _background(random: np.random.Generator) -> np.ndarray:
    """A room out of focus: soft patches of light and shade."""
    patches = random.uniform(30, 220, (6, 8)).astype(np.float32)
    soft = cv2.resize(patches, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    soft = soft + random.normal(0, 3, soft.shape)
    room: np.ndarray = np.clip(soft, 0, 255).astype(np.uint8)
    return room


def read_as_frames(
    engine: Engine, images: np.ndarray, shot: Shot = Shot()
) -> tuple[np.ndarray, np.ndarray]:
    """Send faces through the whole serving path.

    Args:
        engine: What reads the frames.
        images: Shape (N, H, H), uint8, grey.
        shot: How the frames are taken.

    Returns:
        Scores (M, 7) of the faces that were found, and a mask (N,) of them.
    """
    found = [engine.read([jpeg])[0].scores for jpeg in camera_frames(images, shot=shot)]
    seen = np.array([scores is not None for scores in found], dtype=bool)
    rows = [scores for scores in found if scores is not None]
    return np.array(rows).reshape(-1, len(EMOTIONS)), seen
