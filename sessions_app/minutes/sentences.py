"""One sentence that a teacher understands at a glance, from released minutes alone."""

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inference.labels import EMOTIONS
from sessions_app.enums import MinuteStatus

LOOKS = {
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
_BASELINE_MINUTES = 4
_NAMED_FOR_MINUTES = 3


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


def _mood_sentence(minute: dict[str, Any]) -> str:
    shares, band = np.array(minute["shares"]), np.array(minute["band"])
    first, second = np.argsort(-shares, kind="stable")[:2]
    look = LOOKS[EMOTIONS[first]]
    if shares[first] - band[first] / 2 >= 0.5:
        return gettext("Most of the class looks %(look)s.") % {"look": look}
    if shares[first] >= 0.45:
        return gettext("About half of the class looks %(look)s.") % {"look": look}
    return gettext("The class is mixed: some look %(first)s, some %(second)s.") % {
        "first": look,
        "second": LOOKS[EMOTIONS[second]],
    }


def _latest_change(released: Sequence[dict[str, Any]]) -> tuple[str, int | None]:
    """The newest change that is still news, in words, and its minute.

    A named change begins a new normal: later minutes are compared with it and what
    follows, so that one change is named once.
    """
    words, changed_at = "", 0
    for i in range(1, len(released)):
        baseline = released[max(changed_at, i - _BASELINE_MINUTES) : i]
        if found := _change(baseline, released[i]):
            words, changed_at = found, i
    if not words or len(released) - changed_at > _NAMED_FOR_MINUTES:
        return "", None
    return words, released[changed_at]["index"]


def _change(baseline: Sequence[dict[str, Any]], minute: dict[str, Any]) -> str:
    """How a minute differs from those before it; blank if within the band."""
    if len(baseline) < 2:
        return ""
    before = np.mean([m["shares"] for m in baseline], axis=0)
    variance_before = np.mean([np.square(m["band"]) for m in baseline], axis=0)
    variance = np.square(minute["band"]) + variance_before / len(baseline)
    difference = np.array(minute["shares"]) - before
    z = difference / (np.sqrt(variance) / _Z90)
    z[np.abs(difference) < _SMALLEST_CHANGE] = 0
    most = int(np.abs(z).argmax())
    if abs(z[most]) < _Z_CHANGE:
        return ""
    words = (
        gettext("More students look %(look)s than before.")
        if z[most] > 0
        else gettext("Fewer students look %(look)s than before.")
    )
    return words % {"look": LOOKS[EMOTIONS[most]]}
