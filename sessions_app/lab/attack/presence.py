"""Who counts when: the target's comings and goings, the churn of the others."""

import math
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import numpy as np

from sessions_app.minutes.re_entry import ReEntry

_LEAVES = 0.04  # of the others present, in each minute of a class with churn
_RETURNS = 0.3  # of the others absent
_SPARE = 2  # enrolled beyond the mean, so that few minutes fall below the group
_LONG_VISIT = 5  # minutes


class Pattern(StrEnum):
    """What the target does in a session."""

    ONE_LEAVE = "one leave"
    ONE_GAP = "one gap"
    SHORT_VISITS = "short visits"  # counts as often as re-entry allows
    LONG_VISITS = "long visits"  # of five minutes each
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
    wait: int,
) -> Presence:
    """A session's presence, after re-entry.

    Args:
        others: How many others count; with churn about as many, rarely fewer.
        churn: Whether they, too, come and go.
        wait: Full minutes that re-entry asks for.
    """
    stay = _RETURNS / (_RETURNS + _LEAVES) if churn else 1.0
    enrolled = math.ceil(others / stay) + _SPARE if churn else others
    present = np.column_stack(
        [_coming_and_going(rng, minutes, stay) for _ in range(enrolled)]
        + [_target(minutes, pattern, wait)]
    )
    running = np.ones(minutes, bool)
    if pattern is Pattern.PAUSED:
        running[minutes // 2 - 5 : minutes // 2 + 5] = False
    return Presence(_admitted(present, running, wait))


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


def _target(minutes: int, pattern: Pattern, wait: int) -> np.ndarray:
    minute = np.arange(minutes)
    match pattern:
        case Pattern.ONE_LEAVE | Pattern.PAUSED:
            return minute < minutes // 2
        case Pattern.ONE_GAP:
            return (minute < minutes // 3) | (minute >= 2 * minutes // 3)
        case Pattern.SHORT_VISITS:
            return _visits(minutes, stay=1, wait=wait)
        case Pattern.LONG_VISITS:
            return _visits(minutes, stay=_LONG_VISIT, wait=wait)


def _visits(minutes: int, *, stay: int, wait: int) -> np.ndarray:
    """Count for some minutes, miss one, be there until counting again, and so on."""
    me, re_entry = UUID(int=0), ReEntry(wait=wait)
    here, counted = [], 0
    for minute in range(minutes):
        here.append(counted < stay)
        admitted = re_entry.admit(minute, {me} if here[-1] else set())
        counted = counted + 1 if me in admitted else 0
    return np.array(here)


def _admitted(present: np.ndarray, running: np.ndarray, wait: int) -> np.ndarray:
    """Who counts in the minutes that run, shape (T, P), by the rule of the server."""
    people = [UUID(int=person) for person in range(present.shape[1])]
    re_entry = ReEntry(wait=wait)
    counting = []
    for minute in np.flatnonzero(running).tolist():
        full = {p for p, here in zip(people, present[minute], strict=True) if here}
        admitted = re_entry.admit(minute, full)
        counting.append([person in admitted for person in people])
    return np.array(counting)
