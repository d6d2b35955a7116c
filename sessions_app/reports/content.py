"""What a lesson's report says: gathered once, from released rows, for a page and a PDF.

Everything in it is plain: texts, lists and SVG. What draws it decides about looks alone.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext

from inference.labels import GROUPS
from sessions_app.enums import Look
from sessions_app.localised import day
from sessions_app.models import ClassSession
from sessions_app.models.choices import vote_words
from sessions_app.reports import charts, tables
from sessions_app.reports.charts import Gap, Series
from sessions_app.reports.tables import clock
from sessions_app.reports.textures import swatch
from sessions_app.selectors.export import session_export

_GAP_KINDS = ("paused", "interrupted")
_SIGNALS = {"expression": "status", "pulse": "pulse_status"}  # and its status' field


def report_content(session: ClassSession) -> dict[str, Any]:
    """The report of a lesson that is over, on the current time zone's clock, in its language.

    Its numbers and their words are those of the lesson's page; what people typed is text.
    """
    export = session_export(session=session)
    minutes, facts = export["minutes"], export["session"]
    words, votes = export["summary"], vote_words(session.choices)
    shown = _shown(session) if words["figures"] else {}
    return {
        "language": get_language() or "en",
        "title": facts["title"],
        "course": facts["course"],
        "teacher": facts["teacher"],
        "when": _when(session),
        "zone": _zone(session),
        "labels": {
            "report": gettext("Lesson report"),
            "course": gettext("Course"),
            "teacher": gettext("Teacher"),
            "when": gettext("Held"),
            "zone": gettext("Time zone"),
            "marks": gettext("Marked moments"),
            "replies": gettext("Replies to the class"),
            "topics": gettext("Topics"),
            "alerts": gettext("Changes that held"),
            "gaps": gettext("Pauses and interruptions"),
            "about": gettext("What these numbers are, and what they are not"),
            "page": gettext("Page"),
        },
        **words,
        "gaps": [_gap_words(session, gap) for gap in _gaps(minutes, [*shown.values()])],
        "topics": _topics(export, votes),
        "marks": [
            {"time": clock(_local(mark["at"])), "word": mark["word"]}
            for mark in export["marks"]
        ],
        "replies": [
            {"time": clock(_local(reply["at"])), "word": reply["word"]}
            for reply in export["replies"]
        ],
        "alerts": [
            {"time": clock(_local(alert["since"])), "word": str(alert["words"])}
            for alert in export["alerts"]
        ],
        "charts": _charts(session, export, shown),
        "tables": tables.of_minutes(export, shown, votes),
        "about": _about(session, shown),
    }


def _shown(session: ClassSession) -> dict[str, str]:
    """The signals that the lesson's page shows, each with the field of its status."""
    on = {"expression": session.expression_offered, "pulse": session.pulse_on}
    return {name: status for name, status in _SIGNALS.items() if on[name]}


def _topics(export: dict[str, Any], votes: dict[str, str]) -> dict[str, Any] | None:
    """What stands out among the topics, and a table of them; None without topics."""
    topics = export["topics"]
    if not topics:
        return None
    said = [topic["stands_out"] for topic in topics if topic["stands_out"]]
    if not said and len(topics) > 1:
        said = [gettext("No topic surely differs from the rest of the lesson.")]
    return {"sentences": said, "table": tables.of_topics(topics, votes)}


# --- charts ---------------------------------------------------------------------------


def _charts(
    session: ClassSession, export: dict[str, Any], shown: dict[str, str]
) -> list[dict[str, Any]]:
    looks = {look: str(word) for look, word in Look.choices}
    found = []
    if "expression" in shown:
        series = _series(session, export, shown["expression"])
        parts = tables.parts_of(export["minutes"])
        field = "shares" if len(parts) > len(GROUPS) else "groups"
        by_name = replace(series, minutes=tables.by_name(export))
        found.append(
            _chart(
                gettext("Facial expression over time"),
                gettext("The share of the class that shows each expression."),
                charts.stacked("expression", by_name, field, [*parts]),
                parts,
            )
        )
        found.append(
            _chart(
                gettext("The three groups, each with its uncertainty"),
                gettext(
                    "The truth is within the band in nine cases of ten. Pleased: happy or "
                    "surprised. Strained: sad, fearful, disgusted or angry."
                ),
                charts.bands(series, [*looks], looks),
                {},
            )
        )
    if "pulse" in shown:
        votes = vote_words(session.choices)
        series = _series(session, export, shown["pulse"])
        found.append(
            _chart(
                gettext("Pulse"),
                gettext(
                    "What students tapped in the last 5 minutes. Each student counts once."
                ),
                charts.stacked("pulse", series, "pulse", [*votes]),
                votes,
            )
        )
    return found


