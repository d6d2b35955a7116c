"""Keras' callbacks as the original system had them, and their memory."""

import csv
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from training import checkpoints
from training.checkpoints import Memory
from training.recipe import VinnetRecipe

# What each of Keras' callbacks knows of the epochs before.
REMEMBERED = {
    keras.callbacks.ModelCheckpoint: ("best",),
    keras.callbacks.EarlyStopping: ("best", "best_epoch", "wait", "stopped_epoch"),
    keras.callbacks.ReduceLROnPlateau: ("best", "wait", "cooldown_counter"),
}


def callbacks_of(run: Path, *, epochs_done: int) -> list[keras.callbacks.Callback]:
    """Make the callbacks of a run that starts or continues.

    Args:
        run: Folder of the run.
        epochs_done: How many epochs the last checkpoint has seen.
    """
    log = run / "log.csv"
    _forget_later_epochs(log, epochs_done)
    stop = keras.callbacks.EarlyStopping(
        patience=10, min_delta=1e-5, restore_best_weights=True
    )
    callbacks = [
        # For a look in between; what continues and what is exported
        # comes from the checkpoints, which are written whole or not at all.
        keras.callbacks.ModelCheckpoint(
            run / "best.weights.h5", save_best_only=True, save_weights_only=True
        ),
        stop,
        keras.callbacks.ReduceLROnPlateau(patience=4, factor=0.1, min_lr=1e-7),
        keras.callbacks.CSVLogger(log, append=True),
        *_tensorboard(run),
    ]
    # The last: the others forget everything when a training begins.
    resume = ResumeCallback(
        run / "checkpoints", callbacks, stop, epochs_done=epochs_done
    )
    return [*callbacks, resume]


class ResumeCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes after each epoch what a stopped run needs, and gives it back."""

    def __init__(
        self,
        folder: Path,
        others: Sequence[keras.callbacks.Callback],
        stop: keras.callbacks.EarlyStopping,
        *,
        epochs_done: int,
    ) -> None:
        super().__init__()
        self._folder, self._others, self._stop = folder, others, stop
        self._epochs_done = epochs_done

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        if self._epochs_done == 0:
            return
        memory = checkpoints.remembered(self._folder, epochs_done=self._epochs_done)
        self._stop.best_weights = memory.best
        for callback in self._others:
            for name, value in memory.notes.get(type(callback).__name__, {}).items():
                setattr(callback, name, value)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        notes: dict[str, Any] = {
            type(callback).__name__: {
                name: getattr(callback, name) for name in REMEMBERED[type(callback)]
            }
            for callback in self._others
            if type(callback) in REMEMBERED
        }
        notes["stopped"] = self.model.stop_training
        checkpoints.save(
            self.model,
            self._folder,
            epochs_done=epoch + 1,
            memory=Memory(notes, self._stop.best_weights),
        )


def finished(run: Path, recipe: VinnetRecipe, *, epochs_done: int) -> bool:
    """Whether a run came to its last epoch or was stopped for getting no better."""
    if epochs_done in (0, recipe.epochs):
        return epochs_done > 0
    memory = checkpoints.remembered(run / "checkpoints", epochs_done=epochs_done)
    return bool(memory.notes["stopped"])


def _tensorboard(run: Path) -> list[keras.callbacks.Callback]:
    if importlib.util.find_spec("tensorflow") is None:
        print("No TensorBoard log: its writer comes with TensorFlow.")
        return []
    return [keras.callbacks.TensorBoard(run / "tensorboard")]


def _forget_later_epochs(log: Path, epochs_done: int) -> None:
    """Drop the rows of epochs that were logged, but not kept before a stop."""
    if not log.exists():
        return
    with log.open(newline="") as file:
        rows = list(csv.reader(file))
    kept = rows[:1] + [row for row in rows[1:] if int(row[0]) < epochs_done]
    with log.open("w", newline="") as file:
        csv.writer(file).writerows(kept)
