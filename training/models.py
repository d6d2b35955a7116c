"""The networks, as functions from a size to an untrained `keras.Model`."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from inference.artefact import load_artefact
from inference.labels import EMOTIONS
from training.data import FACE_SIZE, DataRefused

HEADS = ("fer", "ferplus")  # FER2013's single label; the shares of FER+'s ten votes
MIN_EXCITED = 32  # narrower, larger maps cost much time and gain little from excitation


def build_compact(
    *,
    widths: Sequence[int] = (32, 64, 128, 256),
    blocks: Sequence[int] = (1, 1, 1, 2),
    side: int | None = None,
) -> keras.Model:
    """Build the compact network: residual blocks with squeeze and excitation.

    Args:
        widths: Filters of each stage; every stage but the first halves the side.
        blocks: Residual blocks of each stage, as many numbers as `widths`.
        side: Pixels of the input's side, or None for any that the stages halve evenly
            (of four: a multiple of 8).

    Returns:
        A model from float32 (N, side, side, 1) in [0, 1], as made by
        `inference.classification.to_model_input`, to a dict with the
        probabilities (N, 7) of each head in HEADS.
    """
    face = keras.Input((side, side, 1), name="face")
    x = _convolution(face, widths[0], name="stem")
    x = layers.ReLU(name="stem_relu")(x)
    for stage, (filters, count) in enumerate(zip(widths, blocks, strict=True)):
        for block in range(count):
            stride = 2 if stage > 0 and block == 0 else 1
            x = _residual(x, filters, stride=stride, name=f"stage{stage}_{block}")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(0.2, seed=0, name="dropout")(x)
    heads = {name: _head(x, name) for name in HEADS}
    return keras.Model(face, heads, name="compact")


class FusedBatchNormalization(layers.BatchNormalization):  # type: ignore[misc]
    """Batch normalisation that trains in one pass on TensorFlow.

    Keras computes the moments in several float32 passes there, which took 40 %
    of a training step on a CPU; other backends fuse them in their compiler.
    """

    def call(
        self,
        inputs: keras.KerasTensor,
        training: bool | None = None,
        mask: keras.KerasTensor | None = None,
    ) -> keras.KerasTensor:
        on_tensorflow = keras.config.backend() == "tensorflow"
        if not (training and self.trainable and on_tensorflow and mask is None):
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf  # noqa: PLC0415 -- only this backend needs it

        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs,
            ops.cast(self.gamma, "float32"),
            ops.cast(self.beta, "float32"),
            epsilon=self.epsilon,
            is_training=True,
        )
        self.moving_mean.assign(_follow(self.moving_mean, mean, self.momentum))
        self.moving_variance.assign(
            _follow(self.moving_variance, variance, self.momentum)
        )
        return outputs


def _follow(
    average: keras.Variable, value: keras.KerasTensor, momentum: float
) -> keras.KerasTensor:
    return average * momentum + ops.cast(value, average.dtype) * (1 - momentum)


def _head(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    scores = layers.Dense(len(EMOTIONS), name=f"{name}_scores", dtype="float32")(x)
    return layers.Softmax(name=name, dtype="float32")(scores)


def _residual(
    x: keras.KerasTensor, filters: int, *, stride: int, name: str
) -> keras.KerasTensor:
    shortcut = x
    if stride > 1:
        shortcut = layers.AveragePooling2D(2, name=f"{name}_shrink")(shortcut)
    if shortcut.shape[-1] != filters:
        shortcut = _convolution(shortcut, filters, size=1, name=f"{name}_widen")
    x = _convolution(x, filters, stride=stride, name=f"{name}_first")
    x = layers.ReLU(name=f"{name}_first_relu")(x)
    x = _convolution(x, filters, name=f"{name}_second")
    if filters > MIN_EXCITED:
        x = _excite(x, name=f"{name}_excite")
    x = layers.Add(name=f"{name}_add")([x, shortcut])
    return layers.ReLU(name=f"{name}_relu")(x)


def _convolution(
    x: keras.KerasTensor, filters: int, *, name: str, size: int = 3, stride: int = 1
) -> keras.KerasTensor:
    """Convolve and normalise; the export folds the norm into the weights."""
    x = layers.Conv2D(
        filters,
        size,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(x)
    return FusedBatchNormalization(momentum=0.95, name=f"{name}_norm")(x)


def _excite(x: keras.KerasTensor, *, name: str, shrink: int = 8) -> keras.KerasTensor:
    filters = x.shape[-1]
    gate = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(x)
    gate = layers.Conv2D(
        max(8, filters // shrink), 1, activation="relu", name=f"{name}_narrow"
    )(gate)
    gate = layers.Conv2D(filters, 1, activation="sigmoid", name=f"{name}_gate")(gate)
    return layers.Multiply(name=f"{name}_scale")([x, gate])


def take_weights(model: keras.Model, artefact: Path) -> None:
    """Let a network of `build_compact` begin with what another one has learnt.

    Both heads begin as the other's one.

    Raises:
        ArtefactRefused: If the artefact may not be served.
        DataRefused: If its network has another shape.
    """
    files = load_artefact(artefact).files
    if "keras" not in files:
        raise DataRefused(f"{artefact} has no Keras network to take weights from.")
    learnt = keras.saving.load_model(files["keras"], compile=False)
    theirs = {layer.name: layer.get_weights() for layer in learnt.layers}
    theirs |= {f"{name}_scores": theirs.get("scores", []) for name in HEADS}
    for layer in [each for each in model.layers if each.weights]:
        taken = theirs.get(layer.name, [])
        if [each.shape for each in taken] != [each.shape for each in layer.weights]:
            raise DataRefused(
                f"{artefact} has another layer {layer.name} than this network; "
                "take the weights of one of the same shape, or begin with random ones."
            )
        layer.set_weights(taken)


def build_serving(
    weights: Sequence[np.ndarray],
    *,
    widths: Sequence[int],
    blocks: Sequence[int],
    votes_share: float,
) -> keras.Model:
    """Turn a trained compact network into the one that serves.

    Both heads read the same features, so their geometric mean is a single layer
    with averaged weights: it costs nothing.

    Args:
        weights: Of a network of `build_compact` with these widths and blocks.
        widths: Filters of each stage.
        blocks: Residual blocks of each stage.
        votes_share: Weight of the FER+ head, 0 to 1; FER2013's has the rest.

    Returns:
        A model of Keras' own layers, from (N, 48, 48, 1) to probabilities (N, 7).
    """
    trained = build_compact(widths=widths, blocks=blocks, side=FACE_SIZE)
    trained.set_weights(weights)
    plain = keras.models.clone_model(trained, clone_function=_of_keras)
    for layer in trained.layers:
        if layer.weights:
            plain.get_layer(layer.name).set_weights(layer.get_weights())
    heads = [plain.get_layer(f"{name}_scores").get_weights() for name in HEADS]
    head = layers.Dense(len(EMOTIONS), activation="softmax", name="scores")
    scores = head(plain.get_layer("pool").output)
    head.set_weights(
        [
            (1 - votes_share) * fer + votes_share * ferplus
            for fer, ferplus in zip(*heads, strict=True)
        ]
    )
    return keras.Model(plain.input, scores, name="emotion")


def _of_keras(layer: layers.Layer) -> layers.Layer:
    """Copy a layer such that loading it needs no code of ours and LiteRT is fast.

    An average pool leaves LiteRT's fast path, which takes a tenth of the whole time
    in int8; the same as a convolution with fixed weights does not.
    """
    kind = type(layer)
    if kind is layers.AveragePooling2D:
        (side, _) = layer.pool_size
        return layers.DepthwiseConv2D(
            side,
            strides=side,
            use_bias=False,
            depthwise_initializer=keras.initializers.Constant(1 / side**2),
            name=layer.name,
        )
    if kind is FusedBatchNormalization:
        kind = layers.BatchNormalization
    return kind.from_config(layer.get_config())
