"""The headline of a class, and what changed, from released minutes alone.

Which sentences there are says `claims`, which is sure enough in a minute `belief`; here one
of the two signals is chosen, and minutes are compared. Words are looked up in the language of the one who reads it, when it is sent to that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from inference.labels import GROUPS
from sessions_app.enums import MinuteStatus, Purpose, Tap
from sessions_app.minutes.claims import (
    NO_CLEAR_PICTURE,
    Claim,
    Kind,
    PulseClaim,
    Words,
    change_words,
)

_Z90 = 1.6449
# Three or four shares are compared at once, so each has to pass a stricter bar than the
# 1.64 sd of a single one for the whole to raise a false alarm in one minute of ten.
_Z_CHANGE = 2.45
_SMALLEST_CHANGE = 0.10
_TIE = 1e-9  # of two changes as large, the one to more is named
BASELINE_MINUTES = 4
_NAMED_FOR_MINUTES = 3

_Minutes = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Signal:
    """Where a minute keeps what is compared and said of a signal."""

    purpose: Purpose
    status: str
    shares: str
    band: str
    statement: str
    names: tuple[str, ...]


_EXPRESSION = _Signal(  # a change is one between minutes that are read alone
    Purpose.EXPRESSION,
    "status",
    "groups_alone",
    "groups_alone_band",
    "statement",
    tuple(GROUPS),
)
_PULSE = _Signal(
    Purpose.PULSE,
    "pulse_status",
    "answers",
    "answers_band",
    "pulse_statement",
    tuple(Tap.values),
)


@dataclass(frozen=True, slots=True)
class Change:
    """More, or fewer, students show or say something than before."""

    of: str  # of GROUPS, or a tap
    more: bool


class Said(TypedDict):
    # What is sure enough, or the change, or that nothing is sure; blank where the
    # signal was not released.
    sentence: Words
    change: Words  # blank while nothing changed beyond the band
    change_at: int | None  # index of the minute in which the change showed


class Summary(Said):
    about: str  # the signal that the words above are of; blank where they are of none
    many_behind: bool
    expression: Said
    pulse: Said


def summarise(minutes: _Minutes) -> Summary:
    """Put the last released minute, and the latest change, into words.

    Args:
        minutes: Closed minutes in order, as the timeline shows them.
    """
    pulse, expression = _words(minutes, _PULSE), _words(minutes, _EXPRESSION)
    about = _what_matters_more(minutes[-1]) if minutes else None
    by_signal = {Purpose.PULSE: pulse, Purpose.EXPRESSION: expression}
    return {
        **(by_signal[about] if about else _nothing_claimed(pulse, expression)),
        "about": about or "",
        "many_behind": bool(minutes) and _many_behind(minutes[-1]),
        "expression": expression,
        "pulse": pulse,
    }


def named_changes(
    released: _Minutes, signal: Purpose = Purpose.EXPRESSION
) -> list[tuple[int, Change]]:
    """Every change that is named in a class, with its place among these minutes.

    A named change begins a new normal: later minutes are compared with it and what
    follows, so that one change is named once.
    """
    of = _PULSE if signal == Purpose.PULSE else _EXPRESSION
    changes: list[tuple[int, Change]] = []
    changed_at = 0
    for i in range(1, len(released)):
        baseline = released[max(changed_at, i - BASELINE_MINUTES) : i]
        if found := _change(baseline, released[i], of):
            changes.append((i, found))
            changed_at = i
    return changes


def _words(minutes: _Minutes, signal: _Signal) -> Said:
    """What is said of a signal in the last minute."""
    if not minutes or minutes[-1][signal.status] != MinuteStatus.RELEASED:
        return {"sentence": "", "change": "", "change_at": None}
    claim = _claim(minutes[-1], signal)
    change, change_at = _latest_change(minutes, signal)
    return {
        "sentence": claim.words if claim else change or NO_CLEAR_PICTURE,
        "change": change,
        "change_at": change_at,
    }


def _nothing_claimed(pulse: Said, expression: Said) -> Said:
    """A change, or that nothing is sure, where there is something to look at."""
    shown = [words for words in (pulse, expression) if words["sentence"]]
    changed = [words for words in shown if words["change"]]
    return next(iter(changed or shown), expression)


def _what_matters_more(minute: Mapping[str, Any]) -> Purpose | None:
    """The signal whose claim is the headline: people first, unless faces tell worse.

    A claim is said only where it is sure enough, so one that is there is surer than none.
    """
    said, seen = _claim(minute, _PULSE), _claim(minute, _EXPRESSION)
    if said is None and seen is None:
        return None
    if said is None or (seen is not None and _weight(seen) > _weight(said)):
        return Purpose.EXPRESSION
    return Purpose.PULSE


def _weight(claim: Claim | PulseClaim) -> int:
    """How much a claim asks of a teacher."""
    if isinstance(claim, Claim):
        is_strained = claim.look == "strained"
        return 3 if is_strained and claim.kind in {Kind.MOST, Kind.NEARLY_ALL} else 1
    if claim.is_behind:
        return 4
    return 0 if claim.is_silence else 2


def _many_behind(minute: Mapping[str, Any]) -> bool:
    claim = _claim(minute, _PULSE)
    return isinstance(claim, PulseClaim) and claim.is_behind


def _claim(minute: Mapping[str, Any], signal: _Signal) -> Claim | PulseClaim | None:
    """What is sure enough of a signal, if anything is."""
    text = minute[signal.statement]
    if not text:
        return None
    return (PulseClaim if signal is _PULSE else Claim).parse(text)


def _latest_change(minutes: _Minutes, signal: _Signal) -> tuple[Words, int | None]:
    """The newest change that is still news, in words, and its minute."""
    released = [minute for minute in minutes if minute[signal.shares]]
    changes = named_changes(released, signal.purpose)
    if not changes or len(released) - changes[-1][0] > _NAMED_FOR_MINUTES:
        return "", None
    at, change = changes[-1]
    return change_words(change.of, more=change.more), released[at]["index"]


def _change(
    baseline: _Minutes, minute: Mapping[str, Any], signal: _Signal
) -> Change | None:
    """How a minute differs from those before it; None if within the band."""
    if len(baseline) < 2:
        return None
    before = np.mean([_values(m[signal.shares], signal) for m in baseline], axis=0)
    variances = np.square(
        [_values(m[signal.band], signal) for m in (*baseline, minute)]
    )
    variance = variances[-1] + variances[:-1].mean(axis=0) / len(baseline)
    difference = _values(minute[signal.shares], signal) - before
    z = difference / (np.sqrt(variance) / _Z90)
    z[np.abs(difference) < _SMALLEST_CHANGE] = 0
    most = int((np.abs(z) + _TIE * np.sign(z)).argmax())
    if abs(z[most]) < _Z_CHANGE:
        return None
    return Change(signal.names[most], more=bool(z[most] > 0))


def _values(shares: Mapping[str, float], signal: _Signal) -> np.ndarray:
    """What each name of a signal has, in order."""
    return np.array([shares[name] for name in signal.names])
