"""Training batches whose content depends on seed, epoch and number alone."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from inference.classification import to_model_input
from training.augment import augment
from training.data import DataRefused
from training.mixup import Answers, Weights, mix
from training.recipe import Recipe
from training.training_set import TrainingSet

Made = TypeVar("Made")


Batch = tuple[np.ndarray, Answers, Weights]


def epoch_batches(
    training_set: TrainingSet, recipe: Recipe, epoch: int
) -> Iterator[Batch]:
    """Yield one epoch's batches for a network of `build_compact`; see `shuffled`."""

    def make(rows: np.ndarray, random: np.random.Generator) -> Batch:
        images = augment(
            training_set.images[rows],
            random,
            recipe.augmentation,
            side=recipe.side_at(epoch),
        )
        answers = {
            "fer": training_set.labels[rows],
            "ferplus": training_set.shares[rows],
        }
        weights = {
            "fer": training_set.label_weights[rows],
            "ferplus": training_set.share_weights[rows],
        }
        if random.random() < recipe.mix:
            images, answers, weights = mix(images, answers, weights, random)
        return to_model_input(images), answers, weights

    count = len(training_set)
    return shuffled(count, recipe.batch, seed=recipe.seed, epoch=epoch, make=make)


def shuffled(
    count: int,
    batch: int,
    *,
    seed: int,
    epoch: int,
    make: Callable[[np.ndarray, np.random.Generator], Made],
) -> Iterator[Made]:
    """Yield one epoch's batches, each prepared while the one before is learnt.

    The same arguments always give the same batches, which is what lets a killed
    run continue as if it had never stopped.

    Args:
        count: Faces to learn from.
        batch: Faces in each batch.
        seed: Of the run.
        epoch: Counted from 0.
        make: Turns row numbers and a random state into a batch.

    Raises:
        DataRefused: If there are too few faces for one batch.
    """
    if count < batch:
        raise DataRefused(
            f"{count} faces are left to learn from, fewer than one batch of {batch}; "
            "give the whole data set."
        )
    order = np.random.default_rng((seed, epoch)).permutation(count)

    def prepare(number: int) -> Made:
        rows = order[number * batch : (number + 1) * batch]
        return make(rows, np.random.default_rng((seed, epoch, number)))

    with ThreadPoolExecutor(max_workers=1) as background:
        waiting = background.submit(prepare, 0)
        for number in range(1, count // batch):
            ready = waiting.result()
            waiting = background.submit(prepare, number)
            yield ready
        yield waiting.result()
