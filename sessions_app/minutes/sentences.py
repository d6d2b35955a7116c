"""One sentence that a teacher understands at a glance, from released minutes alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypedDict

import numpy as np
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inference.labels import EMOTIONS
from sessions_app.enums import MinuteStatus

EXPRESSION_WORDS = {
    "angry": _("angry"),
    "disgust": _("disgusted"),
    "fear": _("fearful"),
    "happy": _("happy"),
    "sad": _("sad"),
    "surprise": _("surprised"),
    "neutral": _("neutral"),
}

_Z90 = 1.6449
# Seven expressions are compared at once, so each has to pass a stricter bar than the
# 1.64 sd of a single one for the whole to raise a false alarm in one minute of ten.
_Z_CHANGE = 2.45
_SMALLEST_CHANGE = 0.10
BASELINE_MINUTES = 4
_NAMED_FOR_MINUTES = 3


class Kind(StrEnum):
    """How much of a class a sentence claims."""

    MOST = "most"
    HALF = "half"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence says, before it is put into words."""

    kind: Kind
    labels: tuple[int, ...]  # indices into EMOTIONS, the largest share first


@dataclass(frozen=True, slots=True)
class Change:
    """More, or fewer, students show an expression than before."""

    label: int  # index into EMOTIONS
    more: bool


class Summary(TypedDict):
    sentence: str
    change: str  # blank while nothing changed beyond the band
    change_at: int | None  # index of the minute in which the change showed


def summarise(minutes: Sequence[dict[str, Any]]) -> Summary:
    """Put the last released minute, and the latest change, into words.

    Args:
        minutes: Closed minutes in order, as the timeline shows them.
    """
    released = [m for m in minutes if m["status"] == MinuteStatus.RELEASED]
    if not released or released[-1] is not minutes[-1]:
        return {"sentence": "", "change": "", "change_at": None}
    change, change_at = _latest_change(released)
    return {
        "sentence": _mood_sentence(released[-1]),
        "change": change,
        "change_at": change_at,
    }


def statement(shares: np.ndarray, band: np.ndarray) -> Statement:
    """What is said of a released minute: shares (E,), half widths of its band (E,)."""
    first, second = np.argsort(-shares, kind="stable")[:2].tolist()
    if shares[first] - band[first] / 2 >= 0.5:
        return Statement(Kind.MOST, (first,))
    if shares[first] >= 0.45:
        return Statement(Kind.HALF, (first,))
    return Statement(Kind.MIXED, (first, second))


def named_changes(released: Sequence[dict[str, Any]]) -> list[tuple[int, Change]]:
    """Every change that is named in a class, with its place among these minutes.

    A named change begins a new normal: later minutes are compared with it and what
    follows, so that one change is named once.
    """
    changes: list[tuple[int, Change]] = []
    changed_at = 0
    for i in range(1, len(released)):
        baseline = released[max(changed_at, i - BASELINE_MINUTES) : i]
        if found := _change(baseline, released[i]):
            changes.append((i, found))
            changed_at = i
    return changes


def _mood_sentence(minute: dict[str, Any]) -> str:
    said = statement(np.array(minute["shares"]), np.array(minute["band"]))
    look, *others = (EXPRESSION_WORDS[EMOTIONS[label]] for label in said.labels)
    match said.kind:
        case Kind.MOST:
            return gettext("Most of the class looks %(look)s.") % {"look": look}
        case Kind.HALF:
            return gettext("About half of the class looks %(look)s.") % {"look": look}
        case Kind.MIXED:
            words = gettext("The class is mixed: some look %(first)s, some %(second)s.")
            return words % {"first": look, "second": others[0]}


def _latest_change(released: Sequence[dict[str, Any]]) -> tuple[str, int | None]:
    """The newest change that is still news, in words, and its minute."""
    changes = named_changes(released)
    if not changes or len(released) - changes[-1][0] > _NAMED_FOR_MINUTES:
        return "", None
    at, change = changes[-1]
    words = (
        gettext("More students look %(look)s than before.")
        if change.more
        else gettext("Fewer students look %(look)s than before.")
    )
    look = EXPRESSION_WORDS[EMOTIONS[change.label]]
    return words % {"look": look}, released[at]["index"]


def _change(
    baseline: Sequence[dict[str, Any]], minute: dict[str, Any]
) -> Change | None:
    """How a minute differs from those before it; None if within the band."""
    if len(baseline) < 2:
        return None
    before = np.mean([m["shares"] for m in baseline], axis=0)
    variance_before = np.mean([np.square(m["band"]) for m in baseline], axis=0)
    variance = np.square(minute["band"]) + variance_before / len(baseline)
    difference = np.array(minute["shares"]) - before
    z = difference / (np.sqrt(variance) / _Z90)
    z[np.abs(difference) < _SMALLEST_CHANGE] = 0
    most = int(np.abs(z).argmax())
    return Change(most, more=bool(z[most] > 0)) if abs(z[most]) >= _Z_CHANGE else None
