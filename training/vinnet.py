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
from training.mobilenet import (
    COLOURS,
    mobilenet,
    start_from_imagenet,
    with_fused_norms,
)
from training.recipe import VinnetRecipe

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
    backbone = mobilenet(side=recipe.side, alpha=recipe.alpha)
    if fused:
        backbone = with_fused_norms(backbone)
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
        start_from_imagenet(model, alpha=recipe.alpha, weights=weights)
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


def _batches(
    faces: Faces, recipe: VinnetRecipe, *, first_epoch: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    def make(
        rows: np.ndarray, random: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        images = augment(
            faces.images[rows], random, recipe.augmentation, side=recipe.side
        )
        return to_model_input(images, channels=COLOURS), _one_hot(faces.labels[rows])

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
        images = to_model_input(self._faces.images[part], side=side, channels=COLOURS)
        return images, _one_hot(self._faces.labels[part])


def _one_hot(labels: np.ndarray) -> np.ndarray:
    rows: np.ndarray = np.eye(len(EMOTIONS), dtype=np.float32)[labels]
    return rows
