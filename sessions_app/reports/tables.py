"""The minutes of a lesson as tables of texts: those that its page folds below the charts."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from inference.labels import EMOTIONS
from sessions_app.enums import Expression, Look, MinuteStatus, Tap, Vote

_TIMES = 2  # columns
_DASH = "\u2013"

Minute = Mapping[str, Any]


def of_minutes(
    export: dict[str, Any], shown: Mapping[str, str], votes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One table for each signal that is shown, the first minute on top.

    Args:
        export: A lesson, as `session_export` gives it.
        shown: The signals, each with the field of its status.
        votes: What students could tap, with the words of this lesson.

    Returns:
        For each table its caption, its head, how many columns of `numbers`, and of all
        the `rest`, follow the two of times, and rows of `cells`; a row of a minute without
        numbers has its times alone and says `why`.
    """
    minutes, marked = by_name(export), _marked(export)
    window_s = export["session"]["window_s"]
    unusual = {m["index"]: gettext("unusual faces") for m in minutes if m["unusual"]}
    found = []
    if "expression" in shown:
        parts = parts_of(minutes)
        field = "shares" if len(parts) > len(Look) else "groups"
        words = {gettext("Note"): unusual, gettext("Marked"): marked}
        caption = gettext("Shares of facial expressions")
        table = _table(minutes, window_s, parts, field, shown["expression"], words)
        found.append({"caption": caption} | table)
    if "pulse" in shown:
        words = {gettext("Marked"): marked}
        caption = gettext("Shares of the pulse")
        table = _table(minutes, window_s, votes, "pulse", shown["pulse"], words)
        found.append({"caption": caption} | table)
    return found


def of_topics(topics: list[dict[str, Any]], votes: Mapping[str, str]) -> dict[str, Any]:
    """A table like that of the minutes: when and what, then what people said and showed.

    Args:
        topics: Those of `session_export`, each estimated from its minutes.
        votes: What students could tap, with the words of this lesson.
    """
    taps = {name: words for name, words in votes.items() if name in Tap}
    looks = {look: str(word) for look, word in Look.choices}
    said, seen = (
        any(topic[name] for topic in topics) for name in ("answers", "groups")
    )
    why = gettext("No numbers: too few students, or the lesson was paused.")
    rows = []
    for topic in topics:
        begins, ends = (
            clock(timezone.localtime(dt.datetime.fromisoformat(topic[name])))
            for name in ("at", "ends_at")
        )
        named = [f"{begins}{_DASH}{ends}", topic["word"]]
        cells = [*_answered(topic, taps)] * said + _shares(
            topic, "groups", looks
        ) * seen
        known = topic["answers"] or topic["groups"]
        rows.append(
            {"cells": named + cells, "why": ""}
            if known
            else {"cells": named, "why": why}
        )
    head = [*taps.values(), gettext("Answered")] * said + [*looks.values()] * seen
    return {
        "caption": gettext("Shares of those who answered, and of faces, by topic"),
        "head": [gettext("Time"), gettext("Topic"), *head],
        "numbers": len(head),
        "rest": max(1, len(head)),
        "named": True,
        "rows": rows,
    }


def _answered(topic: dict[str, Any], taps: Mapping[str, str]) -> list[str]:
    """Shares of those who answered, then how many did."""
    silent = Vote.NO_ANSWER.value
    answered = {silent: 1 - (topic["pulse"] or {}).get(silent, 1)}
    shown = topic | {"pulse": topic["pulse"] and answered}
    return _shares(topic, "answers", taps) + _shares(shown, "pulse", answered)


def _shares(topic: dict[str, Any], field: str, names: Mapping[str, Any]) -> list[str]:
    shares, band = topic[field], topic[f"{field}_band"] or {}
    return [share(shares[n], band.get(n)) if shares else _DASH for n in names]


def parts_of(minutes: list[dict[str, Any]]) -> dict[str, str]:
    """What faces are told apart by, with words: all seven where every minute has them."""
    seen = [minute for minute in minutes if minute["groups"]]
    choices = (
        Expression.choices if seen and all(m["shares"] for m in seen) else Look.choices
    )
    return {label: str(word) for label, word in choices}


def by_name(export: dict[str, Any]) -> list[dict[str, Any]]:
    """The minutes, with the shares of the seven expressions by name, too."""
    return [
        minute
        | {
            "shares": minute["shares"]
            and dict(zip(EMOTIONS, minute["shares"], strict=True)),
            "shares_band": minute["band"]
            and dict(zip(EMOTIONS, minute["band"], strict=True)),
        }
        for minute in export["minutes"]
    ]


def _table(
    minutes: list[dict[str, Any]],
    window_s: int,
    parts: Mapping[str, str],
    field: str,
    status: str,
    words: Mapping[str, Mapping[int, str]],
) -> dict[str, Any]:
    """A row for each minute; `words` are columns by head, of texts by minute."""
    words = {head: texts for head, texts in words.items() if texts}
    head = [gettext("Time"), gettext("From the start"), *parts.values(), *words]
    rows = []
    for minute in minutes:
        index = minute["index"]
        at = timezone.localtime(dt.datetime.fromisoformat(minute["starts_at"]))
        cells = [clock(at, window_s), elapsed(index * window_s)]
        said = [texts.get(index, "") for texts in words.values()]
        if minute[field]:
            band = minute[f"{field}_band"] or {}
            cells += [share(minute[field][part], band.get(part)) for part in parts]
            rows.append({"cells": cells + said, "why": ""})
        else:
            why = " · ".join(filter(None, [without(minute[status]), *said]))
            rows.append({"cells": cells, "why": why})
    rest = len(head) - _TIMES
    return {
        "head": head,
        "numbers": len(parts),
        "rest": rest,
        "named": False,
        "rows": rows,
    }


def without(status: str) -> str:
    """Why a signal has no numbers in a minute."""
    return {
        MinuteStatus.TOO_FEW: gettext("too few students to show"),
        MinuteStatus.PAUSED: gettext("the lesson was paused"),
        MinuteStatus.INTERRUPTED: gettext("interrupted by a technical problem"),
        MinuteStatus.OFF: gettext("not used"),
    }[MinuteStatus(status)]


def share(value: float, band: float | None) -> str:
    """0.35 and 0.1 -> "35 % ± 10", in pieces that stay on one line."""
    text = f"{round(100 * value)}\u00a0%"
    return text if band is None else f"{text} ±\u00a0{round(100 * band)}"


def clock(at: dt.datetime, window_s: int = 60) -> str:
    """A time of day; with seconds where minutes are shorter than one."""
    return f"{at:%H:%M}" if window_s >= 60 else f"{at:%H:%M:%S}"


def elapsed(seconds: int) -> str:
    """Seconds since the start as m:ss, or h:mm:ss from an hour on."""
    minutes, s = divmod(seconds, 60)
    h, m = divmod(minutes, 60)
    return f"{h}:{m:02}:{s:02}" if h else f"{m}:{s:02}"


def _marked(export: dict[str, Any]) -> dict[int, str]:
    """The marks of each minute that has some: time and word of each."""
    session, found = export["session"], dict[int, str]()
    for mark in export["marks"]:
        since = dt.datetime.fromisoformat(mark["at"]) - session["started_at"]
        index = int(since.total_seconds() // session["window_s"])
        text = f"{mark['local_time'][11:16]} {mark['word']}".strip()
        found[index] = "; ".join(filter(None, [found.get(index), text]))
    return found
