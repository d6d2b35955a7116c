"""A session to take away: its released minutes as JSON, CSV or a workbook, no more."""

import csv
import datetime as dt
import io
import re
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook

from inference.labels import EMOTIONS, GROUPS
from sessions_app.enums import Tap, Vote
from sessions_app.minutes.timeline import class_marks, released_minutes
from sessions_app.models import ClassSession

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What people typed stays text, and is neither formula nor link.
_AS_TYPED = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}
_NO_DAY = dt.datetime(1980, 1, 1)  # noqa: DTZ001 -- the same export is the same file
# A spreadsheet takes a cell that begins like this for a formula and runs it. Where commas
# are for decimals it begins a new cell at each semicolon, whatever stands in quotes.
_FORMULA = re.compile(r"(\A|;)(?=[=+\-@\t\r\n])")
_COLUMNS = [
    "session",
    "title",
    "course",
    "teacher",
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
    "marks",
]


def session_export(*, session: ClassSession) -> dict[str, Any]:
    """The session's facts and its minutes as they were released, ready for JSON."""
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
        },
        "emotions": list(EMOTIONS),
        "minutes": [
            minute
            | {
                "local_time": _local(minute["starts_at"]).isoformat(),
                "elapsed_s": minute["index"] * session.window_s,
            }
            for minute in released_minutes(session.pk)
        ],
        "marks": [
            mark | {"local_time": _local(mark["at"]).isoformat()}
            for mark in class_marks(session.pk)
        ],
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
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # ends lines with CRLF and doubles quotes
    writer.writerow(_COLUMNS)
    for minute in export["minutes"]:
        row = _row(export, minute)
        writer.writerow(_safe(cell) for cell in row)
    return text.getvalue()


def as_workbook(export: dict[str, Any]) -> bytes:
    """A session's export as an Excel workbook, with the rows of the CSV.

    Excel cuts a CSV by the region's separator and reads its numbers by the region's
    decimal sign; in a workbook every cell has its type. `starts_at` is on the reader's
    clock, since a cell of a time has no place for a zone.
    """
    file = io.BytesIO()
    with Workbook(file, _AS_TYPED) as book:
        book.set_properties({"created": _NO_DAY})
        sheet = book.add_worksheet("Minutes")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, _COLUMNS)
        for number, minute in enumerate(export["minutes"], start=1):
            starts_at = _local(minute["starts_at"]).replace(tzinfo=None)
            row = _row(export, minute | {"starts_at": starts_at})
            sheet.write_row(number, 0, row)
        sheet.autofit()
    return file.getvalue()


def _row(export: dict[str, Any], minute: dict[str, Any]) -> list[Any]:
    session = export["session"]
    no_shares = [None] * len(EMOTIONS)
    groups, groups_band = minute["groups"] or {}, minute["groups_band"] or {}
    pulse, pulse_band = minute["pulse"] or {}, minute["pulse_band"] or {}
    answers, answers_band = minute["answers"] or {}, minute["answers_band"] or {}
    return [
        *(session[name] for name in ("id", "title", "course", "teacher")),
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
        minute["coverage"],
        _marks_in(export, minute),
    ]


def _marks_in(export: dict[str, Any], minute: dict[str, Any]) -> str | None:
    """The marks of a minute, each with its time, and its word if it has one."""
    since = dt.timedelta(seconds=minute["elapsed_s"])
    begins = export["session"]["started_at"] + since
    ends = begins + dt.timedelta(seconds=export["session"]["window_s"])
    marked = [
        f"{mark['local_time'][11:19]} {mark['word']}".strip()
        for mark in export["marks"]
        if begins <= dt.datetime.fromisoformat(mark["at"]) < ends
    ]
    return "; ".join(marked) or None


def _safe(cell: Any) -> Any:
    """Text that a spreadsheet shows as text; numbers may begin with a minus."""
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell
