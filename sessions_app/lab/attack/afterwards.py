"""An attacker who reads, beside the minutes, what is said of them together afterwards.

Topics, reports and course pages show spans: estimates from released rows alone, which
should tell nothing new. The target shows one thing until it leaves, nobody else changes,
and where the target stops counting a topic and a lesson of the course end, as an attacker
who may choose them would have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

import numpy as np

from sessions_app.lab.attack.attackers import guessed_right
from sessions_app.lab.attack.classes import Habits, Played, Protection, play
from sessions_app.lab.attack.outcome import Outcome
from sessions_app.lab.attack.presence import Pattern, Presence, session
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.lab.truth.lessons import Rows, SharedSignal, rows_of, shared
from sessions_app.minutes.belief import Release
from sessions_app.minutes.estimation import calibration
from sessions_app.minutes.figures import figures_of
from sessions_app.minutes.release import noise_scale, rough_sizes
from sessions_app.minutes.spans import Released, Span, span

MINUTES = 45
_TEMPLATES = 10  # different presences; the lessons of a trial share them
_REHEARSALS = 2  # for each lesson that is attacked
_FLOOR = 0.02  # keeps logarithms of shares finite


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What is read of a lesson that is over."""

    signal: str
    minutes: bool = True  # its rows as they are shown
    spans: bool = False  # its topics, its report, its course

    @property
    def name(self) -> str:
        words = {"minutes": self.minutes, "spans": self.spans}
        read = " and ".join(word for word in words if words[word])
        return f"{self.signal}, reads {read}"


class _Lessons(NamedTuple):
    """What can be read of N lessons, and what went in."""

    target: np.ndarray  # (N,), what the target shows
    told: np.ndarray  # (N,), whether a lesson is a rehearsal
    rows: np.ndarray  # (N, features)
    spans: np.ndarray  # (N, features)
    without_target: np.ndarray  # (N, features), of the rows, had the target stayed away
    errors: np.ndarray  # (N, 2), of the exact and of the noisy shares


def run(
    attack: Afterwards,
    signal: ClassSignal,
    *,
    others: int,
    classes: int,
    protection: Protection,
    seed: int,
) -> Outcome:
    """Attack many lessons and count; they are the same ones whatever is read of them.

    Args:
        attack: What is read.
        signal: What is published.
        others: Students besides the target, on average.
        classes: How many are attacked.
        protection: What the release does.
        seed: Of everything that is drawn.
    """
    found = _lessons(signal, others, classes, protection, seed)
    read = [found.rows] * attack.minutes + [found.spans] * attack.spans
    return Outcome(
        attack.name,
        guessed_right(np.hstack(read), found.target, found.told),
        guessed_right(found.without_target, found.target, found.told),
        *found.errors[~found.told].mean(axis=0).tolist(),
    )


