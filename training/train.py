"""Train the compact or the small network, from the start or from where a run was stopped."""

import csv
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import keras
import numpy as np

from inference.classification import to_model_input
from training import checkpoints
from training.batches import epoch_batches
from training.data import Faces, split_training
from training.models import HEADS, build_compact, take_weights
from training.people import PeopleFaces
from training.recipe import Recipe
from training.training_set import (
    NO_TEACHERS,
    Teachers,
    TrainingSet,
    taught,
    training_set_of,
)
from training.votes import majority


@keras.saving.register_keras_serializable("training")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A straight warm-up to the peak, then a cosine down to nothing."""

    def __init__(self, peak: float, warm_up_steps: int, steps: int) -> None:
        self.peak, self.warm_up_steps, self.steps = peak, warm_up_steps, steps

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        step = keras.ops.cast(step, "float32")
        rising = (step + 1) / self.warm_up_steps
        gone = (step - self.warm_up_steps) / max(1, self.steps - self.warm_up_steps)
        falling = 0.5 * (1 + keras.ops.cos(np.pi * keras.ops.clip(gone, 0, 1)))
        return self.peak * keras.ops.minimum(rising, falling)

    def get_config(self) -> dict[str, float]:
        return {
            "peak": self.peak,
            "warm_up_steps": self.warm_up_steps,
            "steps": self.steps,
        }


def train(
    faces: Faces,
    votes: np.ndarray | None,
    recipe: Recipe,
    run: Path,
    *,
    people: PeopleFaces | None = None,
    teachers: Teachers = NO_TEACHERS,
    first_weights: Path | None = None,
) -> None:
    """Train to the recipe's last epoch; a second call continues a stopped run.

    Args:
        faces: A whole data set; test rows and their copies are not learnt from.
        votes: Shape (N, 7), FER+ votes per face, or None to train without them.
        recipe: What to do.
        run: Folder for recipe, checkpoints and log.
        people: Photographs of people, if the recipe learns from them.
        teachers: Those of the recipe.
        first_weights: Artefact of the recipe's first weights, if it has some.

    Raises:
        ArtefactRefused: If a teacher, or what gives the first weights, may not be served.
        DataRefused: If the recipe needs what is not given.
        FileExistsError: If the folder holds a run of another recipe.
    """
    split = split_training(faces, share=recipe.held_out, seed=recipe.seed)
    training_set = training_set_of(recipe, faces, votes, people, split)
    run.mkdir(parents=True, exist_ok=True)
    recipe.keep_in(run)
    training_set = taught(training_set, recipe, teachers, run)
    held_out = faces.rows(split.held_out)
    voted = None if votes is None else votes[split.held_out]
    keras.utils.set_random_seed(recipe.seed)
    model = compiled_model(recipe, training_set.steps(recipe))
    done = checkpoints.restore(model, run / "checkpoints")
    if done == 0 and first_weights is not None:
        take_weights(model, first_weights)
    print(
        f"{len(training_set)} faces to learn, {len(held_out)} held out, from epoch {done}"
    )
    for epoch in range(done, recipe.epochs):
        started = time.monotonic()
        figures = _learn(model, training_set, recipe, epoch)
        figures |= _measure(model, held_out, voted, recipe.side_at(epoch))
        checkpoints.save(model, run / "checkpoints", epochs_done=epoch + 1)
        _log(run, epoch + 1, figures | {"seconds": time.monotonic() - started})


def compiled_model(recipe: Recipe, steps_per_epoch: int) -> keras.Model:
    """Build the recipe's network with its optimizer and losses."""
    keras.config.set_dtype_policy(recipe.precision)
    model = build_compact(widths=recipe.widths, blocks=recipe.blocks)
    steps = recipe.epochs * steps_per_epoch
    optimizer = keras.optimizers.AdamW(
        OneCycle(recipe.peak_rate, max(1, round(recipe.warm_up * steps)), steps),
        weight_decay=recipe.weight_decay,
        use_ema=True,
        ema_momentum=recipe.average_momentum,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    smoothed = keras.losses.CategoricalCrossentropy(
        label_smoothing=recipe.label_smoothing
    )
    model.compile(
        optimizer,
        loss={"fer": smoothed, "ferplus": keras.losses.CategoricalCrossentropy()},
        loss_weights={"fer": recipe.labels_weight, "ferplus": recipe.votes_weight},
        metrics={"fer": ["accuracy"]},
    )
    return model


@contextmanager
def averaged(model: keras.Model) -> Iterator[keras.Model]:
    """Give the model its averaged weights for a while."""
    live = [keras.ops.convert_to_numpy(each) for each in model.trainable_variables]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    try:
        yield model
    finally:
        for variable, value in zip(model.trainable_variables, live, strict=True):
            variable.assign(value)


def predict(model: keras.Model, images: np.ndarray, batch: int = 256) -> np.ndarray:
    """Probabilities of both heads, shape (2, N, 7), without `predict`'s overhead."""
    parts = []
    for start in range(0, len(images), batch):
        heads = model(to_model_input(images[start : start + batch]), training=False)
        parts.append([keras.ops.convert_to_numpy(heads[name]) for name in HEADS])
    return np.concatenate(parts, axis=1)


def _learn(
    model: keras.Model, training_set: TrainingSet, recipe: Recipe, epoch: int
) -> dict[str, float]:
    if epoch == 0 or recipe.side_at(epoch) != recipe.side_at(epoch - 1):
        model.make_train_function(force=True)  # one traced graph per size of face
    # A dropout's random state is in no checkpoint, so each epoch has its own.
    model.get_layer("dropout").seed_generator.state.assign((recipe.seed, epoch))
    steps = []
    for batch in epoch_batches(training_set, recipe, epoch):
        logs = model.train_on_batch(*batch, return_dict=True)
        steps.append((logs["loss"], logs["fer_accuracy"]))
    loss, accuracy = np.mean(steps, axis=0)
    return {"loss": float(loss), "accuracy": float(accuracy)}


def _measure(
    model: keras.Model, held_out: Faces, votes: np.ndarray | None, side: int
) -> dict[str, float]:
    """Accuracy of both heads on faces of the epoch's size, by label and by majority.

    The averaged weights are measured at the end alone: while the rate is high,
    the norms' statistics belong to other weights than the average.
    """
    images = np.stack(
        [
            cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
            for image in held_out.images
        ]
    )
    scores = predict(model, images)
    right = scores.argmax(axis=2) == held_out.labels
    true = scores[0][np.arange(len(images)), held_out.labels]
    found = {
        "held_out_accuracy": float(right[0].mean()),
        "held_out_accuracy_ferplus": float(right[1].mean()),
        "held_out_loss": float(-np.log(np.maximum(true, 1e-7)).mean()),
    }
    if votes is not None:
        known, label = majority(votes)
        hits = (scores[1].argmax(axis=1) == label)[known]
        found["held_out_majority"] = float(hits.mean())
    return found


def _log(run: Path, epoch: int, figures: dict[str, float]) -> None:
    row = {"epoch": epoch} | {name: f"{value:.5g}" for name, value in figures.items()}
    print(*(f"{name} {value}" for name, value in row.items()), sep="  ", flush=True)
    path = run / "log.csv"
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, row.keys())
        if new:
            writer.writeheader()
        writer.writerow(row)
