"""What a lesson was like at each of its topics, and which of them stand out.

A topic is compared with the rest of its own lesson. One that is named differs for certain:
the more topics there are, the wider the bands that it must leave, so that all that is
said of a lesson is true in nine cases of ten (Bonferroni; Dunn 1961, "Multiple comparisons
among means", Journal of the American Statistical Association 56, 52-64).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inference.mood import Z90
from sessions_app.enums import Coverage, Look, Tap, Vote
from sessions_app.minutes.claims import Words
from sessions_app.minutes.release import STEP
from sessions_app.minutes.spans import (
    Change,
    Shares,
    Span,
    difference,
    figures_of,
    spans,
)
from sessions_app.minutes.topics import Topic, class_topics, topic_of
from sessions_app.models import ClassSession
from sessions_app.models.choices import vote_words

WRONG_AT_MOST = 0.1  # chance that anything that is said of a lesson's topics is wrong
MOST_NAMED = 2
_LOOKS: dict[str, Words] = {
    Look.PLEASED: _("pleased looks"),
    Look.CALM: _("calm looks"),
    Look.STRAINED: _("strained looks"),
}

_IN_BARS = (
    "pulse",
    "pulse_band",
    "answers",
    "answers_band",
    "groups",
    "groups_band",
)

Minute = dict[str, Any]


class Part(NamedTuple):
    """A piece of a bar, from `start` on; all in whole percent."""

    label: str
    word: str
    start: int
    percent: int
    band: int


class Bar(NamedTuple):
    """A signal of a topic, whole: its parts add up to 100."""

    name: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class TopicSpan:
    """A topic with the minutes that belong to it, and those of the lesson that do not."""

    topic: Topic
    indices: list[int]  # of its minutes
    span: Span
    rest: Span
    taps: dict[str, str]  # the words of what students could tap

    @property
    def begins(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.topic["at"])

    @property
    def ends(self) -> dt.datetime | None:
        """None of the topic that runs."""
        end = self.topic["ends_at"]
        return dt.datetime.fromisoformat(end) if end else None

    @property
    def with_numbers(self) -> int:
        """Minutes with numbers of the signal that has more of them."""
        return max(self.span.with_expression, self.span.with_pulse)

    @property
    def counted(self) -> str:
        """How much of the class stood behind most of its minutes; blank where none tells."""
        shares = self.span.coverage
        return (
            str(Coverage(max(shares, key=lambda w: shares[w])).label) if shares else ""
        )

    @property
    def bars(self) -> list[Bar]:
        """Of the topic as a whole."""
        return bars_of_span(self.span, self.taps)


def bars_of_span(found: Span, taps: Mapping[str, str]) -> list[Bar]:
    """The same of minutes together."""
    return bars_of({name: getattr(found, name) for name in _IN_BARS}, taps)


def bars_of(found: Mapping[str, Any], taps: Mapping[str, str]) -> list[Bar]:
    """What people said, then what faces looked like; those that have numbers.

    Args:
        found: Of a span or a minute: groups, pulse and answers, each with its band, or None.
        taps: The words of what students could tap.
    """
    pulse, pulse_band, answers, answers_band, groups, groups_band = (
        found[name] for name in _IN_BARS
    )
    bars = []
    if answers and answers_band and pulse and pulse_band:
        name = gettext("What students said (%(share)s %% ± %(band)s answered)") % {
            "share": round(100 * (1 - pulse[Vote.NO_ANSWER])),
            "band": round(100 * pulse_band[Vote.NO_ANSWER]),
        }
        bars.append(Bar(name, _parts(taps.items(), answers, answers_band)))
    if groups and groups_band:
        parts = _parts(Look.choices, groups, groups_band)
        bars.append(Bar(gettext("What faces looked like"), parts))
    return bars


def _parts(
    words: Iterable[tuple[str, Words]], shares: Shares, bands: Shares
) -> list[Part]:
    parts, start = [], 0
    for label, word in words:
        percent = round(100 * shares[label])
        parts.append(Part(label, str(word), start, percent, round(100 * bands[label])))
        start += percent
    return parts


@dataclass(frozen=True, slots=True)
class StandingOut:
    """A share that was surely higher or lower at a topic than in the rest of its lesson."""

    topic: Topic
    share: str  # a tap or a look
    what: str  # the same in words
    change: Change

    @property
    def words(self) -> str:
        """One sentence for people."""
        higher = gettext(
            "During “%(topic)s”, %(what)s: %(by)s points more than in the rest of the "
            "lesson (± %(band)s)."
        )
        lower = gettext(
            "During “%(topic)s”, %(what)s: %(by)s points fewer than in the rest of the "
            "lesson (± %(band)s)."
        )
        return (higher if self.change.by > 0 else lower) % {
            "topic": self.topic["word"],
            "what": self.what,
            "by": round(100 * abs(self.change.by)),
            "band": round(100 * self.change.band),
        }


def by_topic(session: ClassSession, minutes: Sequence[Minute]) -> list[TopicSpan]:
    """Each topic of a lesson with its span.

    Args:
        session: A lesson that has begun.
        minutes: Its closed minutes in order, as the timeline shows them.
    """
    topics = class_topics(session)
    if not topics:
        return []
    of: dict[str, list[Minute]] = {topic["id"]: [] for topic in topics}
    outside: dict[str, list[Minute]] = {topic["id"]: [] for topic in topics}
    for minute in minutes:
        begins = dt.datetime.fromisoformat(minute["starts_at"])
        own = topic_of(topics, begins, session.window_s)
        for topic in topics:
            (of if topic is own else outside)[topic["id"]].append(minute)
    taps = taps_of(session)
    parts = [*of.values(), *outside.values()]
    found = spans([[figures_of(minutes_of)] for minutes_of in parts])
    number = len(topics)
    return [
        TopicSpan(topic, [m["index"] for m in of[topic["id"]]], its, rest, taps)
        for topic, its, rest in zip(topics, found[:number], found[number:], strict=True)
    ]


def taps_of(session: ClassSession) -> dict[str, str]:
    """The words of what its students could tap, in the order of bars."""
    words = vote_words(session.choices)
    return {name: word for name, word in words.items() if name in Tap}


def standing_out(topics: Sequence[TopicSpan]) -> list[StandingOut]:
    """The clearest rises and falls, each of another topic; none where nothing can be told."""
    changes = [
        StandingOut(each.topic, *change) for each in topics for change in _changes(each)
    ]
    if not changes:
        return []
    sure = NormalDist().inv_cdf(1 - WRONG_AT_MOST / (2 * len(changes))) / Z90
    told = [
        each for each in changes if abs(each.change.by) > sure * each.change.band + 1e-9
    ]
    told.sort(
        key=lambda each: abs(each.change.by) / max(each.change.band, STEP), reverse=True
    )
    named: dict[str, StandingOut] = {}
    for each in told:
        named.setdefault(each.topic["id"], each)
    return [*named.values()][:MOST_NAMED]


def _changes(each: TopicSpan) -> list[tuple[str, str, Change]]:
    """How a topic differs from the rest of its lesson: shares, their words, the change."""
    found = difference(each.rest, each.span)
    answered = gettext("“%(words)s” among those who answered")
    said = found.answers and [
        (tap, answered % {"words": words}, found.answers[tap])
        for tap, words in each.taps.items()
    ]
    seen = found.groups and [
        (look, str(words), found.groups[look]) for look, words in _LOOKS.items()
    ]
    return [*(said or []), *(seen or [])]
