"""Training batches whose content depends on seed, epoch and number alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from inference.classification import to_model_input
from training.augment import augment
from training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Lessons:
    """The faces to learn from, with both kinds of answers."""

    images: np.ndarray  # uint8 (N, 48, 48)
    labels: np.ndarray  # float32 (N, 7), one-hot
    shares: np.ndarray  # float32 (N, 7), of the FER+ votes
    share_weights: np.ndarray  # float32 (N,), 0 where votes are missing

    def steps(self, recipe: Recipe) -> int:
        """Whole batches in an epoch; the few faces left over change every epoch."""
        return len(self.images) // recipe.batch


Batch = tuple[np.ndarray, dict[str, np.ndarray], dict[str, np.ndarray]]


def epoch_batches(lessons: Lessons, recipe: Recipe, epoch: int) -> Iterator[Batch]:
    """Yield one epoch's batches, each prepared while the one before is learnt.

    The same arguments always give the same batches, which is what lets a killed
    run continue as if it had never stopped.
    """
    order = np.random.default_rng((recipe.seed, epoch)).permutation(len(lessons.images))
    with ThreadPoolExecutor(max_workers=1) as background:
        waiting = background.submit(_batch, lessons, recipe, epoch, order, 0)
        for number in range(1, lessons.steps(recipe)):
            ready = waiting.result()
            waiting = background.submit(_batch, lessons, recipe, epoch, order, number)
            yield ready
        yield waiting.result()


def _batch(
    lessons: Lessons, recipe: Recipe, epoch: int, order: np.ndarray, number: int
) -> Batch:
    rows = order[number * recipe.batch : (number + 1) * recipe.batch]
    random = np.random.default_rng((recipe.seed, epoch, number))
    images = augment(
        lessons.images[rows], random, recipe.augmentation, side=recipe.side_at(epoch)
    )
    answers = {"fer": lessons.labels[rows], "ferplus": lessons.shares[rows]}
    weights = {
        "fer": np.ones(len(rows), np.float32),
        "ferplus": lessons.share_weights[rows],
    }
    return to_model_input(images), answers, weights
