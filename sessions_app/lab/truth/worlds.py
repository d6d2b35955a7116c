"""What the classes of a trial show: worlds of moods, drawn class by class."""

from collections.abc import Callable

import numpy as np

from inference.labels import EMOTIONS
from inference.mood import STRENGTH
from sessions_app.lab.attack.signals import ClassSignal

# Weights of angry, disgust, fear, happy, sad, surprise, neutral: not what the estimator assumes.
CLASSROOM = (0.5, 0.2, 0.5, 3.0, 1.5, 0.8, 5.0)
# Shares of lost, too fast, ok, too slow and no answer: a class that answers more than assumed.
ANSWERING = (1.5, 1.0, 4.0, 0.5, 4.0)
_CALM_LEAST = 0.8  # of a calm class shows the calm kind

# The moods (N, C) of N classes.
World = Callable[[ClassSignal, np.random.Generator, int], np.ndarray]


def dirichlet(
    signal: ClassSignal, rng: np.random.Generator, classes: int
) -> np.ndarray:
    """Moods as the estimator assumes them."""
    return rng.dirichlet(STRENGTH * signal.prior, classes)


def classroom(
    signal: ClassSignal, rng: np.random.Generator, classes: int
) -> np.ndarray:
    """Moods as lessons may have them."""
    of_expression = len(signal.prior) == len(EMOTIONS)
    return rng.dirichlet(CLASSROOM if of_expression else ANSWERING, classes)


def uniform(signal: ClassSignal, rng: np.random.Generator, classes: int) -> np.ndarray:
    """Moods that nobody would expect: each is as likely as any other."""
    return rng.dirichlet(np.ones(len(signal.prior)), classes)


def calm(signal: ClassSignal, rng: np.random.Generator, classes: int) -> np.ndarray:
    """80 to 100 % show the last kind (neutral, no answer), the others as assumed."""
    most = rng.uniform(_CALM_LEAST, 1, (classes, 1))
    others = signal.prior[:-1] / signal.prior[:-1].sum()
    return np.hstack([(1 - most) * others, most])


WORLDS: dict[str, World] = {
    world.__name__: world for world in (dirichlet, classroom, uniform, calm)
}
