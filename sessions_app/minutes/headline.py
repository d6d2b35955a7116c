"""The headline of a class, and what changed, from released minutes alone.

Which sentences there are says `claims`, which is sure enough in a minute `belief`; here one
of the two signals is chosen, and minutes are compared. Words are looked up in the language of the one who reads it, when it is sent to that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

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
_TIE = 1e-9  # of two changes as large, the one to more is named; no variance is 0
BASELINE_MINUTES = 6
_LEAST_BASELINE = 2
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
    longest: (
        int  # so many of the newest minutes, or fewer, are compared with those before
    )


_EXPRESSION = _Signal(  # a change is one between minutes that are read alone
    Purpose.EXPRESSION,
    "status",
    "groups_alone",
    "groups_alone_band",
    "statement",
    tuple(GROUPS),
    longest=4,
)
_PULSE = _Signal(
    Purpose.PULSE,
    "pulse_status",
    "answers",
    "answers_band",
    "pulse_statement",
    tuple(Tap.values),
    longest=1,  # a tap counts for five minutes: its minutes are as many already
)


@dataclass(frozen=True, slots=True)
class Change:
    """More, or fewer, students show or say something than before."""

    of: str  # of GROUPS, or a tap
    more: bool


class Named(NamedTuple):
    """A change, and its place among released minutes."""

    at: int  # of the minute in which it showed
    since: int  # of the first of those that are unlike the ones before
    change: Change


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
) -> list[Named]:
    """Every change that is named in a class, of these minutes.

    The newest minute is compared with those before it, and so are the newest two, three and
    four together: most of the noise of each is its own. A named change begins a new normal:
    later minutes are compared with it and what follows, so that it is named once.
    """
    of = _PULSE if signal == Purpose.PULSE else _EXPRESSION
    shares, bands = (
        np.array(
            [[minute[kind][name] for name in of.names] for minute in released]
        ).reshape(-1, len(of.names))
        for kind in (of.shares, of.band)
    )
    variances = (bands / _Z90) ** 2
    changes: list[Named] = []
    normal, at = 0, -1  # the first minute since the last change, and where that showed
    while found := _first_change(shares[normal:], variances[normal:], of, at - normal):
        normal, at = normal + found.since, normal + found.at
        changes.append(Named(at, normal, found.change))
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
    if not changes or len(released) - changes[-1].at > _NAMED_FOR_MINUTES:
        return "", None
    at, _since, change = changes[-1]
    return change_words(change.of, more=change.more), released[at]["index"]


def _first_change(
    shares: np.ndarray, variances: np.ndarray, signal: _Signal, after: int
) -> Named | None:
    """The first minute after this one that differs from those before it, alone or with some others.

    The newest minutes, however many, are compared with those before them (a generalised
    likelihood ratio test: T. L. Lai 1995, "Sequential changepoint detection in quality control
    and dynamical systems", Journal of the Royal Statistical Society B 57, 613-658).

    Args:
        shares: Shape (T, C).
        variances: Of their errors, which have nothing in common, shape (T, C).
        signal: Whose they are.
        after: The place of a minute; -1 for all.
    """
    z = np.array(  # (number of minutes, T, C)
        [
            _standardised(shares, variances, minutes)
            for minutes in range(1, signal.longest + 1)
        ]
    )
    beyond = np.abs(z).max(axis=(0, 2), initial=0) >= _Z_CHANGE
    beyond[: after + 1] = False
    if not beyond.any():
        return None
    at = int(np.argmax(beyond))
    sizes = np.abs(z[:, at]) + _TIE * np.sign(z[:, at])
    minutes, which = np.unravel_index(np.argmax(sizes), sizes.shape)
    more = bool(z[minutes, at, which] > 0)
    return Named(at, at - int(minutes), Change(signal.names[which], more=more))


def _standardised(
    shares: np.ndarray, variances: np.ndarray, minutes: int
) -> np.ndarray:
    """The means of so many minutes less those before them, in standard deviations, (T, C).

    At the last of these minutes; 0 where too little is before them, or the difference is small.
    """
    z = np.zeros(shares.shape)
    end = np.arange(minutes + _LEAST_BASELINE, len(shares) + 1)
    begin = end - minutes
    first = np.maximum(begin - BASELINE_MINUTES, 0)
    before = (begin - first)[:, np.newaxis]  # how many
    total, spread = (
        np.vstack([np.zeros(shares.shape[1]), of.cumsum(axis=0)])
        for of in (shares, variances)
    )
    difference = (total[end] - total[begin]) / minutes
    difference -= (total[begin] - total[first]) / before
    variance = (spread[end] - spread[begin]) / minutes**2
    variance += (spread[begin] - spread[first]) / before**2
    large = np.abs(difference) >= _SMALLEST_CHANGE - _TIE
    z[end - 1] = np.where(large, difference, 0) / np.sqrt(np.maximum(variance, _TIE))
    return z
