"""The noise of many classes: from secret keys, by the release, or straight from a generator."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sessions_app.lab.attack.presence import Presence
from sessions_app.minutes.re_entry import key_of
from sessions_app.minutes.release import (
    NOISE_PARTS,
    NoiseKeys,
    answers_noise,
    cell_noise,
    lasting_noise,
)

_KEY_BITS = 62


class Noise(Protocol):
    """Standard normal noise of N classes."""

    def of_shares(self, exact: np.ndarray, presence: Presence) -> np.ndarray:
        """Of the shares (N, T, C) that are released in every minute, the same shape."""

    def of_sets(
        self, sets: np.ndarray, statistic: str, shape: np.ndarray
    ) -> np.ndarray:
        """Of another statistic of sets (S, P), shape (N, S, C) as of `shape` (N, T, C)."""


@dataclass(frozen=True, slots=True, eq=False)
class KeyedNoise:
    """As the server draws it, by its own functions."""

    signal: str
    cell_keys: np.ndarray  # (N, P)
    class_keys: np.ndarray  # (N,)

    @classmethod
    def drawn(
        cls, signal: str, classes: int, people: int, rng: np.random.Generator
    ) -> "KeyedNoise":
        """The secret keys of the people (P) of some classes (N)."""
        keys = rng.integers(2**_KEY_BITS, size=(classes, people + 1))
        return cls(signal, keys[:, 1:], keys[:, 0])

    def of_shares(self, exact: np.ndarray, presence: Presence) -> np.ndarray:
        sets, minute_set = presence.sets
        sizes, noise = presence.n.tolist(), np.empty_like(exact)
        for one, class_key in enumerate(self.class_keys.tolist()):
            own = self.cell_keys[one]
            keys = [NoiseKeys(class_key, key_of(own[who].tolist())) for who in sets]
            last = [lasting_noise(key, self.signal, exact.shape[2]) for key in keys]
            for minute, its_set in enumerate(minute_set.tolist()):
                noise[one, minute] = last[its_set] + answers_noise(
                    exact[one, minute],
                    n=sizes[minute],
                    keys=keys[its_set],
                    statistic=self.signal,
                )
        return noise

    def of_sets(
        self, sets: np.ndarray, statistic: str, shape: np.ndarray
    ) -> np.ndarray:
        name = f"{self.signal} {statistic}"
        return np.array(
            [
                [cell_noise(own[who].tolist(), name, shape.shape[2]) for who in sets]
                for own in self.cell_keys
            ]
        )


@dataclass(frozen=True, slots=True)
class DirectNoise:
    """The same distribution without keys, faster: for attackers to rehearse."""

    rng: np.random.Generator

    def of_shares(self, exact: np.ndarray, presence: Presence) -> np.ndarray:
        classes, _, kinds = exact.shape
        sets, minute_set = presence.sets
        of_class = self.rng.standard_normal((classes, 1, kinds))
        of_sets = self.rng.standard_normal((classes, len(sets), kinds))
        of_answers = _once_for_each(
            self.rng.standard_normal(exact.shape), exact, presence
        )
        parts = (of_class, of_sets[:, minute_set], of_answers)
        noise: np.ndarray = sum(
            np.sqrt(share) * part
            for share, part in zip(NOISE_PARTS, parts, strict=True)
        )
        return noise

    def of_sets(
        self, sets: np.ndarray, statistic: str, shape: np.ndarray
    ) -> np.ndarray:
        return self.rng.standard_normal((len(shape), len(sets), shape.shape[2]))


def _once_for_each(
    noise: np.ndarray, exact: np.ndarray, presence: Presence
) -> np.ndarray:
    """Let minutes of one set with the same answers have the noise of their first one."""
    students = np.round(exact * presence.n[:, None], 3)
    _, minute_set = presence.sets
    for minute, its_set in enumerate(minute_set.tolist()):
        for before in np.flatnonzero(minute_set[:minute] == its_set).tolist():
            same = (students[:, before] == students[:, minute]).all(axis=1)
            noise[same, minute] = noise[same, before]
    return noise
