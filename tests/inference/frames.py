"""Frames for tests: a real face, an empty room, and their JPEGs."""

import cv2
import numpy as np
from skimage import data


def astronaut_frame():
    """A face that may be shown, in a frame of the camera's size: RGB, 320x240."""
    top = data.astronaut()[:384]  # 512 wide, so 4:3
    return cv2.resize(top, (320, 240), interpolation=cv2.INTER_AREA)


def empty_frame():
    """A wall in uneven light."""
    return np.tile(
        np.linspace(60, 180, 320, dtype=np.uint8)[:, np.newaxis], (240, 1, 3)
    )


def to_jpeg(image, *options):
    ordered = image[..., ::-1] if image.ndim == 3 else image
    return cv2.imencode(".jpg", ordered, options)[1].tobytes()


ASTRONAUT = astronaut_frame()
ASTRONAUT_JPEG = to_jpeg(ASTRONAUT)
EMPTY_JPEG = to_jpeg(empty_frame())


def astronaut_variants(count, seed=0):
    """The same face in other lights, turned, and nearer or farther away."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        turn, size = random.uniform(-15, 15), random.uniform(1.0, 2.2)
        matrix = cv2.getRotationMatrix2D((141, 80), turn, size)
        matrix[:, 2] += (19, 40)  # the face to the middle
        frame = cv2.warpAffine(ASTRONAUT, matrix, (320, 240))
        gain, offset = random.uniform(0.5, 1.2), random.uniform(-20, 20)
        yield np.clip(frame * gain + offset, 0, 255).astype(np.uint8)
