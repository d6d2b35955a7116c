"""Stills for tests: a real face, an empty room, and their JPEGs."""

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
