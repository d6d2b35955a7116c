"""How a class was, in one thin bar: the mean of what its minutes released, and no more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from inference.mood import whole_students
from sessions_app.enums import Look
from sessions_app.models import ClassMinute, ClassSession
from sessions_app.models.choices import vote_words

_Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar, from `start` on; both in whole percent, which add up to 100."""

    label: str
    word: str
    start: int
    percent: int


@dataclass(frozen=True, slots=True)
class ThinBar:
    """What students said or, where nobody could, what faces looked like."""

    minutes: int
    with_numbers: int
    parts: list[Part]


def with_bars(
    sessions: Iterable[ClassSession],
) -> list[tuple[ClassSession, ThinBar | None]]:
    """Each session with its bar, as lists show them; None before its first minute."""
    shown = [*sessions]
    bars = thin_bars(shown)
    return [(session, bars.get(session.pk)) for session in shown]


def thin_bars(sessions: list[ClassSession]) -> dict[UUID, ThinBar]:
    """A bar for each session that has closed minutes; empty where none has numbers."""
    rows = ClassMinute.objects.filter(session__in=sessions).values_list(
        "session_id", "pulse", "groups"
    )
    minutes = defaultdict(list)
    for session_id, pulse, groups in rows:
        minutes[session_id].append((pulse, groups))
    return {
        session.pk: _bar(minutes[session.pk], vote_words(session.choices))
        for session in sessions
        if session.pk in minutes
    }


def _bar(
    minutes: list[tuple[_Shares | None, _Shares | None]], votes: Mapping[str, str]
) -> ThinBar:
    said = [pulse for pulse, _ in minutes if pulse]
    seen = [groups for _, groups in minutes if groups]
    looks = {look.value: str(look.label) for look in Look}
    words, chosen = (votes, said) if said else (looks, seen)
    return ThinBar(
        minutes=len(minutes),
        with_numbers=sum(bool(pulse or groups) for pulse, groups in minutes),
        parts=_parts(chosen, words) if chosen else [],
    )


def _parts(released: list[_Shares], words: Mapping[str, str]) -> list[Part]:
    sums = np.array([sum(each[label] for each in released) for label in words])
    percents = (100 * whole_students(sums / sums.sum(), 100)).round().astype(int)
    starts = np.cumsum(percents) - percents
    return [
        Part(label, word, start, percent)
        for (label, word), start, percent in zip(
            words.items(), starts.tolist(), percents.tolist(), strict=True
        )
        if percent
    ]
