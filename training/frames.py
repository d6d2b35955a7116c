"""Labelled faces as a webcam would send them, to measure the whole serving path."""

from collections.abc import Iterator

import cv2
import numpy as np

WIDTH, HEIGHT = 320, 240  # pixels of a student's still
FACE_SIDES = (60, 160)  # pixels, smallest and largest pasted face
JPEG_QUALITY = 60


def camera_frames(images: np.ndarray, *, seed: int = 0) -> Iterator[bytes]:
    """Paste each face into a still of its own, at a random size and place.

    Args:
        images: Shape (N, H, H), uint8, grey.
        seed: Decides sizes, places and backgrounds.

    Yields:
        N JPEGs of 320x240 pixels.
    """
    random = np.random.default_rng(seed)
    for image in images:
        still = _background(random)
        side = int(random.integers(FACE_SIDES[0], FACE_SIDES[1] + 1))
        top = int(random.integers(0, HEIGHT - side + 1))
        left = int(random.integers(0, WIDTH - side + 1))
        face = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
        still[top : top + side, left : left + side] = face
        colour = cv2.cvtColor(still, cv2.COLOR_GRAY2BGR)
        options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        yield cv2.imencode(".jpg", colour, options)[1].tobytes()


def _background(random: np.random.Generator) -> np.ndarray:
    """A room out of focus: soft patches of light and shade."""
    patches = random.uniform(30, 220, (6, 8)).astype(np.float32)
    soft = cv2.resize(patches, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    soft = soft + random.normal(0, 3, soft.shape)
    room: np.ndarray = np.clip(soft, 0, 255).astype(np.uint8)
    return room
