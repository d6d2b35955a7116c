"""What a class publishes: each student's contribution, and the estimate from its mean.

The expression goes through the network's mistakes and the mood's estimator; the pulse
is counted as it was tapped.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache

import numpy as np

from inference import mood
from inference.contracts import Calibration
from inference.labels import EMOTIONS
from sessions_app.release import cell_noise

_FACES = 3000  # simulated faces of each label
# Shares of lost, too fast, ok, too slow and no answer: assumed, a quiet class.
_TAPS = np.array([0.08, 0.12, 0.20, 0.05, 0.55])
# Scores of the made-up network: how much each label is liked by nature, and by its own.
_LIKED, _OWN = np.array([0.28, 0.08, 0.25, 0.2, 0.38, 0.2, 0.42]), 1.3

Rule = tuple[np.ndarray, np.ndarray]  # offset (C,) and gain (C, E) of an estimate
# From shares (..., C), mean votes (..., V) and the number of students.
Strangeness = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """Something that C kinds of students publish through E scores each."""

    name: str
    prior: np.ndarray  # (C,), what an attacker expects of a class
    bank: np.ndarray  # (C, F, E), contributions of students of each kind
    rule: Callable[[int], Rule]  # by number of students
    votes: np.ndarray  # (C, F, V), what each contribution adds to the mark; V may be 0
    strangeness: Strangeness  # of a class, which marks its minutes

    @property
    def means(self) -> np.ndarray:
        """Mean contribution of each kind, shape (C, E)."""
        means: np.ndarray = self.bank.mean(axis=1)
        return means

    def estimate(self, scores: np.ndarray, n: int) -> np.ndarray:
        """Shares (..., C) from the mean scores (..., E) of n students."""
        offset, gain = self.rule(n)
        return whole_students(to_simplex(offset + scores @ gain.T), n)

    def cell_noise(self, keys: list[int], purpose: str) -> np.ndarray:
        """The noise that the server gives these contributors, shape (C,)."""
        return cell_noise(keys, f"{self.name} {purpose}", len(self.prior))


def expression(calibration: Calibration, rng: np.random.Generator) -> Signal:
    """Expression as a network with this calibration reads it.

    Scores of a label are drawn from the Dirichlet distribution with the calibration's
    mean and total variance.
    """

    @cache
    def rule(n: int) -> Rule:
        return _affine_rule(n, calibration)

    bank = np.array(
        [
            rng.dirichlet(np.maximum(mean, 1e-6) * _concentration(mean, spread), _FACES)
            for mean, spread in zip(
                calibration.means, calibration.covariances, strict=True
            )
        ]
    )
    highest = np.eye(bank.shape[2])[bank.argmax(axis=2)]
    votes = np.concatenate([highest, bank.max(axis=2, keepdims=True)], axis=2)
    centre = calibration.prior @ calibration.means

    @cache
    def doubt(n: int) -> np.ndarray:  # the estimate's covariance follows n alone
        return mood.estimate(_sums(n, centre), calibration).covariance

    def strangeness(shares: np.ndarray, votes: np.ndarray, n: int) -> np.ndarray:
        return _strangeness(calibration, doubt(n), shares, votes, n)

    return Signal("expression", calibration.prior, bank, rule, votes, strangeness)


def pulse() -> Signal:
    """The tap, which is read without mistakes."""
    choices = len(_TAPS)
    itself = np.zeros(choices), np.eye(choices)
    bank = np.eye(choices)[:, np.newaxis]
    no_votes = np.zeros((choices, 1, 0))
    return Signal("pulse", _TAPS, bank, lambda _n: itself, no_votes, _never_strange)


def made_up_calibration() -> Calibration:
    """Of no network that exists: right on about two faces in three."""
    size = len(EMOTIONS)
    rng = np.random.default_rng(0)
    liking = np.tile(_LIKED, (size, 1)) + _OWN * np.eye(size)
    scores = np.array([rng.dirichlet(row, _FACES) for row in liking])
    highest = np.eye(size)[scores.argmax(axis=2)]
    return Calibration(
        means=scores.mean(axis=1),
        covariances=np.array([np.cov(rows.T) for rows in scores]),
        arg_max=highest.mean(axis=1),
        max_mean=scores.max(axis=2).mean(axis=1),
        max_var=scores.max(axis=2).var(axis=1),
        prior=np.array([0.1, 0.02, 0.05, 0.15, 0.13, 0.05, 0.5]),
        faces=np.full(size, _FACES),
        offsets=np.zeros((0, size, size)),
        artefact_hash="made up",
    )


def fingerprint(calibration: Calibration) -> str:
    """The same for two calibrations that an attacker learns the same from."""
    numbers = (np.asarray(getattr(calibration, f.name)) for f in fields(calibration))
    told = hashlib.sha256()
    for each in numbers:
        if each.dtype.kind == "f":
            told.update(each.tobytes())
    return told.hexdigest()


def to_simplex(values: np.ndarray) -> np.ndarray:
    """`mood.to_simplex` for many rows at once, shape (..., C)."""
    falling = -np.sort(-values, axis=-1)
    counts = np.arange(1, values.shape[-1] + 1)
    excess = (falling.cumsum(axis=-1) - 1) / counts
    kept = (falling > excess).sum(axis=-1, keepdims=True) - 1
    nearest: np.ndarray = np.maximum(
        values - np.take_along_axis(excess, kept, axis=-1), 0
    )
    return nearest


def whole_students(shares: np.ndarray, n: int) -> np.ndarray:
    """`mood.whole_students` for many rows at once, shape (..., C)."""
    students = np.floor(shares * n + 1e-9)
    left = np.rint(n - students.sum(axis=-1, keepdims=True))
    falling = np.argsort(students - shares * n, axis=-1, kind="stable")
    places = np.argsort(falling, axis=-1, kind="stable")
    rounded: np.ndarray = (students + (places < left)) / n
    return rounded


def _affine_rule(n: int, calibration: Calibration) -> Rule:
    """The mood's linear rule for n students as a matrix.

    Before its projection onto the simplex the estimate follows the scores linearly, so
    a small step in each score, from where nothing is clipped, tells the matrix.
    """
    centre = calibration.prior @ calibration.means
    step = 1e-4
    offset = _shares(n, centre, calibration)
    size = len(centre)
    columns = [
        (_shares(n, centre + step * unit, calibration) - offset) / step
        for unit in np.eye(size) - 1 / size
    ]
    gain = np.column_stack(columns)
    return offset - gain @ centre, gain


def _shares(n: int, scores: np.ndarray, calibration: Calibration) -> np.ndarray:
    return mood.linear_bayes(_sums(n, scores), calibration).shares


def _sums(n: int, scores: np.ndarray) -> mood.ClassSums:
    return mood.ClassSums(n, n * scores, n * scores, float(n * scores.max()))


def _strangeness(
    calibration: Calibration,
    doubt: np.ndarray,
    shares: np.ndarray,
    votes: np.ndarray,
    n: int,
) -> np.ndarray:
    """`mood.strangeness` for many rows at once, shape (...)."""
    expects = np.column_stack([calibration.arg_max, calibration.max_mean])
    expected = shares @ expects
    often, highest = expected[..., :-1], expected[..., -1]
    noise = np.zeros((*expected.shape, expected.shape[-1]))
    noise[..., :-1, :-1] = (
        often[..., None] * np.eye(often.shape[-1])
        - often[..., :, None] * often[..., None, :]
    )
    spread = (calibration.max_mean - highest[..., None]) ** 2
    noise[..., -1, -1] = (shares * (calibration.max_var + spread)).sum(axis=-1)
    covariance = noise / n + expects.T @ doubt @ expects
    regular = covariance + 1e-9  # votes sum to 1: no deviation lies that way
    off = (votes - expected)[..., None]
    squared = (off * np.linalg.solve(regular, off)).sum(axis=(-1, -2))
    distance: np.ndarray = np.sqrt(np.clip(squared, 0, None))
    return distance


def _never_strange(shares: np.ndarray, votes: np.ndarray, n: int) -> np.ndarray:
    return np.zeros(shares.shape[:-1])


def _concentration(mean: np.ndarray, covariance: np.ndarray) -> float:
    spread = max(float(np.trace(covariance)), 1e-6)
    return max(float(1 - mean @ mean) / spread - 1, 0.05)
