"""What a class looks like now, given this minute and those before it.

Most of the noise is another one in each minute, so that some minutes together tell what one
alone does not. But a class turns, and then the minutes before tell nothing of it. How many of
the last ones belong together, a *run*, is found by how well they go together (R. P. Adams &
D. J. C. MacKay 2007, "Bayesian online changepoint detection", arXiv:0710.3742), and what is
likely in runs of each length counts as much as that length is likely.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from inference.posterior import Library

BEFORE = 8  # minutes at most that are read together with the newest
_LENGTHS = (1, 2, 3, 4, 6, 8)  # of runs, beside that of all minutes
_TURNS = 0.1  # chance that a class turns from one minute to the next
_FADES = 0.85  # weight of a minute in a mean, beside the minute after it
_SURELY = 50.0  # a logarithm of odds
_LEAST_SD = 0.04  # nearer than this the possible classes do not lie together
_KEPT = 32  # libraries and numbers of minutes; 2 MB each


@dataclass(frozen=True, slots=True, eq=False)
class _Means:
    """Weighted means of some minutes, and what the possible classes expect of them."""

    precision: np.ndarray  # (T, T), in units of the noise's variance
    rank: int  # how many means
    log_determinant: float  # of their precision
    expected: np.ndarray  # (K,), x P x of what each class expects

    def log_likelihood(self, library: Library, statistics: np.ndarray) -> np.ndarray:
        """How well each class explains them (M, K), of minutes (M, T, D)."""
        minutes, numbers = statistics.shape[1:]
        sd = _sd(library)
        told = np.einsum("st,mtd->msd", self.precision, statistics)
        logs = _flat(told) @ _flat(library.estimated[:, :minutes]).T
        logs -= (told * statistics).sum(axis=(1, 2), dtype=np.float32)[:, None] / 2
        logs -= self.expected / 2
        logs /= sd**2
        logs -= self.rank * numbers * np.log(sd)
        found: np.ndarray = logs + np.float32(numbers * self.log_determinant / 2)
        return found


class _Run(NamedTuple):
    """That the newest minutes belong together, and those before them do not."""

    begins: float  # chance that a run began there and not before, up to a factor
    within: _Means
    parts: tuple[_Means, _Means, _Means]  # new and old minutes: together, new, old


def weights(
    library: Library, statistics: np.ndarray, lasting: float = 0.0
) -> np.ndarray:
    """How likely each possible class is in the newest minute.

    Args:
        library: The possible classes, drawn for as many minutes.
        statistics: Noisy numbers of minutes in a row, the newest first, shape (M, T, D).
        lasting: Part of the noise's variance that is the same in all of them.

    Returns:
        Shape (M, K), each of M sums to 1.
    """
    all_together, runs = _possible_runs(library, statistics.shape[1], lasting)
    likely = _normalised(all_together.log_likelihood(library, statistics))
    if not runs:
        return likely
    odds = np.array([_odds(library, statistics, run) for run in runs])  # (R, M)
    chances = odds / (1 + odds.sum(axis=0))
    likely *= (1 - chances.sum(axis=0))[:, np.newaxis]
    for run, chance in zip(runs, chances, strict=True):
        some = _normalised(run.within.log_likelihood(library, statistics))
        likely += chance[:, np.newaxis] * some
    return likely


def _odds(library: Library, statistics: np.ndarray, run: _Run) -> np.ndarray:
    """How much likelier this run is than that all minutes belong together, (M,)."""
    together, new, old = (
        _log_mean(part.log_likelihood(library, statistics)) for part in run.parts
    )
    apart = np.minimum(new + old - together, _SURELY).astype(float)
    found: np.ndarray = run.begins * np.exp(apart)
    return found


@lru_cache(maxsize=_KEPT)
def _possible_runs(
    library: Library, minutes: int, lasting: float
) -> tuple[_Means, list[_Run]]:
    """All minutes together, and the shorter runs."""
    numbers = library.estimated[:, :minutes]
    products = _flat(numbers @ numbers.swapaxes(1, 2))

    def means(*rows: np.ndarray) -> _Means:
        return _means(products, np.array(rows), lasting)

    def run_of(length: int) -> list[np.ndarray]:
        """The newest minute, and the mean of the others."""
        first = _row(minutes, 0, 1)
        return [first, _row(minutes, 1, length, _FADES)][:length]

    runs, before = [], 0
    for length in (length for length in _LENGTHS if length < minutes):
        new = _row(minutes, 0, length)
        old = _row(minutes, length, minutes, _FADES)
        runs.append(
            _Run(
                _TURNS * (length - before),
                means(*run_of(length)),
                (means(new, old), means(new), means(old)),
            )
        )
        before = length
    return means(*run_of(minutes)), runs


def _row(minutes: int, first: int, end: int, fades: float = 1.0) -> np.ndarray:
    """The weights of minutes (T,) in the mean of those from `first` up to `end`."""
    row = np.zeros(minutes)
    row[first:end] = fades ** np.arange(end - first)
    weights: np.ndarray = row / max(row.sum(), 1.0)
    return weights


def _means(products: np.ndarray, rows: np.ndarray, lasting: float) -> _Means:
    """Means by these weights (S, T) of minutes.

    Args:
        products: Of what each class expects of each two minutes, shape (K, T * T).
        rows: The weights.
        lasting: Part of the noise that all minutes share.
    """
    noise = lasting + (1 - lasting) * np.eye(rows.shape[1])
    inverse = np.linalg.inv(rows @ noise @ rows.T)
    precision = rows.T @ inverse @ rows
    expected = products @ precision.ravel().astype(np.float32)
    return _Means(precision, len(rows), float(np.linalg.slogdet(inverse)[1]), expected)


def _sd(library: Library) -> np.ndarray:
    sd: np.ndarray = np.maximum(library.noise_sd, _LEAST_SD).astype(np.float32)
    return sd


def _flat(numbers: np.ndarray) -> np.ndarray:
    """Numbers (..., T, D) of minutes in a row each."""
    return numbers.reshape(len(numbers), -1).astype(np.float32)


def _log_mean(logs: np.ndarray) -> np.ndarray:
    """Logarithm of the mean over the possible classes, (M,) of (M, K)."""
    most = logs.max(axis=1)
    found: np.ndarray = most + np.log(np.exp(logs - most[:, np.newaxis]).mean(axis=1))
    return found


def _normalised(logs: np.ndarray) -> np.ndarray:
    likely: np.ndarray = np.exp(logs - logs.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    return likely
