"""Two faces in one, with an answer between theirs: mixup and CutMix."""

import numpy as np

Answers = dict[str, np.ndarray]  # by head, each of shape (N, 7)
Weights = dict[str, np.ndarray]  # by head, each of shape (N,)


def mix(
    images: np.ndarray, answers: Answers, weights: Weights, random: np.random.Generator
) -> tuple[np.ndarray, Answers, Weights]:
    """Mix each face of a batch with another one of it.

    Half of the calls blend the pictures (mixup, Zhang et al. 2018), the others put a
    rectangle of one into the other (CutMix, Yun et al. 2019).

    Args:
        images: Shape (N, S, S), uint8.
        answers: Rows sum to 1.
        weights: How much each answer counts; a face without one has 0.
        random: Its state alone decides the outcome.

    Returns:
        The same kinds of things. Their loss is the mean of both faces' losses, weighted
        by how much of each is seen.
    """
    partner = random.permutation(len(images))
    blend = _blended if random.random() < 0.5 else _pasted
    pictures, kept = blend(images, images[partner], random)
    pairs = {
        head: _between(each, each[partner], weights[head], weights[head][partner], kept)
        for head, each in answers.items()
    }
    return (
        pictures,
        {head: answer for head, (answer, _) in pairs.items()},
        {head: weight for head, (_, weight) in pairs.items()},
    )


def _blended(
    ours: np.ndarray, theirs: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, float]:
    kept = random.beta(0.4, 0.4)
    blend = kept * ours.astype(np.float32) + (1 - kept) * theirs
    return np.rint(blend).astype(np.uint8), kept


def _pasted(
    ours: np.ndarray, theirs: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, float]:
    side = ours.shape[1]
    size = max(1, round(side * np.sqrt(random.uniform(0.1, 0.6))))
    top, left = random.integers(0, side - size + 1, 2)
    both = ours.copy()
    window = (slice(None), slice(top, top + size), slice(left, left + size))
    both[window] = theirs[window]
    return both, 1 - (size / side) ** 2


def _between(
    ours: np.ndarray,
    theirs: np.ndarray,
    our_weight: np.ndarray,
    their_weight: np.ndarray,
    kept: float,
) -> tuple[np.ndarray, np.ndarray]:
    """The answer, and its weight, whose cross-entropy is the weighted sum of both's."""
    a, b = kept * our_weight, (1 - kept) * their_weight
    total = a + b
    part = np.divide(a, total, out=np.ones_like(total), where=total > 0)[:, np.newaxis]
    answer = part * ours + (1 - part) * theirs
    return answer.astype(np.float32), total.astype(np.float32)
