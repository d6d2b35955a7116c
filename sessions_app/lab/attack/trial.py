"""Run attacks on many classes; compare the guesses with those that need no student."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sessions_app.lab.attack import presence
from sessions_app.lab.attack.attackers import Attacker, Guess
from sessions_app.lab.attack.classes import HOLD, Habits, Played, Protection, play
from sessions_app.lab.attack.presence import Pattern, Presence
from sessions_app.lab.attack.signals import ClassSignal

MINUTES = 45
_TEMPLATES = 25  # different presences; the classes of a trial share them
_REHEARSALS = 2  # for each class that is attacked


@dataclass(frozen=True, slots=True)
class Attack:
    """An attacker's knowledge and the class that is attacked."""

    signal: str
    pattern: Pattern | None = None  # None is the insider at one leave
    churn: bool = False
    alike: bool = False
    frozen: bool = False  # nobody's expression ever changes
    strange: bool = False  # half of the minutes are marked as unusual

    @property
    def name(self) -> str:
        words = {
            "churn": self.churn,
            "all alike": self.alike,
            "frozen": self.frozen,
            "unusual faces": self.strange,
        }
        if self.pattern is None:
            who = "insider, one leave"
        else:
            who = f"observer, {self.pattern}"
        return ", ".join([self.signal, who, *(word for word in words if words[word])])


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often one attack guessed right, and what the protection cost the teacher."""

    attack: Attack
    attacker: float  # accuracy
    base: float  # accuracy of the best guess from the class without the target
    mood_error_exact: float  # mean total variation distance to the true shares
    mood_error_released: float

    @property
    def gain(self) -> float:
        return self.attacker - self.base


ATTACKS = [
    Attack(signal, pattern, churn, alike)
    for signal in ("expression", "pulse")
    for pattern, churn, alike in [
        (None, False, False),
        (None, False, True),
        *((pattern, True, False) for pattern in Pattern),
        (Pattern.ONE_LEAVE, False, False),
        (Pattern.SHORT_VISITS, True, True),
    ]
]
ATTACKS += [
    Attack(signal, pattern, churn=True, frozen=True)
    for signal in ("expression", "pulse")
    for pattern in (Pattern.ONE_LEAVE, Pattern.LONG_VISITS)
]
ATTACKS += [
    Attack("expression", strange=True),
    Attack("expression", Pattern.LONG_VISITS, churn=True, frozen=True, strange=True),
]


def run(
    attack: Attack,
    signal: ClassSignal,
    *,
    others: int,
    classes: int,
    protection: Protection,
    hold: float = HOLD,
    seed: int = 0,
) -> Outcome:
    """Attack many classes and count.

    Args:
        attack: Who attacks, and what the class does.
        signal: What is published.
        others: Students besides the target, on average.
        classes: How many classes are attacked.
        protection: What the release function and re-entry do.
        hold: Chance that a student keeps an expression for another minute.
        seed: Of everything that is drawn.
    """
    rng = np.random.default_rng([seed, others, ATTACKS.index(attack)])
    insider = attack.pattern is None
    lasting = 1.0 if insider or attack.frozen else hold
    habits = Habits(lasting, attack.alike, attack.strange)
    attacker = Attacker(signal, habits, protection, insider)
    evidence, alone, target = [], [], []
    errors, rehearsed = [], []
    for who in _presences(attack, others, protection, rng):
        for keyed in (False, True):
            share = max(1, classes // (1 if insider else _TEMPLATES))
            played = play(
                signal,
                who,
                share if keyed else _REHEARSALS * share,
                rng,
                habits=habits,
                protection=protection,
                keyed=keyed,
            )
            evidence.append(attacker.evidence(played))
            alone.append(attacker.without_him(played))
            target.append(played.target)
            rehearsed.append(np.full(len(played.target), not keyed))
            if keyed:
                errors.append(_mood_errors(played))
    told = np.concatenate(rehearsed)
    kinds = np.concatenate(target)
    exact, released = np.mean(errors, axis=0)
    return Outcome(
        attack,
        _accuracy(np.concatenate(evidence), kinds, told),
        _accuracy(np.concatenate(alone), kinds, told),
        float(exact),
        float(released),
    )


def _presences(
    attack: Attack, others: int, protection: Protection, rng: np.random.Generator
) -> Iterator[Presence]:
    if attack.pattern is None:
        yield presence.one_leave(others)
        return
    for _ in range(_TEMPLATES):
        whole = presence.session(
            rng,
            others=others,
            minutes=MINUTES,
            pattern=attack.pattern,
            churn=attack.churn,
            wait=protection.wait,
        )
        released = whole.released(protection.min_group)
        if len(released.n):
            yield released


def _accuracy(evidence: np.ndarray, kinds: np.ndarray, told: np.ndarray) -> float:
    """Learn from the classes whose target is told; guess the others'."""
    guess = Guess(evidence[told], kinds[told])
    return float(np.mean(guess(evidence[~told]) == kinds[~told]))


def _mood_errors(played: Played) -> tuple[float, float]:
    """Mean total variation distance of the exact and the released shares from the truth."""
    exact, released = (
        float(np.abs(shares - played.truth).sum(axis=2).mean() / 2)
        for shares in (played.seen.exact, played.seen.shares)
    )
    return exact, released
