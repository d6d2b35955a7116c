"""Other systems that read faces, to be measured beside ours.

Each reads a frame as its own documentation says, on one thread, from the same JPEG.
"""

from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np

from inference.decoding import FrameRejected, decode
from inference.detection.haar import Haar
from inference.labels import EMOTIONS

SIDE = 224  # pixels of the original's input


class Peer(Protocol):
    """A system that reads frames. It reads every face that it finds, as it does for its users."""

    trained: bool  # whether what it says means anything

    def read(self, jpeg: bytes) -> np.ndarray | None:
        """The largest face's scores (E,), in the order of EMOTIONS; None without a face."""


class Original:
    """The system that this one replaces: Haar, then Keras' `predict` for each face.

    Its weights are random: they change what it says, not how long it takes.
    """

    trained = False

    def __init__(self) -> None:
        import keras  # here, since it takes seconds and hundreds of megabytes

        _one_thread()
        self._detector = Haar()
        self._network = keras.applications.MobileNetV2(
            input_shape=(SIDE, SIDE, 3), weights=None, classes=len(EMOTIONS)
        )

    def read(self, jpeg: bytes) -> np.ndarray | None:
        image = _decoded(jpeg)
        if image is None:
            return None
        boxes = [map(int, face.box) for face in self._detector.detect(image)]
        scores = [
            self._scores(image[top:bottom, left:right])
            for left, top, right, bottom in boxes
        ]
        return scores[0] if scores else None

    def _scores(self, face: np.ndarray) -> np.ndarray:
        values = cv2.resize(face, (SIDE, SIDE)).astype(np.float32) / 255
        [scores] = self._network.predict(values[np.newaxis], verbose=0)
        return np.asarray(scores)


class Fer:
    """`fer` from PyPI with its defaults: Haar, then its own network for each face."""

    trained = True

    def __init__(self) -> None:
        from fer.fer import FER  # noqa: PLC0415 -- in no group of ours; slow

        _one_thread()
        self._system = FER()

    def read(self, jpeg: bytes) -> np.ndarray | None:
        image = _decoded(jpeg)
        if image is None:
            return None
        faces = self._system.detect_emotions(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        if not faces:
            return None
        largest = max(faces, key=lambda face: face["box"][2] * face["box"][3])
        return np.array([largest["emotions"][name] for name in EMOTIONS])


PEERS: dict[str, Callable[[], Peer]] = {"original": Original, "fer": Fer}


def _decoded(jpeg: bytes) -> np.ndarray | None:
    try:
        return decode(jpeg)
    except FrameRejected:
        return None


def _one_thread() -> None:
    """TensorFlow takes its threads once, before it computes anything."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
