"""What a span of minutes was like, from the mean of what each of them showed.

Each minute shows a posterior mean: it is drawn towards what is assumed before anything is
seen, and so is an average of many. The noise, though, is another one in most minutes and
grows small in the mean. So the mean is an observation of its own. How it goes together
with the truth is learnt from possible classes whose numbers are released twice, each time
with noise of its own: what both have in common is the class and how it was read, what
differs is the noise. Linear Bayes (Hartigan 1969; see `inference.mood`) does the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from inference.mood import to_simplex

_RANK = 1e-6  # shares sum to 1, so one direction has no variance


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """How what one minute shows goes together with the truth; C shares."""

    truth: np.ndarray  # (C,), means
    shown: np.ndarray  # (C,)
    spread: np.ndarray  # (C, C), covariance of the truth
    shared: np.ndarray  # (C, C), of the truth with what is shown
    signal: np.ndarray  # (C, C), of what is shown, without the noise
    noise: np.ndarray  # (C, C), what the noise adds to it


_BUT_NOISE = attrgetter("truth", "shown", "spread", "shared", "signal")


class Seen(NamedTuple):
    """What some minutes of like classes showed."""

    moments: Moments  # of these classes
    minutes: float  # how many
    total: np.ndarray  # (C,), the sum of what they showed
    # Square of `minutes`, times the part of the noise's variance that is in their mean.
    noise: float


class SpanEstimate(NamedTuple):
    """Shares of a span, and how surely they are known."""

    shares: np.ndarray  # (C,), not negative, sum to 1
    covariance: np.ndarray  # (C, C), of their error


def learn(truth: np.ndarray, first: np.ndarray, second: np.ndarray) -> Moments:
    """Moments of possible classes.

    Args:
        truth: Their shares, shape (K, C).
        first: What is shown of each, shape (K, C).
        second: The same with other noise.
    """
    shown = (first.mean(axis=0) + second.mean(axis=0)) / 2
    off, one, two = truth - truth.mean(axis=0), first - shown, second - shown
    signal = one.T @ two / len(truth)
    return Moments(
        truth.mean(axis=0),
        shown,
        off.T @ off / len(truth),
        off.T @ (one + two) / (2 * len(truth)),
        (signal + signal.T) / 2,
        (first - second).T @ (first - second) / (2 * len(truth)),
    )


def estimate(parts: Sequence[Seen]) -> SpanEstimate:
    """The shares of all minutes of the parts together, each minute counting the same.

    Noise of different parts is independent. What a class is like, and how it is read, is
    taken as common to all of them, so the error does not shrink to nothing however many
    minutes there are.

    Raises:
        ValueError: If there is no minute.
    """
    [found] = estimate_each([parts])
    return found


def estimate_each(spans: Sequence[Sequence[Seen]]) -> list[SpanEstimate]:
    """The shares of each of N spans, as `estimate` has them, by few calls of NumPy.

    Raises:
        ValueError: If one of them has no minute.
    """
    if not spans:
        return []
    minutes = [sum(part.minutes for part in parts) for parts in spans]
    if min(minutes) <= 0:
        raise ValueError("Expected at least one minute with numbers, received none.")
    of = Moments(*map(np.array, zip(*map(_together, spans), strict=True)))
    weights = np.array(minutes)[:, np.newaxis]
    totals = np.array([sum(part.total for part in parts) for parts in spans])
    gain = of.shared @ _inverse(of.signal + of.noise)
    off = (totals / weights - of.shown)[..., np.newaxis]
    shares = to_simplex(of.truth + (gain @ off)[..., 0])
    covariance = of.spread - gain @ of.shared.swapaxes(-1, -2)
    return [SpanEstimate(*each) for each in zip(shares, covariance, strict=True)]


def _together(parts: Sequence[Seen]) -> tuple[np.ndarray, ...]:
    """The moments of all minutes, as if of one kind of classes; of the noise, what is left."""
    minutes = sum(part.minutes for part in parts)
    of_each = [part.noise * part.moments.noise for part in parts]
    noise = np.sum(of_each, axis=0) / minutes**2
    if len(parts) == 1:
        return *_BUT_NOISE(parts[0].moments), noise
    weights = np.array([part.minutes for part in parts]) / minutes
    moments = zip(*(_BUT_NOISE(part.moments) for part in parts), strict=True)
    return *(np.tensordot(weights, np.array(each), axes=1) for each in moments), noise


def _inverse(matrices: np.ndarray) -> np.ndarray:
    """Pseudo-inverses of symmetric ones (N, C, C)."""
    values, vectors = np.linalg.eigh(matrices)
    sizes = np.abs(values)
    some = sizes > _RANK * sizes.max(axis=-1, keepdims=True)
    inverse = np.divide(1, values, out=np.zeros_like(values), where=some)
    found: np.ndarray = (vectors * inverse[:, np.newaxis]) @ vectors.swapaxes(-1, -2)
    return found
