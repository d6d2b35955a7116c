"""Figures of merit from probabilities and true labels. Arrays in, numbers out."""

import numpy as np

from inference.labels import EMOTIONS

ECE_BINS = 15


def accuracy(scores: np.ndarray, labels: np.ndarray) -> float:
    """Share of rows whose highest score is the true label's; NaN without rows.

    Args:
        scores: Shape (N, E).
        labels: Shape (N,), integers below E.
    """
    if len(labels) == 0:
        return float("nan")
    return float((scores.argmax(axis=1) == labels).mean())


def confusion(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How often each true label (row) was read as each label (column), (E, E)."""
    size = scores.shape[1]
    pairs = labels.astype(np.intp) * size + scores.argmax(axis=1)
    return np.bincount(pairs, minlength=size * size).reshape(size, size)


def recall_and_f1(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Recall and F1 of each label from a confusion matrix, (E,) each.

    A label that never occurs and is never read has 0 for both.
    """
    right = np.diag(matrix).astype(float)
    true, read = matrix.sum(axis=1), matrix.sum(axis=0)
    recall = np.divide(right, true, out=np.zeros_like(right), where=true > 0)
    both = true + read
    f1 = np.divide(2 * right, both, out=np.zeros_like(right), where=both > 0)
    return recall, f1


def reliability(
    scores: np.ndarray, labels: np.ndarray, *, bins: int = ECE_BINS
) -> np.ndarray:
    """How sure the network was against how often it was right.

    Args:
        scores: Shape (N, E), probabilities.
        labels: Shape (N,).
        bins: B equal stretches of the highest score; each includes its right edge.

    Returns:
        Shape (B, 3): share of the faces, mean highest score and accuracy in each
        bin; zeros where a bin is empty.
    """
    highest = scores.max(axis=1)
    right = scores.argmax(axis=1) == labels
    number = np.clip(np.ceil(highest * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(number, minlength=bins)
    sums = [np.bincount(number, values, bins) for values in (highest, right)]
    means = [np.divide(s, count, out=np.zeros(bins), where=count > 0) for s in sums]
    return np.column_stack([count / max(1, len(labels)), *means])


def expected_calibration_error(scores: np.ndarray, labels: np.ndarray) -> float:
    """Mean distance between confidence and accuracy, weighted by faces."""
    table = reliability(scores, labels)
    return float((table[:, 0] * np.abs(table[:, 1] - table[:, 2])).sum())


def by_label(values: np.ndarray) -> dict[str, float]:
    """Name the seven values of an array."""
    return dict(zip(EMOTIONS, values.tolist(), strict=True))
