"""What an attacker computes from a publication, and how it becomes a guess.

Both attackers know who counts in each minute, the network's mistakes, the estimator,
the size of the noise and how long faces last. The minutes are then, nearly, a linear
Gaussian system: published number = the target's contribution / n + the others + noise.
Its best statistic is the target's contribution by generalised least squares. What is
not linear (the simplex) an attacker learns by rehearsing the attack on invented classes.
All that is shown of a class follows from these numbers; the attackers read them as they are.
"""

from dataclasses import dataclass

import numpy as np

from inference.mood import STRENGTH
from sessions_app.lab.attack.classes import Habits, Played, Protection, Published
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.minutes.release import NOISE_PARTS

_FLOOR = 0.02  # keeps logarithms of shares finite
_RIDGE = 1e-3  # on the weights, beside the mean loss of one class
_JITTER = 1e-9  # keeps the covariance of an unprotected class regular


@dataclass(frozen=True, slots=True)
class Attacker:
    """Knows the presence of all; an insider also what every other student shows."""

    signal: ClassSignal
    habits: Habits
    protection: Protection
    insider: bool = False

    def evidence(self, played: Played) -> np.ndarray:
        """What the publication says about the target, shape (N, features)."""
        statistic = self._contribution(played)
        return np.column_stack(
            [
                statistic,
                statistic**2,
                *self._class_mood(played, played.seen),
                *self._outlier_flags(played, played.seen),
            ]
        )

    def without_him(self, played: Played) -> np.ndarray:
        """The same of the same classes, had the target stayed away."""
        return np.column_stack(
            [
                *self._class_mood(played, played.unseen),
                *self._outlier_flags(played, played.unseen),
            ]
        )

    def _outlier_flags(self, played: Played, published: Published) -> list[np.ndarray]:
        """How often minutes are marked with the target, and without."""
        here = played.presence.target
        if not self.habits.strange:
            return []
        return [
            published.marked[:, minutes].mean(axis=1)
            for minutes in (here, ~here)
            if minutes.any()
        ]

    def _class_mood(self, played: Played, published: Published) -> list[np.ndarray]:
        """The possible targets, from the rest of the class."""
        if self.insider:
            others = STRENGTH * self.signal.prior + played.others.mean(axis=1)
            return [np.log(others / others.sum(axis=1, keepdims=True))]
        mean = published.shares.mean(axis=1)
        both = np.column_stack([mean, published.total])
        return [both, np.log(np.clip(both, 0, None) + _FLOOR)]

    def _contribution(self, played: Played) -> np.ndarray:
        """Least squares of the target's contribution, in units of its own sd, (N, D)."""
        presence = played.presence
        load = presence.target / presence.n  # (T,)
        if not load.any():
            return np.zeros((len(played.target), len(self.signal.parts)))
        residual = played.seen.shares - self._expected(played)
        statistic = []
        for kind, covariance in enumerate(self._covariances(played)):
            weights = np.linalg.solve(covariance, load)
            statistic.append(residual[:, :, kind] @ weights / np.sqrt(load @ weights))
        return np.column_stack(statistic)

    def _expected(self, played: Played) -> np.ndarray:
        """Shares to expect before the target's kind is known, shape (N or 1, T, D)."""
        means, prior = self.signal.means, self.signal.prior
        own = (prior @ means) * played.presence.target[:, None]  # (T, E)
        n = played.presence.n
        others = n - played.presence.target
        known = played.others if self.insider else prior * others[None, :, None]
        scores = (known @ means + own) / n[:, None]
        expected = np.empty((*scores.shape[:2], len(self.signal.parts)))
        for size in np.unique(n).tolist():
            alike = n == size
            expected[:, alike] = self.signal.estimate(scores[:, alike], size)
        return expected

    def _covariances(self, played: Played) -> np.ndarray:
        """Covariance of the published shares over the minutes, for each share, (D, T, T)."""
        presence = played.presence
        others, target = presence.counts[:, :-1], presence.target.astype(float)
        minutes = np.arange(len(target))
        lasting = self.habits.hold ** np.abs(minutes[:, None] - minutes)
        students, moods, faces = self._variances(int(np.median(presence.n)))
        crowd = others.sum(axis=1).astype(float)
        together = lasting * (others.astype(float) @ others.T)
        noise = noise_covariance(presence.sets[1], self.habits.hold == 1)
        parts = (
            np.multiply.outer(students, together)
            + np.multiply.outer(moods, np.outer(crowd, crowd))
            + np.multiply.outer(faces, lasting * np.outer(target, target))
            + np.array([self.protection.scale(n) for n in presence.n.tolist()]) ** 2
            * noise
        )
        covariances: np.ndarray = parts / np.outer(presence.n, presence.n)
        return covariances + _JITTER * np.eye(len(target))

    def _variances(self, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Variances due to another student, the class's mood and one face, each (D,)."""
        signal = self.signal
        gain, prior, means = signal.gain(n), signal.prior, signal.means
        kinds = means.T @ (np.diag(prior) - np.outer(prior, prior)) @ means
        each = [
            np.cov(faces.T) if len(faces) > 1 else 0 * kinds for faces in signal.bank
        ]
        face = np.diag(gain @ np.tensordot(prior, each, axes=1) @ gain.T)
        kind = np.diag(gain @ kinds @ gain.T)
        if self.insider:
            return face, 0 * face, face
        mood = kind / (STRENGTH + 1)
        return face + kind - mood, mood, face


def noise_covariance(minute_set: np.ndarray, frozen: bool) -> np.ndarray:
    """Covariance (T, T) of the noise of minutes with these sets (T,), in units of s².

    Where nobody's answers change, what follows the answers follows the set.
    """
    of_class, of_group, of_answers = NOISE_PARTS
    same_set = np.equal.outer(minute_set, minute_set)
    same_answers = same_set if frozen else np.eye(len(minute_set))
    covariance: np.ndarray = of_class + of_group * same_set + of_answers * same_answers
    return covariance


def guessed_right(evidence: np.ndarray, kinds: np.ndarray, told: np.ndarray) -> float:
    """Learn from the classes whose target is told (N,); how often the others are guessed.

    Args:
        evidence: Shape (N, features).
        kinds: What each target shows, shape (N,).
        told: Whether a class is a rehearsal, shape (N,).
    """
    guess = Guess(evidence[told], kinds[told])
    return float(np.mean(guess(evidence[~told]) == kinds[~told]))


class Guess:
    """Multinomial logistic regression: from evidence to the likeliest kind."""

    def __init__(self, evidence: np.ndarray, kinds: np.ndarray) -> None:
        """Learn from a rehearsal: evidence (N, features), kinds (N,)."""
        from sklearn.linear_model import (  # noqa: PLC0415 -- slow, and only this needs it
            LogisticRegression,
        )

        self._mean = evidence.mean(axis=0)
        variances, axes = np.linalg.eigh(np.cov(evidence.T))
        kept = variances > variances[-1] * 1e-9
        self._whiten = axes[:, kept] / np.sqrt(variances[kept])
        self._model = LogisticRegression(C=1 / (_RIDGE * len(kinds)), max_iter=1000)
        self._model.fit(self._inputs(evidence), kinds)

    def __call__(self, evidence: np.ndarray) -> np.ndarray:
        """The likeliest kind of each row, shape (N,)."""
        guess: np.ndarray = self._model.predict(self._inputs(evidence))
        return guess

    def _inputs(self, evidence: np.ndarray) -> np.ndarray:
        white: np.ndarray = (evidence - self._mean) @ self._whiten
        return white
