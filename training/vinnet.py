"""Vinnet, the original system's network: MobileNetV2 and three dense layers."""

from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
from keras import layers

from inference.classification import to_model_input
from inference.labels import EMOTIONS
from training import checkpoints
from training.augment import augment
from training.batches import shuffled
from training.callbacks import callbacks_of, finished
from training.data import (
    TRAINING,
    DataRefused,
    Faces,
    Split,
    split_training,
)
from training.models import FusedBatchNormalization
from training.recipe import VinnetRecipe

CHANNELS = 3  # MobileNetV2 learnt from coloured pictures
DENSE = (512, 128, 64)


def build_vinnet(recipe: VinnetRecipe, *, fused: bool = False) -> keras.Model:
    """Build Vinnet, untrained.

    Args:
        recipe: Gives the input's side and MobileNetV2's width.
        fused: Train the norms faster on TensorFlow; the weights are the same.

    Returns:
        A model from float32 (N, side, side, 3) in [0, 1], as made by
        `inference.classification.to_model_input`, to probabilities (N, 7).
    """
    backbone = mobilenet(recipe, weights=None)
    if fused:
        backbone = keras.models.clone_model(backbone, clone_function=_with_fused_norms)
    x = layers.GlobalAveragePooling2D(name="pool")(backbone.output)
    for units in DENSE:
        x = layers.Dense(units, activation="relu", name=f"dense_{units}")(x)
    x = layers.Dense(len(EMOTIONS), name="logits", dtype="float32")(x)
    scores = layers.Softmax(name="scores", dtype="float32")(x)
    return keras.Model(backbone.input, scores, name="vinnet")


def compiled_model(recipe: VinnetRecipe) -> keras.Model:
    """Build the recipe's network with its optimizer and loss."""
    keras.config.set_dtype_policy(recipe.precision)
    model = build_vinnet(recipe, fused=True)
    model.compile(
        keras.optimizers.Adam(recipe.rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def split_of(faces: Faces, recipe: VinnetRecipe) -> Split:
    """Rows to learn from, and those that decide about rate, epoch and end."""
    if recipe.original_rules:
        learnt = faces.usage == TRAINING
        return Split(np.flatnonzero(learnt), np.flatnonzero(~learnt))
    return split_training(faces, share=recipe.held_out, seed=recipe.seed)


def train(faces: Faces, recipe: VinnetRecipe, run: Path, weights: Path | None) -> None:
    """Train until it gets no better; a second call continues a stopped run.

    Args:
        faces: A whole data set.
        recipe: What to do.
        run: Folder for recipe, checkpoints and logs.
        weights: MobileNetV2's ImageNet weights without its top, or None to let
            Keras download them.

    Raises:
        DataRefused: If there are no such weights.
    """
    run.mkdir(parents=True, exist_ok=True)
    recipe.keep_in(run)
    split = split_of(faces, recipe)
    learnt, held_out = faces.rows(split.train), faces.rows(split.held_out)
    keras.utils.set_random_seed(recipe.seed)
    model = compiled_model(recipe)
    done = checkpoints.restore(model, run / "checkpoints")
    print(f"{len(learnt)} faces to learn, {len(held_out)} held out, from epoch {done}")
    if done == 0:
        start_from_imagenet(model, recipe, weights)
    elif finished(run, recipe, epochs_done=done):
        return
    model.fit(
        _batches(learnt, recipe, first_epoch=done),
        steps_per_epoch=len(learnt) // recipe.batch,
        initial_epoch=done,
        epochs=recipe.epochs,
        validation_data=_HeldOut(held_out, recipe),
        callbacks=callbacks_of(run, epochs_done=done),
        shuffle=False,  # `shuffled` has done it
        verbose=2,
    )


def start_from_imagenet(
    model: keras.Model, recipe: VinnetRecipe, weights: Path | None
) -> None:
    """Give a new network the layers that have seen ImageNet.

    Raises:
        DataRefused: If the weights cannot be downloaded, read, or do not fit.
    """
    try:
        backbone = mobilenet(recipe, weights=weights or "imagenet")
    except Exception as error:  # Keras' download raises just this
        source = weights or "Keras' download of MobileNetV2's ImageNet weights"
        raise DataRefused(
            f"{source} failed ({error}); give --weights a file of MobileNetV2's "
            f"weights, alpha {recipe.alpha}, without its top."
        ) from error
    for layer in [each for each in backbone.layers if each.weights]:
        model.get_layer(layer.name).set_weights(layer.get_weights())


def serving_network(recipe: VinnetRecipe, run: Path) -> keras.Model:
    """Load a finished run's best weights as a float32 network of Keras' own layers.

    Raises:
        DataRefused: If the run has not come to its end.
    """
    done = checkpoints.restore(compiled_model(recipe), run / "checkpoints")
    if not finished(run, recipe, epochs_done=done):
        raise DataRefused(
            f"{run} was stopped after {done} epochs; call train again to finish it."
        )
    keras.config.set_dtype_policy("float32")
    network = build_vinnet(recipe)
    memory = checkpoints.remembered(run / "checkpoints", epochs_done=done)
    network.set_weights(memory.best)
    return network


def mobilenet(recipe: VinnetRecipe, *, weights: str | Path | None) -> keras.Model:
    """Vinnet's lower part: random, "imagenet" by download, or from a file."""
    return keras.applications.MobileNetV2(
        input_shape=(recipe.side, recipe.side, CHANNELS),
        alpha=recipe.alpha,
        include_top=False,
        weights=weights,
    )


def _with_fused_norms(layer: layers.Layer) -> layers.Layer:
    kind = type(layer)
    if kind is layers.BatchNormalization:
        kind = FusedBatchNormalization
    return kind.from_config(layer.get_config())


def _batches(
    faces: Faces, recipe: VinnetRecipe, *, first_epoch: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    def make(
        rows: np.ndarray, random: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        images = augment(
            faces.images[rows], random, recipe.augmentation, side=recipe.side
        )
        return to_model_input(images, channels=CHANNELS), _one_hot(faces.labels[rows])

    for epoch in range(first_epoch, recipe.epochs):
        yield from shuffled(
            len(faces), recipe.batch, seed=recipe.seed, epoch=epoch, make=make
        )


class _HeldOut(keras.utils.PyDataset):  # type: ignore[misc]
    """Faces as they are, batch by batch: all at once would fill a gigabyte."""

    def __init__(self, faces: Faces, recipe: VinnetRecipe) -> None:
        super().__init__()
        self._faces, self._recipe = faces, recipe

    def __len__(self) -> int:
        return -(-len(self._faces) // self._recipe.batch)

    def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        size, side = self._recipe.batch, self._recipe.side
        part = slice(number * size, (number + 1) * size)
        images = to_model_input(self._faces.images[part], side=side, channels=CHANNELS)
        return images, _one_hot(self._faces.labels[part])


def _one_hot(labels: np.ndarray) -> np.ndarray:
    rows: np.ndarray = np.eye(len(EMOTIONS), dtype=np.float32)[labels]
    return rows
