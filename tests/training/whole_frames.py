"""Frames that are all face, so that small pictures can be sent through the engine."""

import functools

import numpy as np

from inference.contracts import Face
from inference.engine import DETECTORS
from training import evaluate, frames

SIDE = 240  # pixels


class WholeFrame:
    """Finds one face, which fills the frame."""

    def detect(self, image):
        corners = np.array([(0.0, 0.0), (SIDE, SIDE)])
        return [Face((0, 0, SIDE, SIDE), 1.0, corners, corners / SIDE)]


def make_quick(patch):
    """Frames whose faces are found where they are, and few simulated classes."""
    patch.setitem(DETECTORS, "blazeface", lambda folder: WholeFrame())
    patch.setattr(frames, "WIDTH", SIDE)
    patch.setattr(frames, "FACE_SIDES", (SIDE, SIDE))
    for name in ("simulate", "simulate_lesson"):
        few = functools.partial(getattr(evaluate, name), classes=5)
        patch.setattr(evaluate, name, few)
