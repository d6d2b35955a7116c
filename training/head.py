"""The last layer of a network, learnt again on the features below it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference.classification import to_model_input
from inference.labels import EMOTIONS
from training.data import DataRefused

if TYPE_CHECKING:
    import keras

MAX_STEPS = 300  # of the optimiser; it ends sooner


@dataclass(frozen=True, slots=True)
class Head:
    """A linear layer from D features to the logarithms of seven scores."""

    kernel: np.ndarray  # (D, 7)
    bias: np.ndarray  # (7,)

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Probabilities (N, 7) from features (N, D)."""
        logits = features @ self.kernel + self.bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True, slots=True)
class Examples:
    """Features with what their faces show."""

    features: np.ndarray  # (N, D)
    truth: np.ndarray  # (N, 7), rows sum to 1
    weight: float  # of each face in the loss


def features_of(
    network: "keras.Model", images: np.ndarray, *, at_once: int = 256
) -> np.ndarray:
    """What a serving network's last layer reads, shape (N, D), of images (N, S, S).

    Raises:
        DataRefused: If its last layer is not one of seven scores.
    """
    import keras  # noqa: PLC0415 -- slow, and the rest is NumPy's

    last = network.layers[-1]
    if not isinstance(last, keras.layers.Dense) or last.units != len(EMOTIONS):
        raise DataRefused(
            f"The network {network.name} does not end in a dense layer of "
            f"{len(EMOTIONS)} scores but in {last.name}; give an artefact of `export`."
        )
    below = keras.Model(network.input, last.input)
    _, side, _, channels = network.input_shape
    parts = []
    for part in np.array_split(images, max(1, -(-len(images) // at_once))):
        faces = to_model_input(part, side=side, channels=channels)
        parts.append(keras.ops.convert_to_numpy(below(faces, training=False)))
    return np.concatenate(parts)


def fit_head(examples: list[Examples], *, strength: float, balance: float) -> Head:
    """Learn a last layer by logistic regression with soft labels.

    Args:
        examples: From one or more sources.
        strength: Inverse of the penalty on large weights (scikit-learn's C).
        balance: 0 counts every face alike, 1 every label.

    Raises:
        DataRefused: If a label has no face.
    """
    from sklearn.linear_model import (  # noqa: PLC0415 -- slow, and few commands need it
        LogisticRegression,
    )

    features = np.concatenate([each.features for each in examples])
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    weights = np.concatenate([each.truth * each.weight for each in examples])
    by_label = weights.sum(axis=0)
    if not by_label.all():
        missing = [EMOTIONS[label] for label in np.flatnonzero(by_label == 0)]
        raise DataRefused(f"No face to learn from shows {', '.join(missing)}.")
    weights = weights * favour_rare(by_label, balance)
    rows, labels = np.nonzero(weights > 1e-6)
    model = LogisticRegression(C=strength, max_iter=MAX_STEPS, tol=1e-3)
    scaled = ((features - mean) / spread).astype(np.float32)
    model.fit(scaled[rows], labels, sample_weight=weights[rows, labels])
    kernel = (model.coef_ / spread).T
    return Head(kernel, model.intercept_ - mean @ kernel)


def favour_rare(by_label: np.ndarray, balance: float) -> np.ndarray:
    """How much more a face of each label counts, the rarer the label.

    Args:
        by_label: Shape (L,), how many faces show each, not negative.
        balance: 0 counts every face alike, 1 every label.
    """
    mean = by_label.mean()
    favour: np.ndarray = (mean / np.maximum(by_label, mean * 1e-3)) ** balance
    return favour


def with_head(network: "keras.Model", head: Head) -> "keras.Model":
    """Give a serving network another last layer, in place."""
    network.layers[-1].set_weights([head.kernel, head.bias])
    return network
