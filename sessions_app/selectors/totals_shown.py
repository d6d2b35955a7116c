"""How lessons that were added up are shown: shares and their bands in whole percent."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_app.enums import Coverage, Look, Tap, Vote
from sessions_app.minutes.spans import Change, Difference, Span, difference
from sessions_app.selectors.totals import Group, Measured

ANSWERED = "answered"  # the rest of those who gave no answer
LOOKS = dict(Look.choices)
SAID = {tap: Vote(tap).label for tap in Tap.values} | {
    ANSWERED: gettext_lazy("Answered")
}


class Shown(NamedTuple):
    """A share and half of its band, in whole percent."""

    label: str
    word: str
    percent: int
    band: int

    @property
    def low(self) -> int:
        return max(0, self.percent - self.band)

    @property
    def high(self) -> int:
        return min(100, self.percent + self.band)

    @property
    def width(self) -> int:
        """Of the band, within 0 and 100."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Row:
    """A group as pages show it; it has no shares where no minute has numbers."""

    label: str
    lessons: int
    looks: list[Shown]
    said: list[Shown]
    expression: Measured
    pulse: Measured
    coverage: list[tuple[str, int]]  # word, and percent of the minutes that have one
    address: str = ""  # of the list of its lessons


def row_of(group: Group, address: str = "") -> Row:
    """What is shown of a group of lessons."""
    counted = group.span.coverage
    return Row(
        group.label,
        group.lessons,
        looks_of(group.span),
        said_of(group.span),
        group.expression,
        group.pulse,
        [(str(word.label), _percent(counted[word])) for word in Coverage if counted],
        address,
    )


def looks_of(span: Span) -> list[Shown]:
    """What faces looked like, in three groups."""
    if not (span.groups and span.groups_band):
        return []
    return _shown(LOOKS, span.groups, span.groups_band)


def said_of(span: Span) -> list[Shown]:
    """What students said: shares of those who answered, and how many answered."""
    if not (span.pulse and span.pulse_band and span.answers and span.answers_band):
        return []
    none = Vote.NO_ANSWER
    return _shown(
        SAID,
        span.answers | {ANSWERED: 1 - span.pulse[none]},
        span.answers_band | {ANSWERED: span.pulse_band[none]},
    )


def counted(row: Row) -> list[Shown]:
    """Shares of minutes that were counted, not estimated."""
    shares = {
        _("Facial expression: too few"): row.expression.suppressed,
        _("Facial expression: interrupted"): row.expression.cut,
        _("One-tap pulse: too few"): row.pulse.suppressed,
        _("One-tap pulse: interrupted"): row.pulse.cut,
    }
    return [Shown("", word, _percent(share or 0), 0) for word, share in shares.items()]


def _shown(
    words: Mapping[str, Any], shares: Mapping[str, float], band: Mapping[str, float]
) -> list[Shown]:
    return [
        Shown(label, str(word), _percent(shares[label]), _percent(band[label]))
        for label, word in words.items()
    ]


def _percent(share: float) -> int:
    return round(100 * share)


class Compared(NamedTuple):
    """A share in two sets of lessons, and what can be told of the difference."""

    before: Shown
    after: Shown
    by: int  # points that the second has more
    band: int
    told: bool

    @property
    def signed(self) -> str:
        return f"{self.by:+}".replace("-", "\N{MINUS SIGN}") if self.by else "0"


@dataclass(frozen=True)
class Comparison:
    """Two spans of minutes, and what can be told of their difference."""

    first: Span
    second: Span

    @cached_property
    def difference(self) -> Difference:
        return difference(self.first, self.second)

    @cached_property
    def looks(self) -> list[Compared]:
        """What faces looked like; nothing where one of the two has no numbers."""
        if not self.difference.groups:
            return []
        return _compared(
            looks_of(self.first), looks_of(self.second), self.difference.groups
        )

    @cached_property
    def said(self) -> list[Compared]:
        """What students said; nothing where one of the two has no numbers."""
        answers, pulse = self.difference.answers, self.difference.pulse
        if not (answers and pulse):
            return []
        silent = pulse[Vote.NO_ANSWER]
        answered = silent._replace(by=-silent.by)
        return _compared(
            said_of(self.first), said_of(self.second), answers | {ANSWERED: answered}
        )

    @property
    def told(self) -> list[str]:
        """One sentence for each difference that can be told."""
        more = _("%(what)s: %(n)s points more in the second, give or take %(band)s.")
        less = _("%(what)s: %(n)s points less in the second, give or take %(band)s.")
        return [
            (more if each.by > 0 else less)
            % {"what": each.before.word, "n": abs(each.by), "band": each.band}
            for each in [*self.looks, *self.said]
            if each.told
        ]


def _compared(
    before: list[Shown], after: list[Shown], changes: Mapping[str, Change]
) -> list[Compared]:
    return [
        Compared(
            was,
            now,
            _percent(changes[was.label].by),
            _percent(changes[was.label].band),
            changes[was.label].told,
        )
        for was, now in zip(before, after, strict=True)
    ]
