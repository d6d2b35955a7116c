"""How a class was, in one thin bar: the mean of what its minutes released, and no more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from inference.mood import whole_students
from sessions_app.enums import Look
from sessions_app.minutes.figures import Figures, figures_of
from sessions_app.minutes.kept_figures import READ
from sessions_app.models import ClassMinute, ClassSession
from sessions_app.models.choices import choices_in, vote_words
from sessions_app.selectors.lesson_figures import figures_by_lesson


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar, from `start` on; both in whole percent, which add up to 100."""

    label: str
    word: str
    start: int
    percent: int


@dataclass(frozen=True, slots=True)
class ThinBar:
    """What students said or, where nobody could, what faces looked like; empty without numbers."""

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
    there = ClassSession.objects.filter(pk__in=[each.pk for each in sessions])
    figures = figures_by_lesson(sessions=there)
    figures |= _of_minutes([each for each in sessions if each.pk not in figures])
    usual = vote_words(choices_in(None))
    return {
        each.pk: _bar(
            figures[each.pk],
            usual if each.choices_stored is None else vote_words(each.choices),
        )
        for each in sessions
        if figures[each.pk].minutes
    }


def _of_minutes(sessions: list[ClassSession]) -> dict[UUID, Figures]:
    """The figures of lessons whose sums are not kept yet: those that run."""
    minutes = defaultdict[UUID, list[dict[str, Any]]](list)
    for row in ClassMinute.objects.filter(session__in=sessions).values(*READ):
        minutes[row["session_id"]].append(row)
    return {each.pk: figures_of(minutes[each.pk]) for each in sessions}


def _bar(figures: Figures, votes: Mapping[str, str]) -> ThinBar:
    if figures.pulse_released:
        return ThinBar(_parts(figures.of("pulse", votes), votes))
    if figures.expression_released:
        looks = {look.value: str(look.label) for look in Look}
        return ThinBar(_parts(figures.of("groups", looks), looks))
    return ThinBar([])


def _parts(sums: list[float], words: Mapping[str, str]) -> list[Part]:
    shares = np.array(sums) / sum(sums)
    percents = (100 * whole_students(shares, 100)).round().astype(int)
    starts = np.cumsum(percents) - percents
    return [
        Part(label, word, start, percent)
        for (label, word), start, percent in zip(
            words.items(), starts.tolist(), percents.tolist(), strict=True
        )
        if percent
    ]
