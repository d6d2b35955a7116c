"""What the students of simulated classes add up to, minute after minute."""

from dataclasses import dataclass

import numpy as np

from sessions_app.lab.attack.signals import ClassSignal


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What N classes add up to in T minutes."""

    n: np.ndarray  # (T,), contributors
    scores: np.ndarray  # (N, T, E)
    counts: np.ndarray  # (N, T, C), how many show what
    votes: np.ndarray  # (N, T, V)

    def plus(self, own: "Sums") -> "Sums":
        return Sums(
            self.n + own.n,
            self.scores + own.scores,
            self.counts + own.counts,
            self.votes + own.votes,
        )

    def total(self) -> "Sums":
        """The whole session as one long minute."""
        return Sums(
            self.n.sum(keepdims=True),
            self.scores.sum(axis=1, keepdims=True),
            self.counts.sum(axis=1, keepdims=True),
            self.votes.sum(axis=1, keepdims=True),
        )


def add_up(
    signal: ClassSignal,
    counts: np.ndarray,
    moods: np.ndarray,
    rng: np.random.Generator,
    hold: float,
) -> Sums:
    """Students (T, P) of classes with these shares (N, C), minute after minute."""
    minutes, classes = len(counts), len(moods)
    kinds, faces, scores = signal.bank.shape
    sums = np.zeros((classes, minutes, scores))
    votes = np.zeros((classes, minutes, signal.votes.shape[2]))
    shown = np.zeros((classes, minutes, kinds))
    every = np.arange(classes)[:, None]
    for counting in counts.T:
        changes = rng.random((classes, minutes)) >= hold
        changes[:, 0] = True
        since = np.maximum.accumulate(np.where(changes, np.arange(minutes), 0), axis=1)
        kind = drawn(moods, minutes, rng)[every, since]
        face = rng.integers(faces, size=(classes, minutes))[every, since]
        sums += counting[:, None] * signal.bank[kind, face]
        votes += counting[:, None] * signal.votes[kind, face]
        shown += counting[:, None] * np.eye(kinds)[kind]
    return Sums(counts.sum(axis=1), sums, shown, votes)


def estimated_shares(signal: ClassSignal, sums: Sums) -> np.ndarray:
    """The shares (N, T, D) that the server estimates from these sums, without noise."""
    shares = np.empty((*sums.counts.shape[:2], len(signal.parts)))
    for n in np.unique(sums.n).tolist():  # minutes of one size are estimated alike
        alike = sums.n == n
        shares[:, alike] = signal.estimate(sums.scores[:, alike] / n, n)
    return shares


def drawn(shares: np.ndarray, times: int, rng: np.random.Generator) -> np.ndarray:
    """Kinds (N, times) drawn from each row of shares (N, C)."""
    edges = shares.cumsum(axis=1)[:, None, :-1]
    drawn: np.ndarray = (rng.random((len(shares), times, 1)) > edges).sum(axis=2)
    return drawn
