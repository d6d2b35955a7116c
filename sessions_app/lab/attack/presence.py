"""Who counts when: the target's comings and goings, the churn of the others."""

import math
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import numpy as np

from sessions_app.minutes.re_entry import GROUP_LASTS_S, ReEntry, Rule

GROUP_LASTS = GROUP_LASTS_S // 60  # minutes

_LEAVES = 0.04  # of the others present, in each minute of a class with churn
_RETURNS = 0.3  # of the others absent
_SPARE = 2  # enrolled beyond the mean, so that few minutes fall below the group
_LONG_VISIT = 2 * GROUP_LASTS  # minutes


class Pattern(StrEnum):
    """What the target does in a session."""

    ONE_LEAVE = "one leave"
    ONE_GAP = "one gap"
    SHORT_VISITS = "short visits"  # counts in every other group
    LONG_VISITS = "long visits"  # of five minutes each
    ALWAYS = "always there"
    PAUSED = "a leave in a pause"  # the teacher pauses the class for ten minutes


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """Who counts in each of T minutes; the target is the last of the P students."""

    counts: np.ndarray  # (T, P), bool

    @property
    def target(self) -> np.ndarray:
        """Whether the target counts, shape (T,)."""
        return self.counts[:, -1]

    @property
    def n(self) -> np.ndarray:
        """Contributors, shape (T,)."""
        n: np.ndarray = self.counts.sum(axis=1)
        return n

    @property
    def sets(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct sets of contributors (S, P), and which one each minute has."""
        sets, minute_set = np.unique(self.counts, axis=0, return_inverse=True)
        return sets, minute_set.reshape(-1)

    def without_target(self) -> "Presence":
        counts = self.counts.copy()
        counts[:, -1] = False
        return Presence(counts)

    def released(self, min_group: int) -> "Presence":
        """The minutes with enough contributors to publish anything."""
        return Presence(self.counts[self.n >= min_group])


def one_leave(others: int) -> Presence:
    """Two minutes of a class; the target counts in the first only."""
    counts = np.ones((2, others + 1), bool)
    counts[1, -1] = False
    return Presence(counts)


def session(
    rng: np.random.Generator,
    *,
    others: int,
    minutes: int,
    pattern: Pattern,
    churn: bool,
    lasts: int,
    own: bool = False,
) -> Presence:
    """Who counts in a session: a group that changes at marks.

    Args:
        others: How many others count; with churn about as many, rarely fewer.
        churn: Whether they, too, come and go.
        lasts: Minutes that a group stays the same.
        own: Whether the attacker joins with another browser for every mark.
    """
    stay = _RETURNS / (_RETURNS + _LEAVES) if churn else 1.0
    enrolled = math.ceil(others / stay) + _SPARE if churn else others
    present = np.column_stack(
        [_coming_and_going(rng, minutes, stay) for _ in range(enrolled)]
        + (list(_own_browsers(minutes, lasts)) if own else [])
        + [_target(minutes, pattern, lasts)]
    )
    running = np.ones(minutes, bool)
    if pattern is Pattern.PAUSED:
        running[minutes // 2 - 5 : minutes // 2 + 5] = False
    return Presence(_admitted(present, running, lasts))


def among_own_browsers(own: int, *, minutes: int, lasts: int, coming: bool) -> Presence:
    """The target alone among own browsers, of which one is another at every mark.

    Args:
        own: Own browsers that count at once; one of them is exchanged.
        minutes: Of the session.
        lasts: Minutes that a group stays the same.
        coming: Whether the target joins at half-time only.
    """
    always = [np.ones(minutes, bool)] * (own - 1)
    target = np.arange(minutes) >= minutes // 2 if coming else np.ones(minutes, bool)
    present = np.column_stack([*always, *_own_browsers(minutes, lasts), target])
    return Presence(_admitted(present, np.ones(minutes, bool), lasts))


def _own_browsers(minutes: int, lasts: int) -> np.ndarray:
    """One browser for every group, there for that group alone, shape (groups, T)."""
    group = np.arange(minutes) // max(1, lasts)
    return np.equal.outer(np.unique(group), group)


def _coming_and_going(
    rng: np.random.Generator, minutes: int, stay: float
) -> np.ndarray:
    here = np.empty(minutes, bool)
    now = rng.random() < stay
    for minute in range(minutes):
        here[minute] = now
        if stay < 1:
            now = rng.random() >= _LEAVES if now else rng.random() < _RETURNS
    return here


def _target(minutes: int, pattern: Pattern, lasts: int) -> np.ndarray:
    minute = np.arange(minutes)
    match pattern:
        case Pattern.ALWAYS:
            return np.ones(minutes, bool)
        case Pattern.ONE_LEAVE | Pattern.PAUSED:
            return minute < minutes // 2
        case Pattern.ONE_GAP:
            return (minute < minutes // 3) | (minute >= 2 * minutes // 3)
        case Pattern.SHORT_VISITS:
            return _visits(minutes, stay=1, lasts=lasts)
        case Pattern.LONG_VISITS:
            return _visits(minutes, stay=_LONG_VISIT, lasts=lasts)


def _visits(minutes: int, *, stay: int, lasts: int) -> np.ndarray:
    """Count for some minutes, miss the next mark, be there until counting again, and so on."""
    me, another = UUID(int=0), UUID(int=1)
    both, group = {me: 0, another: 1}, ReEntry()
    here, counted = [], 0
    for minute in range(minutes):
        here.append(counted < stay)
        full = both if here[-1] else {another: 1}
        counting = group.admit(minute, full, both, Rule(lasts, enough=1))
        counted = counted + 1 if me in counting.people else 0
    return np.array(here)


def _admitted(present: np.ndarray, running: np.ndarray, lasts: int) -> np.ndarray:
    """Who counts in the minutes that run, shape (T, P), by the rule of the server.

    Nobody says no: who is away goes on counting until the group changes.
    """
    people = [UUID(int=person) for person in range(present.shape[1])]
    group, its = ReEntry(), Rule(lasts, enough=1)
    counting = []
    for minute in np.flatnonzero(running).tolist():
        here = zip(people, present[minute], strict=True)
        full = {person: person.int for person, is_here in here if is_here}
        admitted = group.admit(minute, full, people, its).people
        counting.append([person in admitted for person in people])
    return np.array(counting)
