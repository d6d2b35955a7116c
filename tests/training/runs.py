"""Runs of both networks that are small enough for a test, and how to stop them."""

from pathlib import Path

import numpy as np
import pytest

from tests.training.small import small_faces
from training import checkpoints
from training.recipe import Recipe, VinnetRecipe

FACES = small_faces(per_label=10, tests_per_label=2)
VOTES = np.eye(7)[FACES.labels].astype(np.float32) * 8
COMPACT = Recipe(
    epochs=3,
    batch=16,
    held_out=0.2,
    widths=(8, 16),
    blocks=(1, 1),
    sides=((0.4, 32), (1.0, 48)),
    precision="float32",
)
VINNET = VinnetRecipe(
    epochs=3, batch=16, held_out=0.2, side=32, alpha=0.35, precision="float32"
)


class Stopped(Exception):
    """Stands for a kill between two epochs."""


def stopped(monkeypatch, train, *, after):
    """Call `train` and stop it when the checkpoint of epoch `after` is written."""
    save = checkpoints.save

    def save_then_stop(model, folder, *, epochs_done, **more):
        save(model, folder, epochs_done=epochs_done, **more)
        if epochs_done == after:
            raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save", save_then_stop)
        with pytest.raises(Stopped):
            train()


def first_weights(folder: Path) -> Path:
    """MobileNetV2's weights as a file, always the same ones, that saw nothing."""
    import keras

    from training.vinnet import mobilenet

    keras.utils.set_random_seed(0)
    path = folder / "mobilenet.weights.h5"
    mobilenet(VINNET, weights=None).save_weights(path)
    return path


def values_of(model):
    """All that a checkpoint holds of a compiled model."""
    import keras

    variables = [*model.variables, *model.optimizer.variables]
    return [keras.ops.convert_to_numpy(each) for each in variables]
