"""One sentence that a teacher understands at a glance, from released minutes alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inference.labels import GROUPS
from sessions_app.enums import Look, MinuteStatus
from sessions_app.minutes.claims import Claim, Kind

_CLAIM_WORDS = {
    Kind.NEARLY_ALL: _("Nearly everyone looks %(look)s."),
    Kind.MOST: _("Most of the class looks %(look)s."),
    Kind.HARDLY: _("Hardly anyone looks %(look)s."),
    Kind.FEW: _("Only a few look %(look)s."),
}

_Z90 = 1.6449
# Three groups are compared at once, so each has to pass a stricter bar than the
# 1.64 sd of a single one for the whole to raise a false alarm in one minute of ten.
_Z_CHANGE = 2.45
_SMALLEST_CHANGE = 0.10
_TIE = 1e-9  # of two changes as large, the one to more is named
BASELINE_MINUTES = 4
_NAMED_FOR_MINUTES = 3


@dataclass(frozen=True, slots=True)
class Change:
    """More, or fewer, students show the looks of a group than before."""

    look: str  # of GROUPS
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
    if not minutes or minutes[-1]["status"] != MinuteStatus.RELEASED:
        return {"sentence": "", "change": "", "change_at": None}
    change, change_at = _latest_change([m for m in minutes if m["groups"]])
    return {
        "sentence": _mood_sentence(minutes[-1]),
        "change": change,
        "change_at": change_at,
    }


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
    """The claim of a minute in words."""
    if not minute["statement"]:
        return gettext("Nothing stands out.")
    claim = Claim.parse(minute["statement"])
    return str(_CLAIM_WORDS[claim.kind]) % {"look": _word(claim.look)}


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
    return words % {"look": _word(change.look)}, released[at]["index"]


def _change(
    baseline: Sequence[dict[str, Any]], minute: dict[str, Any]
) -> Change | None:
    """How a minute differs from those before it; None if within the band."""
    if len(baseline) < 2:
        return None
    before = np.mean([_values(m["groups"]) for m in baseline], axis=0)
    variances = np.square([_values(m["groups_band"]) for m in (*baseline, minute)])
    variance = variances[-1] + variances[:-1].mean(axis=0) / len(baseline)
    difference = _values(minute["groups"]) - before
    z = difference / (np.sqrt(variance) / _Z90)
    z[np.abs(difference) < _SMALLEST_CHANGE] = 0
    most = int((np.abs(z) + _TIE * np.sign(z)).argmax())
    if abs(z[most]) < _Z_CHANGE:
        return None
    return Change(list(GROUPS)[most], more=bool(z[most] > 0))


def _word(look: str) -> str:
    """A group's word inside a sentence."""
    return str(Look(look).label).lower()


def _values(groups: dict[str, float]) -> np.ndarray:
    """What each group has, in the order of GROUPS."""
    return np.array([groups[group] for group in GROUPS])
