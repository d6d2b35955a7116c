"""Plain sums of released minutes: of a lesson, of a topic, of many lessons together.

They can be added, by Python and by the database, and tell no more than the rows they are
sums of. `spans` says what they mean.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from operator import attrgetter
from typing import Any

from sessions_app.enums import MinuteStatus
from sessions_app.minutes.release import NOISE_PARTS
from sessions_app.models import ClassMinute

_Minute = ClassMinute | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of closed minutes, and sums over those with numbers."""

    minutes: int = 0
    # What became of the expression in each minute, and of the pulse (`MinuteStatus`).
    expression_released: int = 0
    expression_too_few: int = 0
    expression_paused: int = 0
    expression_interrupted: int = 0
    expression_off: int = 0
    pulse_released: int = 0
    pulse_too_few: int = 0
    pulse_paused: int = 0
    pulse_interrupted: int = 0
    pulse_off: int = 0
    # Sums of the shares of the groups, and of the rough sizes.
    groups_pleased: float = 0.0
    groups_calm: float = 0.0
    groups_strained: float = 0.0
    expression_size: int = 0
    # Square of the released minutes, times the part of the noise left in their mean.
    expression_noise: float = 0.0
    # The same of the votes, and of the taps of those who answered.
    pulse_lost: float = 0.0
    pulse_too_fast: float = 0.0
    pulse_ok: float = 0.0
    pulse_too_slow: float = 0.0
    pulse_no_answer: float = 0.0
    answers_lost: float = 0.0
    answers_too_fast: float = 0.0
    answers_ok: float = 0.0
    answers_too_slow: float = 0.0
    pulse_size: int = 0
    pulse_noise: float = 0.0
    # Minutes with each word for how many contribute, and those marked as unusual.
    coverage_few: int = 0
    coverage_half: int = 0
    coverage_most: int = 0
    unusual: int = 0

    def of(self, prefix: str, names: Iterable[str]) -> list[float]:
        """The values of the columns of one kind, in the order of the names."""
        return [getattr(self, f"{prefix}_{name}") for name in names]


NAMES = tuple(field.name for field in fields(Figures))
NOTHING = Figures()
_VALUES = attrgetter(*NAMES)


def total(figures: Iterable[Figures]) -> Figures:
    """The sum of the figures of different lessons: their noise must be independent."""
    columns = zip(*map(_VALUES, figures), strict=True)
    return Figures(*map(sum, columns))


def figures_of(minutes: Iterable[_Minute]) -> Figures:
    """The figures of closed minutes of one lesson, of all or of some.

    Args:
        minutes: Rows, or the same values by name as `timeline.released_minutes` has them.
    """
    sums: dict[str, Any] = defaultdict(int)
    seen: Counter[tuple[Any, ...]] = Counter()
    said: Counter[tuple[Any, ...]] = Counter()
    for minute in minutes:
        value = _values_of(minute)
        sums["minutes"] += 1
        sums[f"expression_{value('status')}"] += 1
        sums[f"pulse_{value('pulse_status')}"] += 1
        sums["unusual"] += bool(value("unusual"))
        if word := value("coverage"):
            sums[f"coverage_{word}"] += 1
        if value("status") == MinuteStatus.RELEASED:
            # While a new version comes, the one before it still writes minutes.
            groups = value("groups_alone") or value("groups")
            _add(sums, "groups", groups)
            sums["expression_size"] += value("size")
            seen[_row(value("size"), groups)] += 1
        if value("pulse_status") == MinuteStatus.RELEASED:
            _add(sums, "pulse", value("pulse"))
            _add(sums, "answers", value("answers") or {})
            sums["pulse_size"] += value("pulse_size")
            said[_row(value("pulse_size"), value("pulse"))] += 1
    rounded = {name: round(value, 2) for name, value in sums.items()}
    return Figures(
        **rounded,
        expression_noise=_noise_left(seen),
        pulse_noise=_noise_left(said),
    )


def _values_of(minute: _Minute) -> Callable[[str], Any]:
    """Its values by name."""
    if isinstance(minute, Mapping):
        return minute.__getitem__
    return partial(getattr, minute)


def _add(sums: dict[str, Any], prefix: str, shares: Mapping[str, float]) -> None:
    for name, share in shares.items():
        sums[f"{prefix}_{name}"] += share


def _row(size: int, shares: Mapping[str, float]) -> tuple[Any, ...]:
    return (size, *shares.values())


def _noise_left(rows: Counter[tuple[Any, ...]]) -> float:
    """How much noise is in the sum of the minutes of a lesson, in minutes squared.

    Only what differs has other noise for certain (decision 13): rows that differ come
    from different answers, and sizes that differ from different groups. Minutes that look
    the same may yet have had other noise, so this is rather too much than too little.
    """
    sizes: Counter[int] = Counter()
    for (size, *_), count in rows.items():
        sizes[size] += count
    of_class, of_group, of_answers = NOISE_PARTS
    return round(
        of_class * rows.total() ** 2
        + of_group * sum(count**2 for count in sizes.values())
        + of_answers * sum(count**2 for count in rows.values()),
        2,
    )
