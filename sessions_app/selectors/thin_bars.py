"""How a class was, in one thin bar: the mean of what its minutes released, and no more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from inference.mood import whole_students
from sessions_app.enums import Look, Vote
from sessions_app.models import ClassMinute, ClassSession

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
    return {session_id: _bar(known) for session_id, known in minutes.items()}


def _bar(minutes: list[tuple[_Shares | None, _Shares | None]]) -> ThinBar:
    said = [pulse for pulse, _ in minutes if pulse]
    seen = [groups for _, groups in minutes if groups]
    kind, chosen = (Vote, said) if said else (Look, seen)
    return ThinBar(
        minutes=len(minutes),
        with_numbers=sum(bool(pulse or groups) for pulse, groups in minutes),
        parts=_parts(chosen, kind) if chosen else [],
    )


def _parts(released: list[_Shares], kind: type[Vote] | type[Look]) -> list[Part]:
    sums = np.array([sum(each[label] for each in released) for label in kind.values])
    percents = (100 * whole_students(sums / sums.sum(), 100)).round().astype(int)
    starts = np.cumsum(percents) - percents
    return [
        Part(label, str(word), start, percent)
        for (label, word), start, percent in zip(
            kind.choices, starts.tolist(), percents.tolist(), strict=True
        )
        if percent
    ]
