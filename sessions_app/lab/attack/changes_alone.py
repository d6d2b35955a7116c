"""An attacker who sees one student answer otherwise while all others stay as they are.

From one minute to the next one student changes from one expression, or tap, to another,
nobody else does, and nobody comes or goes. The attacker knows all that, but not what
anybody shows, and compares the two minutes.
"""

from dataclasses import dataclass

import numpy as np

from inference.mood import STRENGTH
from sessions_app.lab.attack.attackers import guessed_right
from sessions_app.lab.attack.classes import Protection
from sessions_app.lab.attack.noise import DirectNoise, KeyedNoise
from sessions_app.lab.attack.outcome import Outcome, distance
from sessions_app.lab.attack.presence import Presence
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.lab.attack.sums import drawn

_REHEARSALS = 4  # for each class that is attacked
KINDS = 4  # among which a student changes, all as likely: taps, or usual expressions


@dataclass(frozen=True, slots=True)
class ChangesAlone:
    """The student whose answer changes; the group stays the same."""

    signal: str

    @property
    def name(self) -> str:
        return f"{self.signal}, one student changes alone"


def run(
    attack: ChangesAlone,
    signal: ClassSignal,
    *,
    others: int,
    classes: int,
    protection: Protection,
    seed: int,
) -> Outcome:
    """Attack many classes and count.

    Args:
        attack: What is done.
        signal: What is published.
        others: Students besides the target.
        classes: How many are attacked.
        protection: What the release does.
        seed: Of everything that is drawn.
    """
    rng = np.random.default_rng([seed, others])
    crowd = Presence(np.ones((2, others + 1), bool))
    evidence, kinds, errors = [], [], np.zeros(2)
    for many, keyed in ((_REHEARSALS * classes, False), (classes, True)):
        became, truth, exact = _classes(signal, others, many, rng)
        people = crowd.counts.shape[1]
        drawn_from_keys = KeyedNoise.drawn(signal.name, many, people, rng)
        noise = drawn_from_keys if keyed else DirectNoise(rng)
        noisy = exact + protection.noise_sd(crowd.n)[:, None] * noise.of_shares(
            exact, crowd
        )
        evidence.append(_evidence(noisy))
        kinds.append(became)
        errors = np.array([distance(exact, truth), distance(noisy, truth)])
    told = np.arange(len(np.concatenate(kinds))) < len(kinds[0])
    right = guessed_right(np.concatenate(evidence), np.concatenate(kinds), told)
    return Outcome(attack.name, right, 1 / KINDS, *errors.tolist())


def _classes(
    signal: ClassSignal, others: int, classes: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the target becomes (N,); true and estimated shares (N, 2, D) of both minutes."""
    count, faces, _ = signal.bank.shape
    moods = rng.dirichlet(STRENGTH * signal.prior, classes)
    theirs = drawn(moods, others, rng)
    answered = _answers(signal)
    was, steps = rng.integers(KINDS, size=(2, classes))
    became = (was + 1 + steps % (KINDS - 1)) % KINDS
    own = answered[np.column_stack([was, became])]
    scores = signal.bank[theirs, rng.integers(faces, size=theirs.shape)].sum(axis=1)
    shown = signal.bank[own, rng.integers(faces, size=own.shape)]
    n, kind = others + 1, np.eye(count)
    truth = (kind[theirs].sum(axis=1)[:, None] + kind[own]) @ signal.parts.T / n
    return became, truth, signal.estimate((scores[:, None] + shown) / n, n)


def _answers(signal: ClassSignal) -> np.ndarray:
    """The kinds that a student changes among: not silence, which is no answer."""
    likely = np.argsort(-signal.prior)
    return likely[1:] if len(likely) == KINDS + 1 else likely[:KINDS]


def _evidence(shares: np.ndarray) -> np.ndarray:
    """The two minutes and their difference, from shares (N, 2, D)."""
    before, after = shares[:, 0], shares[:, 1]
    return np.column_stack([after - before, before, after, (after - before) ** 2])
