"""A session to take away: its released minutes as JSON, CSV or a workbook, no more."""

import datetime as dt
from typing import Any

from django.utils import timezone

from inference.labels import EMOTIONS, GROUPS
from sessions_app.enums import Tap, Vote
from sessions_app.minutes.alerts import class_alerts, find_alerts
from sessions_app.minutes.by_topic import TopicSpan, by_topic, standing_out
from sessions_app.minutes.timeline import class_marks, class_replies, released_minutes
from sessions_app.minutes.topics import recorded_at
from sessions_app.models import ClassSession
from sessions_app.models.choices import as_data, told
from sessions_app.selectors.lesson_words import lesson_words
from sessions_app.selectors.spreadsheet import Table, csv_of, workbook_of
from sessions_app.selectors.topic_table import topic_table

_COLUMNS = [
    "session",
    "title",
    "course",
    "teacher",
    "pulse_choices",
    "minute",
    "starts_at",
    "local_time",
    "time_zone",
    "elapsed_s",
    "status",
    "size",
    *(f"group_{group}" for group in GROUPS),
    *(f"group_band_{group}" for group in GROUPS),
    *(f"share_{label}" for label in EMOTIONS),
    *(f"band_{label}" for label in EMOTIONS),
    "valence",
    "valence_band",
    "statement",
    "unusual",
    "pulse_status",
    "pulse_size",
    *(f"pulse_{answer}" for answer in Vote.values),
    *(f"pulse_band_{answer}" for answer in Vote.values),
    *(f"answers_{answer}" for answer in Tap.values),
    *(f"answers_band_{answer}" for answer in Tap.values),
    "pulse_statement",
    "coverage",
    "inference",
    "marks",
    "replies",
    "topic",
    "recording",
]
TOLD_OF_TOPICS = (
    "minutes",
    "with_expression",
    "with_pulse",
    "groups",
    "groups_band",
    "pulse",
    "pulse_band",
    "answers",
    "answers_band",
    "coverage",
)


def session_export(*, session: ClassSession) -> dict[str, Any]:
    """The session's facts, its minutes as they were released, and its topics, for JSON."""
    minutes = released_minutes(session.pk)
    topics = by_topic(session, minutes)
    said = {each.topic["id"]: each.words for each in standing_out(topics)}
    names = {index: each.topic["word"] for each in topics for index in each.indices}
    return {
        "session": {
            "id": str(session.pk),
            "title": session.title,
            "course": str(session.course or ""),
            "teacher": str(session.teacher),
            "started_at": session.started_at,
            "ended_at": session.ended_at,
            "window_s": session.window_s,
            "time_zone": str(timezone.get_current_timezone()),
            "pulse_choices": as_data(session.choices),
        },
        "emotions": list(EMOTIONS),
        "minutes": [
            minute
            | {
                "local_time": _local(minute["starts_at"]).isoformat(),
                "elapsed_s": minute["index"] * session.window_s,
                "topic": names.get(minute["index"], ""),
                "recording": recorded_at(
                    session, session.minute_starts_at(minute["index"])
                ),
            }
            for minute in minutes
        ],
        "marks": [
            mark | {"local_time": _local(mark["at"]).isoformat()}
            for mark in class_marks(session.pk)
        ],
        "replies": [
            reply | {"local_time": _local(reply["at"]).isoformat()}
            for reply in class_replies(session.pk)
        ],
        "topics": [_topic(each, said) for each in topics],
        "alerts": [
            alert | {"local_time": _local(alert["since"]).isoformat()}
            for alert in class_alerts(session, find_alerts(minutes, session.window_s))
        ],
        "summary": lesson_words(session, minutes),
    }


def _topic(each: TopicSpan, said: dict[str, str]) -> dict[str, Any]:
    """A topic with what is told of its minutes together."""
    return each.topic | {
        "local_time": _local(each.topic["at"]).isoformat(),
        **{name: getattr(each.span, name) for name in TOLD_OF_TOPICS},
        "stands_out": said.get(each.topic["id"], ""),
    }


def _local(at: str) -> dt.datetime:
    """A moment on the reader's clock."""
    return timezone.localtime(dt.datetime.fromisoformat(at))


