"""An attacker who fills the class with browsers of their own, but for one student.

What the own browsers show is known exactly, and changes every minute; one of them is
exchanged for every mark. So noise is drawn as often as the product allows. Only what
one student shows all along is not known.
"""

from dataclasses import dataclass

import numpy as np

from sessions_app.lab.attack import presence
from sessions_app.lab.attack.attackers import guessed_right, noise_covariance
from sessions_app.lab.attack.classes import Protection
from sessions_app.lab.attack.noise import DirectNoise, KeyedNoise
from sessions_app.lab.attack.outcome import Outcome, distance
from sessions_app.lab.attack.presence import Presence
from sessions_app.lab.attack.signals import ClassSignal

_REHEARSALS = 2  # for each class that is attacked
_FLOOR = 0.02  # keeps logarithms of shares finite
_FACE_VARIANCE = 0.3  # of what a student's face adds, in students


@dataclass(frozen=True, slots=True)
class OwnBrowsers:
    """How many of them, and when the one student comes."""

    signal: str
    coming: bool = False  # at half-time; until then the own browsers alone are enough

    @property
    def name(self) -> str:
        words = [self.signal, "own browsers"]
        words += ["one student comes at half-time"] if self.coming else []
        return ", ".join(words)


@dataclass(frozen=True, slots=True, eq=False)
class _Played:
    """N classes of T minutes."""

    target: np.ndarray  # (N,)
    truth: np.ndarray  # (N, T, D)
    exact: np.ndarray  # (N, T, D), estimated
    known: np.ndarray  # (N, T, D), estimated had the target an average face
    shares: np.ndarray  # (N, T, D), as released


def run(
    attack: OwnBrowsers,
    signal: ClassSignal,
    *,
    group: int,
    minutes: int,
    classes: int,
    protection: Protection,
    seed: int,
) -> Outcome:
    """Attack many classes and count.

    Args:
        attack: What is done.
        signal: What is published.
        group: Contributors that make a minute be released.
        minutes: T.
        classes: How many are attacked.
        protection: What the release does.
        seed: Of everything that is drawn.
    """
    rng = np.random.default_rng([seed, group, attack.coming])
    crowd = presence.among_own_browsers(
        group if attack.coming else group - 1,
        minutes=minutes,
        lasts=protection.lasts,
        coming=attack.coming,
    )
    rehearsed, attacked = (
        _play(signal, crowd, many, rng, protection, keyed=keyed)
        for many, keyed in ((_REHEARSALS * classes, False), (classes, True))
    )
    both = (rehearsed, attacked)
    evidence = [_evidence(each, crowd, protection) for each in both]
    kinds = np.concatenate([each.target for each in both])
    told = np.arange(len(kinds)) < len(rehearsed.target)
    return Outcome(
        attack.name,
        guessed_right(np.concatenate(evidence), kinds, told),
        float(np.mean(attacked.target == np.argmax(np.bincount(rehearsed.target)))),
        distance(attacked.exact, attacked.truth),
        distance(attacked.shares, attacked.truth),
    )


def _play(
    signal: ClassSignal,
    crowd: Presence,
    classes: int,
    rng: np.random.Generator,
    protection: Protection,
    *,
    keyed: bool,
) -> _Played:
    kinds, faces, _ = signal.bank.shape
    here, own = crowd.target[:, None], int(crowd.counts[0, :-1].sum())
    shape = (classes, len(crowd.n), own)
    answers = rng.permuted(np.broadcast_to(np.arange(own) % kinds, shape), axis=2)
    theirs = signal.bank[answers, rng.integers(faces, size=shape)].sum(axis=2)
    target = rng.choice(kinds, classes, p=signal.prior / signal.prior.sum())
    face = rng.integers(faces, size=shape[:2])
    n = crowd.n[:, None]
    mean = signal.prior @ signal.means
    exact = _estimated(
        signal, (theirs + here * signal.bank[target[:, None], face]) / n, n
    )
    counts = np.eye(kinds)[answers].sum(axis=2)
    drawn = DirectNoise(rng)
    noise = KeyedNoise.drawn(signal.name, classes, crowd.counts.shape[1], rng)
    sd = protection.noise_sd(crowd.n)[:, None]
    shares = exact + sd * (noise if keyed else drawn).of_shares(exact, crowd)
    return _Played(
        target,
        (counts + here * np.eye(kinds)[target][:, None]) @ signal.parts.T / n,
        exact,
        _estimated(signal, (theirs + here * mean) / n, n),
        shares,
    )


def _estimated(signal: ClassSignal, scores: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Shares (N, T, D) of mean scores (N, T, E) of n (T, 1) students."""
    return np.stack(
        [signal.estimate(scores[:, t], int(size)) for t, (size,) in enumerate(n)],
        axis=1,
    )


def _evidence(played: _Played, crowd: Presence, protection: Protection) -> np.ndarray:
    """The target's contribution by generalised least squares, and the mean shares."""
    here = crowd.target
    scales = np.array([protection.scale(size) for size in crowd.n.tolist()])
    noise = noise_covariance(crowd.sets[1], frozen=False) * np.outer(scales, scales)
    covariance = (noise + _FACE_VARIANCE * np.diag(here)) / np.outer(crowd.n, crowd.n)
    covariance += 1e-9 * np.eye(len(here))
    load = here / crowd.n
    weights = np.linalg.solve(covariance, load)
    contribution = np.einsum("ntc,t->nc", played.shares - played.known, weights)
    contribution /= np.sqrt(load @ weights)
    mean = played.shares[:, here].mean(axis=1)
    logarithms = np.log(np.clip(mean, 0, None) + _FLOOR)
    return np.column_stack([contribution, contribution**2, mean, logarithms])
