"""The system that this one replaces, rebuilt to be timed beside it."""

import cv2
import numpy as np

from inference.decoding import FrameRejected, decode
from inference.detection.haar import Haar
from inference.labels import EMOTIONS

SIDE = 224  # pixels of the network's input


class HaarMobileNetBaseline:
    """Haar cascade, then Keras' `predict` of MobileNetV2 for each face.

    Its weights are random: they change what it says, not how long it takes.
    """

    def __init__(self) -> None:
        import keras  # here, since it takes seconds and hundreds of megabytes
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        self._detector = Haar()
        self._network = keras.applications.MobileNetV2(
            input_shape=(SIDE, SIDE, 3), weights=None, classes=len(EMOTIONS)
        )

    def read(self, jpeg: bytes) -> list[np.ndarray]:
        """Scores (1, 7) of each face found; none for what is no frame."""
        try:
            image = decode(jpeg)
        except FrameRejected:
            return []
        boxes = [map(int, face.box) for face in self._detector.detect(image)]
        return [
            self._scores(image[top:bottom, left:right])
            for left, top, right, bottom in boxes
        ]

    def _scores(self, face: np.ndarray) -> np.ndarray:
        values = cv2.resize(face, (SIDE, SIDE)).astype(np.float32) / 255
        scores: np.ndarray = self._network.predict(values[np.newaxis], verbose=0)
        return scores
