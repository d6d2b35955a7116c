"""What a network gets right in the eyes of one judge, and how surely that is known."""

from typing import Any

import numpy as np

from inference.labels import EMOTIONS
from training import figures

# What a teacher can act on: three kinds of expressions.
GROUPS = {
    "pleasant": ("happy", "surprise"),
    "calm": ("neutral",),
    "strained": ("angry", "disgust", "fear", "sad"),
}
_GROUP_OF = np.array(
    [[name in group for group in GROUPS.values()] for name in EMOTIONS]
)
Z95 = 1.95996  # a normal value lies within this many sd of its mean in 95 % of cases


def judge(scores: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Figures of one judge.

    Args:
        scores: Shape (N, 7), calibrated.
        labels: Shape (N,), what the judge says.

    Returns:
        For people and programs: faces; right, three_groups and each label's recall as
        `share` does; macro recall of the labels that occur; calibration error.
    """
    read = scores.argmax(axis=1)
    right = read == labels
    groups = (scores @ _GROUP_OF).argmax(axis=1) == _GROUP_OF[labels].argmax(axis=1)
    recall = {
        name: share(right[labels == label]) for label, name in enumerate(EMOTIONS)
    }
    known = [each["share"] for each in recall.values() if each["faces"]]
    return {
        "right": share(right),
        "three_groups": share(groups),
        "recall": recall,
        "macro_recall": float(np.mean(known)) if known else float("nan"),
        "ece": figures.expected_calibration_error(scores, labels),
    }


def share(hits: np.ndarray) -> dict[str, float]:
    """The share of hits, with its 95 % interval (Wilson 1927) and how many faces."""
    n = len(hits)
    if n == 0:
        return {"share": float("nan"), "low": 0.0, "high": 1.0, "faces": 0}
    p = float(hits.mean())
    spread = Z95 * np.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    middle, scale = p + Z95**2 / (2 * n), 1 + Z95**2 / n
    return {
        "share": p,
        "low": float((middle - spread) / scale),
        "high": float((middle + spread) / scale),
        "faces": n,
    }


def likeness(scores: np.ndarray, shares: np.ndarray) -> float:
    """How near scores (N, 7) are to the shares of votes (N, 7), 1 if equal.

    One less the mean total variation distance.
    """
    if len(scores) == 0:
        return float("nan")
    return float(1 - np.abs(scores - shares).sum(axis=1).mean() / 2)