def export_name(*, session: ClassSession, form: str) -> str:
    """A file name with the reader's day of the lesson, and nothing that someone typed."""
    day = f"{timezone.localtime(session.held_at):%Y-%m-%d}"
    return f"class-{day}-{session.pk.hex[:8]}.{form}"


def as_csv(export: dict[str, Any]) -> str:
    """A session's export as CSV (RFC 4180), one row per minute."""
    return csv_of([_COLUMNS, *(_row(export, minute) for minute in export["minutes"])])


def topics_as_csv(export: dict[str, Any]) -> str:
    """A session's topics as CSV (RFC 4180), one row per topic."""
    return csv_of(topic_table(export))


def as_workbook(export: dict[str, Any]) -> bytes:
    """A session's export as an Excel workbook, with the rows of the CSV.

    `starts_at` is on the reader's clock, since a cell of a time has no place for a zone.
    """
    minutes = [_COLUMNS]
    for minute in export["minutes"]:
        starts_at = _local(minute["starts_at"]).replace(tzinfo=None)
        minutes.append(_row(export, minute | {"starts_at": starts_at}))
    sheets: dict[str, Table] = {"Minutes": minutes}
    if export["summary"]:
        sheets["Summary"] = _words(export)
    if export["topics"]:
        sheets["Topics"] = [*topic_table(export)]
    return workbook_of(sheets, of_words={"Summary"})


def _words(export: dict[str, Any]) -> Table:
    """What the lesson was like, as its page says it."""
    session, words = export["session"], export["summary"]
    return [
        *([session[name]] for name in ("title", "course", "teacher")),
        [words["headline"]],
        *([sentence] for sentence in words["sentences"]),
        *([f["name"], f["value"], f["at"]] for f in words["figures"]),
    ]


def _row(export: dict[str, Any], minute: dict[str, Any]) -> list[Any]:
    session = export["session"]
    no_shares = [None] * len(EMOTIONS)
    groups, groups_band = minute["groups"] or {}, minute["groups_band"] or {}
    pulse, pulse_band = minute["pulse"] or {}, minute["pulse_band"] or {}
    answers, answers_band = minute["answers"] or {}, minute["answers_band"] or {}
    return [
        *(session[name] for name in ("id", "title", "course", "teacher")),
        told(session["pulse_choices"]),
        *(minute[name] for name in ("index", "starts_at", "local_time")),
        session["time_zone"],
        *(minute[name] for name in ("elapsed_s", "status", "size")),
        *(groups.get(group) for group in GROUPS),
        *(groups_band.get(group) for group in GROUPS),
        *(minute["shares"] or no_shares),
        *(minute["band"] or no_shares),
        *(minute[name] for name in ("valence", "valence_band")),
        *(minute[name] for name in ("statement", "unusual")),
        *(minute[name] for name in ("pulse_status", "pulse_size")),
        *(pulse.get(answer) for answer in Vote.values),
        *(pulse_band.get(answer) for answer in Vote.values),
        *(answers.get(answer) for answer in Tap.values),
        *(answers_band.get(answer) for answer in Tap.values),
        minute["pulse_statement"],
        *(minute[name] for name in ("coverage", "inference")),
        *(_said_in(export, minute, kind) for kind in ("marks", "replies")),
        minute["topic"] or None,
        _recording_in(minute),
    ]


def _recording_in(minute: dict[str, Any]) -> str | None:
    """A link that begins there or, where the address knows no such link, the time."""
    place = minute["recording"]
    return (place["link"] or place["time"]) if place else None


def _said_in(export: dict[str, Any], minute: dict[str, Any], kind: str) -> str | None:
    """The marks or replies of a minute, each with its time, and its words if it has some."""
    since = dt.timedelta(seconds=minute["elapsed_s"])
    begins = export["session"]["started_at"] + since
    ends = begins + dt.timedelta(seconds=export["session"]["window_s"])
    said = [
        f"{each['local_time'][11:19]} {each['word']}".strip()
        for each in export[kind]
        if begins <= dt.datetime.fromisoformat(each["at"]) < ends
    ]
    return "; ".join(said) or None
