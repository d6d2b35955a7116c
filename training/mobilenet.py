"""MobileNetV2, the lower part of two of the networks, and its ImageNet weights."""

from pathlib import Path
from typing import Any

import keras
from keras import layers

from training.data import DataRefused
from training.norms import FusedBatchNormalization

COLOURS = 3  # ImageNet's pictures are coloured


def mobilenet(
    *,
    side: int | None,
    channels: int = COLOURS,
    alpha: float = 1.0,
    weights: str | Path | None = None,
) -> keras.Model:
    """Build MobileNetV2 without its top (Sandler et al. 2018).

    Args:
        side: Pixels of the input's side, or None for any multiple of 32.
        channels: 3, or 1 for grey faces.
        alpha: Width.
        weights: None for random ones, "imagenet" to download, or a file.
    """
    return keras.applications.MobileNetV2(
        input_shape=(side, side, channels),
        alpha=alpha,
        include_top=False,
        weights=weights,
    )


def with_fused_norms(network: keras.Model, **changes: Any) -> keras.Model:
    """Copy a network such that its norms train faster on TensorFlow.

    Args:
        network: Of Keras' own layers.
        changes: Arguments of the norms to change, such as `momentum`.
    """

    def copy(layer: layers.Layer) -> layers.Layer:
        if type(layer) is layers.BatchNormalization:
            return FusedBatchNormalization.from_config(layer.get_config() | changes)
        return type(layer).from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=copy)


def start_from_imagenet(
    network: keras.Model, *, alpha: float, weights: Path | None
) -> None:
    """Give a network that stands on MobileNetV2 the layers that have seen ImageNet.

    A network of one grey channel in [0, 1] gets the first layer that makes of it what
    MobileNetV2's makes of three equal channels in [-1, 1], as it was trained. One of
    three channels gets it as it is, like the original system's.

    Args:
        network: Its layers bear MobileNetV2's names.
        alpha: Width of its MobileNetV2.
        weights: A file without the top, or None to let Keras download it.

    Raises:
        DataRefused: If the weights cannot be downloaded, read, or do not fit.
    """
    try:
        # Shapes depend on the width alone; Keras has weights that learnt at this side.
        trained = mobilenet(side=96, alpha=alpha, weights=weights or "imagenet")
    except Exception as error:  # Keras' download raises just this
        source = weights or "Keras' download of MobileNetV2's ImageNet weights"
        raise DataRefused(
            f"{source} failed ({error}); give --weights a file of MobileNetV2's "
            f"weights, alpha {alpha}, without its top."
        ) from error
    values = {layer.name: layer.get_weights() for layer in trained.layers}
    if network.input_shape[-1] == 1:
        (kernel,) = values["Conv1"]
        grey = kernel.sum(axis=2, keepdims=True)
        values["Conv1"] = [2 * grey]
        gamma, beta, mean, variance = values["bn_Conv1"]
        values["bn_Conv1"] = [gamma, beta, mean + grey.sum(axis=(0, 1, 2)), variance]
    for name, weights_of_layer in values.items():
        if weights_of_layer:
            network.get_layer(name).set_weights(weights_of_layer)