def _chart(title: str, about: str, svg: str, legend: dict[str, str]) -> dict[str, Any]:
    return {
        "title": title,
        "about": about,
        "svg": svg,
        "alternative": gettext("%(title)s; the tables hold the same numbers.")
        % {"title": title},
        "legend": [
            {"word": word, "svg": swatch(label)} for label, word in legend.items()
        ],
    }


def _series(session: ClassSession, export: dict[str, Any], status: str) -> Series:
    return Series(
        minutes=export["minutes"],
        window_s=session.window_s,
        status=status,
        began=timezone.localtime(session.started_at),
        gaps=_gaps(export["minutes"], [status]),
        marks=[dt.datetime.fromisoformat(mark["at"]) for mark in export["marks"]],
    )


# --- pauses and interruptions ---------------------------------------------------------


def _gaps(minutes: list[dict[str, Any]], statuses: list[str]) -> list[Gap]:
    """Runs of neighbouring minutes that were paused or interrupted, for any of the signals."""
    words = {"paused": gettext("Paused"), "interrupted": gettext("Interrupted")}
    runs: list[Gap] = []
    for minute in minutes:
        said = [minute[status] for status in statuses]
        kind = next((kind for kind in _GAP_KINDS if kind in said), None)
        if kind is None:
            continue
        index = minute["index"]
        if runs and (runs[-1].kind, runs[-1].end) == (kind, index):
            runs[-1] = Gap(kind, words[kind], runs[-1].start, index + 1)
        else:
            runs.append(Gap(kind, words[kind], index, index + 1))
    return runs


def _gap_words(session: ClassSession, gap: Gap) -> str:
    words = {
        "paused": gettext("Paused %(from)s to %(to)s"),
        "interrupted": gettext("Interrupted %(from)s to %(to)s"),
    }
    start, end = (
        clock(timezone.localtime(session.minute_starts_at(index)), session.window_s)
        for index in (gap.start, gap.end)
    )
    return words[gap.kind] % {"from": start, "to": end}


# --- times and words ------------------------------------------------------------------


def _local(at: str) -> dt.datetime:
    return timezone.localtime(dt.datetime.fromisoformat(at))


def _when(session: ClassSession) -> str:
    began, ended = (
        timezone.localtime(at) for at in (session.started_at, session.ended_at)
    )
    return gettext("%(day)s, %(start)s to %(end)s") % {
        "day": day(began.date(), "full"),
        "start": clock(began),
        "end": clock(ended),
    }


def _zone(session: ClassSession) -> str:
    """The zone's name and how far it was from UTC then."""
    offset = f"{timezone.localtime(session.started_at):%z}"
    name = str(timezone.get_current_timezone())
    return f"{name} (UTC{offset[:3]}:{offset[3:]})"


def _about(session: ClassSession, shown: dict[str, str]) -> list[str]:
    """What to know before relying on it, in plain words."""
    said = [
        gettext(
            "Each number is about the class as a whole, never about one student. A minute "
            "shows numbers only when at least %(group)s students took part in it; with "
            "fewer, it says so and shows none."
        )
        % {"group": session.promise.min_group},
        gettext(
            "Random noise is added on purpose, so that nobody can work out what one "
            "student showed or answered. “35 % ± 15” means: in nine cases of ten the "
            "truth is within 15 points of 35 %. Small differences mean nothing."
        ),
    ]
    if "expression" in shown:
        said.append(
            gettext(
                "What a face looks like is not what a person feels, and says nothing about "
                "attention, effort or learning. A program reads the faces, and it is often "
                "wrong about a single one."
            )
        )
    said.append(
        gettext("These numbers are not made for grading students or judging teachers.")
    )
    return said
