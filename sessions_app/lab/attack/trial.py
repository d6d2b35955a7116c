"""Run attacks on many classes; compare the guesses with those that need no student."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sessions_app.lab.attack import afterwards, changes_alone, own_browsers, presence
from sessions_app.lab.attack.afterwards import Afterwards
from sessions_app.lab.attack.attackers import Attacker, guessed_right
from sessions_app.lab.attack.changes_alone import ChangesAlone
from sessions_app.lab.attack.classes import HOLD, Habits, Played, Protection, play
from sessions_app.lab.attack.outcome import Outcome, distance
from sessions_app.lab.attack.own_browsers import OwnBrowsers
from sessions_app.lab.attack.presence import Pattern, Presence
from sessions_app.lab.attack.signals import ClassSignal

MINUTES = 45
_TEMPLATES = 25  # different presences; the classes of a trial share them
_REHEARSALS = 2  # for each class that is attacked
_QUICK = 3  # times as many classes where two minutes are all: a surer figure


@dataclass(frozen=True, slots=True)
class Attack:
    """An attacker's knowledge and the class that is attacked."""

    signal: str
    pattern: Pattern | None = None  # None is the insider at one leave
    churn: bool = False
    alike: bool = False
    frozen: bool = False  # nobody's expression ever changes
    strange: bool = False  # half of the minutes are marked as unusual
    own: bool = False  # a browser of the attacker's is another one at every mark

    @property
    def name(self) -> str:
        words = {
            "churn": self.churn,
            "all alike": self.alike,
            "frozen": self.frozen,
            "unusual faces": self.strange,
            "one own browser": self.own,
        }
        if self.pattern is None:
            who = "insider, one leave"
        else:
            who = f"observer, {self.pattern}"
        return ", ".join([self.signal, who, *(word for word in words if words[word])])


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
    Attack(signal, Pattern.ALWAYS, churn=churn, frozen=not churn, own=True)
    for signal in ("expression", "pulse")
    for churn in (False, True)
]
ATTACKS += [
    Attack("expression", strange=True),
    Attack("expression", Pattern.LONG_VISITS, churn=True, frozen=True, strange=True),
]


OWN_BROWSERS = [
    OwnBrowsers(signal, coming)
    for signal in ("expression", "pulse")
    for coming in (False, True)
]
ALONE = [ChangesAlone(signal) for signal in ("expression", "pulse")]
AFTERWARDS = [
    Afterwards(signal, spans=spans)
    for signal in ("expression", "pulse")
    for spans in (False, True)
]
AnyAttack = Attack | OwnBrowsers | ChangesAlone | Afterwards
ALL: list[AnyAttack] = [*ATTACKS, *OWN_BROWSERS, *ALONE, *AFTERWARDS]


def run(
    attack: AnyAttack,
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
        protection: What the release does, and how long a group lasts.
        hold: Chance that a student keeps an expression for another minute.
        seed: Of everything that is drawn.
    """
    if isinstance(attack, OwnBrowsers):
        return own_browsers.run(
            attack,
            signal,
            group=others,
            minutes=MINUTES,
            classes=classes,
            protection=protection,
            seed=seed,
        )
    if isinstance(attack, ChangesAlone):
        return changes_alone.run(
            attack,
            signal,
            others=others,
            classes=_QUICK * classes,
            protection=protection,
            seed=seed,
        )
    if isinstance(attack, Afterwards):
        return afterwards.run(
            attack,
            signal,
            others=others,
            classes=classes,
            protection=protection,
            seed=seed,
        )
    return _watch(
        attack,
        signal,
        others=others,
        classes=classes,
        protection=protection,
        hold=hold,
        seed=seed,
    )


def _watch(
    attack: Attack,
    signal: ClassSignal,
    *,
    others: int,
    classes: int,
    protection: Protection,
    hold: float,
    seed: int,
) -> Outcome:
    """Attack classes by watching them, with what is known of each minute's students."""
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
        attack.name,
        guessed_right(np.concatenate(evidence), kinds, told),
        guessed_right(np.concatenate(alone), kinds, told),
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
            lasts=protection.lasts,
            own=attack.own,
        )
        released = whole.released(protection.min_group)
        if len(released.n):
            yield released


def _mood_errors(played: Played) -> tuple[float, float]:
    """Mean total variation distance of the exact and the released shares from the truth."""
    seen = played.seen
    return distance(seen.exact, played.truth), distance(seen.shares, played.truth)
