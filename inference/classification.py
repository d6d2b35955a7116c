"""From grey face crops to calibrated scores; training shares `to_model_input`."""

from collections.abc import Callable
from typing import Any, Protocol

import cv2
import numpy as np

from inference.artefact import Artefact, ArtefactRefused
from inference.litert import LiteRTNetwork

_TINY = 1e-12  # a score of zero has no logarithm


class EmotionClassifier(Protocol):
    size: int  # pixels of the side of the crops it reads

    def classify(self, crops: np.ndarray) -> np.ndarray:
        """Map uint8 crops (N, S, S) to calibrated scores (N, E); rows sum to 1."""


def to_model_input(
    crops: np.ndarray, *, side: int | None = None, channels: int = 1
) -> np.ndarray:
    """Scale grey crops for an emotion network.

    Args:
        crops: Shape (N, S, S), uint8, grey levels 0 to 255.
        side: Pixels of the network's input; None for that of the crops.
        channels: 1, or 3 for a network that learnt from coloured pictures first.

    Returns:
        Shape (N, side, side, channels), float32 in [0, 1]; all channels are equal.

    Raises:
        ValueError: If the crops have another type or are not square.
    """
    return _in_channels(_scaled(_fitted(crops, side)), channels)


def _fitted(crops: np.ndarray, side: int | None) -> np.ndarray:
    """Bring uint8 crops (N, S, S) to the side of a network's input."""
    if crops.dtype != np.uint8 or crops.ndim != 3 or crops.shape[1] != crops.shape[2]:
        raise ValueError(
            "Expected uint8 crops of shape (N, S, S), "
            f"received {crops.dtype} of shape {crops.shape}."
        )
    if side is None or side == crops.shape[1]:
        return crops
    resized = [cv2.resize(crop, (side, side)) for crop in crops]
    return np.array(resized, np.uint8).reshape(-1, side, side)


def _scaled(levels: np.ndarray) -> np.ndarray:
    return levels.astype(np.float32) / 255


def _in_channels(values: np.ndarray, channels: int) -> np.ndarray:
    values = values[..., np.newaxis]
    return np.repeat(values, channels, axis=3) if channels > 1 else values


def soften(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Calibrate scores: softmax(log p / T).

    Args:
        scores: Shape (N, E), not negative, each row with something in it.
        temperature: Above 1 makes the network less sure of itself, below 1 more.

    Returns:
        Shape (N, E), float64; rows sum to 1.
    """
    powers = np.maximum(scores.astype(np.float64), _TINY) ** (1 / temperature)
    shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return shares


class LiteRTClassifier:
    """The artefact's int8 or float network on one thread, one face after the other.

    One call for eight faces saved 4 % of their time, not worth a second shape.
    """

    def __init__(self, artefact: Artefact, form: str) -> None:
        self.size = artefact.size
        self._temperature = artefact.temperature
        self._network = LiteRTNetwork(artefact.files[form])
        _, self._side, _, self._channels = self._network.input["shape"].tolist()
        # What each of the 256 grey levels is in the network's input.
        levels = _scaled(np.arange(256, dtype=np.uint8))
        self._value = _to_integers(self._network.input)(levels)
        self._dequantise = _to_floats(self._network.outputs[0])

    def classify(self, crops: np.ndarray) -> np.ndarray:
        values = self._value.take(_fitted(crops, self._side))
        faces = _in_channels(values, self._channels)
        rows = [self._network.run(face[np.newaxis])[0] for face in faces]
        return soften(self._dequantise(np.concatenate(rows)), self._temperature)


class KerasClassifier:
    """The artefact's network as it was trained, for comparison; needs Keras."""

    def __init__(self, artefact: Artefact) -> None:
        import keras  # here, since it takes seconds and hundreds of megabytes

        self._to_numpy = keras.ops.convert_to_numpy
        self.size = artefact.size
        self._temperature = artefact.temperature
        self._network = keras.saving.load_model(artefact.files["keras"], compile=False)
        _, self._side, _, self._channels = self._network.input_shape

    def classify(self, crops: np.ndarray) -> np.ndarray:
        inputs = to_model_input(crops, side=self._side, channels=self._channels)
        scores = self._network(inputs, training=False)
        return soften(self._to_numpy(scores), self._temperature)


def load_classifier(artefact: Artefact, form: str) -> EmotionClassifier:
    """Load one form of a network: "int8", "float" or "keras".

    Raises:
        ArtefactRefused: If the artefact does not have that form.
    """
    if form not in artefact.files:
        raise ArtefactRefused(
            f"The artefact {artefact.name} has no {form!r} network; "
            f"set FER_CLASSIFIER to one of {', '.join(sorted(artefact.files))}."
        )
    return (
        KerasClassifier(artefact)
        if form == "keras"
        else LiteRTClassifier(artefact, form)
    )


Change = Callable[[np.ndarray], np.ndarray]


def _to_integers(tensor: dict[str, Any]) -> Change:
    """How floats become what a network's input holds."""
    kind, (scale, zero) = tensor["dtype"], tensor["quantization"]
    if kind == np.float32:
        return lambda values: values
    low, high = np.iinfo(kind).min, np.iinfo(kind).max
    return lambda values: np.clip(np.rint(values / scale) + zero, low, high).astype(
        kind
    )


def _to_floats(tensor: dict[str, Any]) -> Change:
    """How what a network's output holds becomes floats."""
    kind, (scale, zero) = tensor["dtype"], tensor["quantization"]
    if kind == np.float32:
        return lambda values: values
    # Nothing below one step was told apart, so zero stands for half a step.
    return lambda values: np.maximum(values.astype(np.float32) - zero, 0.5) * scale
