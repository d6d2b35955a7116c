"""What a class was like, from its released minutes alone: the words above its charts.

A sentence is about minutes of which each says the same, or more, with the chance from which
a claim is said. It is true of these minutes together, that is of the mean of what held in
them, with about that chance, however the errors of the minutes go together: the standard
deviation of a mean is at most the mean of the standard deviations.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from inference.labels import GROUPS
from sessions_app.enums import Look, Tap, Vote
from sessions_app.minutes.belief import up_to_a_step
from sessions_app.minutes.claims import PULSE_CLAIMS, Claim, Kind, PulseClaim, Words

LEAST_RUN = 2  # minutes; a single one is seen in the chart
_MOST = {Kind.NEARLY_ALL, Kind.MOST}
_OK, _TOO_SLOW = frozenset({Vote.OK}), frozenset({Vote.TOO_SLOW})
STRETCHES = {
    "half:lost": _("Half or more of those who answered were lost"),
    "half:too_fast": _("Half or more of those who answered found it too fast"),
    "half:behind": _(
        "Half or more of those who answered were lost or found it too fast"
    ),
    "third:lost": _("1 in 3 or more of those who answered were lost"),
    "third:too_fast": _("1 in 3 or more of those who answered found it too fast"),
    "third:behind": _(
        "1 in 3 or more of those who answered were lost or found it too fast"
    ),
    "third:too_slow": _("1 in 3 or more of those who answered found it too slow"),
}
_TAPS: Mapping[str, Words] = {
    Tap.LOST: _("lost"),
    Tap.TOO_FAST: _("too fast"),
    Tap.OK: _("all good"),
    Tap.TOO_SLOW: _("too slow"),
}
_MOSTLY = {
    Look.PLEASED: _("Mostly pleased: most of the class looked so in %(minutes)s."),
    Look.CALM: _("Mostly calm: most of the class looked so in %(minutes)s."),
    Look.STRAINED: _("Mostly strained: most of the class looked so in %(minutes)s."),
    Vote.OK: _("Mostly good: most of those who answered said so in %(minutes)s."),
}
_PEAK = _("Peak of “%(tap)s”")
_LOOKS = {
    Look.STRAINED: _("Peak of strained looks"),
    Look.PLEASED: _("Peak of pleased looks"),
    Look.CALM: _("Peak of calm looks"),
}
_FIGURES = 4
# The highest of many shares is chosen, so its noise more often adds than takes away: in
# `truth_check` the band of a single minute holds a peak in as few as 8 of 10 cases.
_PEAK_WIDER = 1.5

Minute = Mapping[str, Any]
Minutes = Sequence[Minute]


@dataclass(frozen=True, slots=True)
class Moment:
    """A minute to go to, in the chart of a signal."""

    chart: str
    index: int
    begins: dt.datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring minutes of which one sentence is true."""

    claim: PulseClaim
    first: Moment
    ends: dt.datetime
    minutes: int

    @property
    def words(self) -> str:
        """What a teacher reads of these minutes."""
        return str(STRETCHES[str(self.claim)])


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the minute in which it was highest."""

    name: str
    value: str
    at: Moment
    of: str = ""  # the tap or the group of expressions; blank where it is no share
    band: float = 0.0  # half width of what holds the true share in nine of ten cases


@dataclass(frozen=True, slots=True)
class Mostly:
    """What held in most of the minutes with numbers of a signal."""

    claim: Claim | PulseClaim  # the least that was said of each of `count` minutes
    count: int
    of: int
    in_steps: bool = False  # where a minute of the class lasts no minute

    def __str__(self) -> str:
        """As a teacher reads it."""
        of = Look(self.claim.look) if isinstance(self.claim, Claim) else Vote.OK
        said = _MOSTLY[of]
        return str(said) % {"minutes": self._minutes}

    @property
    def _minutes(self) -> str:
        # Translators: "12 of 15 minutes", in "most of the class looked so in …".
        minutes = ngettext(
            "%(count)s of %(of)s minute", "%(count)s of %(of)s minutes", self.of
        )
        # Translators: A step is a minute of a lesson that lasts no minute; as above.
        steps = ngettext(
            "%(count)s of %(of)s step", "%(count)s of %(of)s steps", self.of
        )
        values = {"count": self.count, "of": self.of}
        return (steps if self.in_steps else minutes) % values


@dataclass(frozen=True, slots=True)
class LookingBack:
    """A class in a few words and figures."""

    minutes: int
    with_numbers: int
    mostly: Mostly | None
    stretch: Stretch | None
    figures: list[Figure]


def look_back(
    minutes: Minutes, window_s: int, own_words: Mapping[str, str] | None = None
) -> LookingBack | None:
    """Sum up a class that is over; None where no minute has numbers.

    Args:
        minutes: Closed minutes in order, as the timeline shows them.
        window_s: How long each lasted.
        own_words: A teacher's words for each tap that was offered; None for the usual ones.
    """
    with_numbers = [each for each in minutes if each["groups"] or each["pulse"]]
    if not with_numbers:
        return None
    return LookingBack(
        len(minutes),
        len(with_numbers),
        _mostly(minutes, in_steps=window_s != 60),
        _stretch(minutes, window_s),
        [_with_numbers(minutes, with_numbers), *_highest(minutes, own_words or _TAPS)][
            :_FIGURES
        ],
    )


def longest_run(
    minutes: Minutes, about: Callable[[PulseClaim], bool]
) -> tuple[PulseClaim, list[Minute]] | None:
    """The longest run of minutes with such claims, and what all of them say at least.

    Of two as long, the first.
    """
    runs: list[list[Minute]] = [[]]
    for minute in minutes:
        claim = _said(minute)
        follows = runs[-1] and minute["index"] == runs[-1][-1]["index"] + 1
        if not follows or claim is None or not about(claim):
            runs.append([])
        if claim is not None and about(claim):
            runs[-1].append(minute)
    run = max(runs, key=len)
    return (_common(run), run) if len(run) >= LEAST_RUN else None


def _said(minute: Minute) -> PulseClaim | None:
    text = minute["pulse_statement"]
    return PulseClaim.parse(text) if text else None


def _common(run: Minutes) -> PulseClaim:
    """What follows from the claim of each of these minutes, which are about one thing."""
    claims = [claim for minute in run if (claim := _said(minute))]
    votes = frozenset().union(*(claim.votes for claim in claims))
    least = min(claim.least for claim in claims)
    return next(c for c in PULSE_CLAIMS if (c.votes, c.least) == (votes, least))


def _stretch(minutes: Minutes, window_s: int) -> Stretch | None:
    """When many could not follow or, where that was never, when it was too slow."""
    found = longest_run(minutes, lambda claim: claim.is_behind) or longest_run(
        minutes, lambda claim: claim.votes == _TOO_SLOW
    )
    if found is None:
        return None
    claim, run = found
    ends = _begins(run[-1]) + dt.timedelta(seconds=window_s)
    return Stretch(claim, _moment("pulse", run[0]), ends, len(run))


def _mostly(minutes: Minutes, *, in_steps: bool) -> Mostly | None:
    """What held in more than half of the minutes with numbers; None where nothing did."""
    seen = [minute for minute in minutes if minute["groups"]]
    for look in GROUPS:
        count = sum(_most_look(minute, look) for minute in seen)
        if 2 * count > len(seen):
            return Mostly(Claim(Kind.MOST, look), count, len(seen), in_steps)
    said = [minute for minute in minutes if minute["pulse"]]
    count = sum(bool((c := _said(minute)) and c.votes == _OK) for minute in said)
    if 2 * count > len(said):
        return Mostly(PulseClaim.parse("most:ok"), count, len(said), in_steps)
    return None


def _most_look(minute: Minute, look: str) -> bool:
    claim = Claim.parse(minute["statement"]) if minute["statement"] else None
    return claim is not None and claim.look == look and claim.kind in _MOST


def _with_numbers(minutes: Minutes, known: Minutes) -> Figure:
    first = known[0]
    value = gettext("%(count)s of %(of)s") % {"count": len(known), "of": len(minutes)}
    chart = "expression" if first["groups"] else "pulse"
    return Figure(gettext("With numbers"), value, _moment(chart, first))


def _highest(minutes: Minutes, taps: Mapping[str, Words]) -> list[Figure]:
    """The highest shares: of what students said and what faces looked like, by turns."""
    said = [
        _peak("pulse", "answers", tap, _PEAK % {"tap": words}, minutes)
        for tap, words in taps.items()
    ]
    seen = [_peak("expression", "groups", *look, minutes) for look in _LOOKS.items()]
    by_turns = [said[0], seen[0], *said[1:], *seen[1:]]
    return [figure for figure in by_turns if figure]


def _peak(
    chart: str, field: str, name: str, words: Words, minutes: Minutes
) -> Figure | None:
    known = [minute for minute in minutes if minute[field]]
    if not known:
        return None
    at = max(known, key=lambda minute: minute[field][name])
    share = at[field][name]
    band = float(up_to_a_step(_PEAK_WIDER * at[f"{field}_band"][name]))
    if share - band <= 0 and share + band >= 1:
        return None  # it may be any share: nothing is known of it
    value = f"{round(100 * share)} % ± {round(100 * band)}"
    return Figure(str(words), value, _moment(chart, at), name, band)


def _moment(chart: str, minute: Minute) -> Moment:
    return Moment(chart, minute["index"], _begins(minute))


def _begins(minute: Minute) -> dt.datetime:
    return dt.datetime.fromisoformat(minute["starts_at"])