@lru_cache(maxsize=1)  # the attacks on them follow each other
def _lessons(
    signal: ClassSignal, others: int, classes: int, protection: Protection, seed: int
) -> _Lessons:
    way = shared(signal, calibration())
    rng = np.random.default_rng([seed, others])
    each = -(-classes // _TEMPLATES)
    parts = [
        _read(way, presence, many, rng, protection, keyed=keyed)
        for presence in _presences(others, protection, rng)
        for many, keyed in ((_REHEARSALS * each, False), (each, True))
    ]
    return _Lessons(*map(np.concatenate, zip(*parts, strict=True)))


def _presences(
    others: int, protection: Protection, rng: np.random.Generator
) -> list[Presence]:
    """Who counts in lessons that the target leaves."""
    found: list[Presence] = []
    while len(found) < _TEMPLATES:
        whole = session(
            rng,
            others=others,
            minutes=MINUTES,
            pattern=Pattern.ONE_LEAVE,
            churn=True,
            lasts=protection.lasts,
        )
        released = whole.released(protection.min_group)
        if 0 < released.target.sum() < len(released.target):
            found.append(released)
    return found


def _read(
    way: SharedSignal,
    presence: Presence,
    lessons: int,
    rng: np.random.Generator,
    protection: Protection,
    *,
    keyed: bool,
) -> _Lessons:
    """Play lessons with this presence, show them and read them."""
    played = play(
        way.signal,
        presence,
        lessons,
        rng,
        habits=Habits(hold=1.0),
        protection=protection,
        keyed=keyed,
    )
    released, here = _released(way, presence, protection), presence.target
    rows = _rows(way, played.seen.shares, presence, released, rng)
    alone = presence.without_target()
    unseen = _rows(way, played.unseen.shares, alone, released, rng)
    return _Lessons(
        played.target,
        np.full(lessons, not keyed),
        _of_rows(_shares(rows, way.kinds), here),
        np.array([_of_spans(each, here.tolist(), released) for each in rows]),
        _mood(_shares(unseen, way.kinds)),
        _errors(played),
    )


def _released(
    way: SharedSignal, presence: Presence, protection: Protection
) -> Released:
    """How the server reads its own noise, which may be less than usual, or none."""
    n = int(presence.n.max())
    factor = protection.scale(n) / noise_scale(way.purpose, n)
    return partial(Release, min_group=protection.min_group, noise=factor)


def _rows(
    way: SharedSignal,
    noisy: np.ndarray,
    presence: Presence,
    released: Released,
    rng: np.random.Generator,
) -> list[Rows]:
    """What is shown of lessons with these noisy shares (N, T, D).

    Nobody changes, so that minutes with the same students are alike: one of them is enough.
    """
    sets, minute_set = presence.sets
    _, first = np.unique(minute_set, return_index=True)
    least = released(1)
    drawn = rng.standard_normal((len(noisy), len(sets)))
    sizes = rough_sizes(
        presence.n[first], drawn if least.noise else np.ones_like(drawn)
    )
    rows = rows_of(way, noisy[:, first], np.maximum(least.min_group, sizes), released)
    return [[each[its] for its in minute_set.tolist()] for each in rows]


def _shares(rows: list[Rows], kinds: Sequence[str]) -> np.ndarray:
    """What the rows of N lessons show, side by side, shape (N, T, K)."""
    return np.array(
        [
            [[share for kind in kinds for share in row[kind].values()] for row in each]
            for each in rows
        ]
    )


def _of_rows(shares: np.ndarray, here: np.ndarray) -> np.ndarray:
    """The minutes with the target and those without, from shares (N, T, K)."""
    there, away = shares[:, here].mean(axis=1), shares[:, ~here].mean(axis=1)
    return np.hstack([there, away, (there - away) ** 2, _mood(shares)])


def _mood(shares: np.ndarray) -> np.ndarray:
    """What lessons (N, T, K) were like."""
    mean = shares.mean(axis=1)
    return np.hstack([mean, np.log(np.clip(mean, 0, None) + _FLOOR)])


def _of_spans(rows: Rows, here: list[bool], released: Released) -> np.ndarray:
    """The two topics of a lesson, the whole of it, and them as lessons of a course."""
    topics = [
        figures_of(row for row, counts in zip(rows, here, strict=True) if counts is its)
        for its in (True, False)
    ]
    read = ([topics[0]], [topics[1]], [figures_of(rows)], topics)
    spans = [span(each, released) for each in read]
    shares = [_values(each, "") for each in spans]
    bands = [_values(each, "_band").mean() for each in spans]
    return np.concatenate([*shares, (shares[0] - shares[1]) ** 2, bands])


def _values(found: Span, what: str) -> np.ndarray:
    """All shares of a span, or their bands, side by side, shape (K,)."""
    kinds = (getattr(found, kind + what).values() for kind in found.estimates)
    return np.array([*chain.from_iterable(kinds)])


def _errors(played: Played) -> np.ndarray:
    """Of the exact and of the noisy shares of each lesson, shape (N, 2)."""
    return np.column_stack(
        [
            np.abs(shares - played.truth).sum(axis=2).mean(axis=1) / 2
            for shares in (played.seen.exact, played.seen.shares)
        ]
    )
