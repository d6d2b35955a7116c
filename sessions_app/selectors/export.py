"""A session to take away: its released minutes as JSON or CSV, and nothing else."""

import csv
import datetime as dt
import io
from typing import Any

from django.utils import timezone

from inference.labels import EMOTIONS
from sessions_app.enums import Tap
from sessions_app.minutes.timeline import released_minutes
from sessions_app.models import ClassSession

_BOM = "\ufeff"
# A spreadsheet takes a cell that begins like this for a formula and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_ANSWERS = [*Tap.values, "no_answer"]
_COLUMNS = [
    "session",
    "title",
    "course",
    "teacher",
    "minute",
    "starts_at",
    "status",
    "size",
    *(f"share_{label}" for label in EMOTIONS),
    *(f"band_{label}" for label in EMOTIONS),
    "valence",
    "valence_band",
    "unusual",
    "pulse_status",
    "pulse_size",
    *(f"pulse_{answer}" for answer in _ANSWERS),
    "coverage",
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
        },
        "emotions": list(EMOTIONS),
        "minutes": released_minutes(session.pk),
    }


def export_name(*, session: ClassSession, form: str) -> str:
    """A file name with the reader's day of the lesson, and nothing that someone typed."""
    day = f"{timezone.localtime(session.started_at or session.created_at):%Y-%m-%d}"
    return f"class-{day}-{session.pk.hex[:8]}.{form}"


def as_csv(export: dict[str, Any], *, bom: bool = False) -> str:
    """A session's export as CSV (RFC 4180), one row per minute.

    Args:
        export: What `session_export` returns.
        bom: For Excel. Begin with a byte order mark, without which it reads UTF-8
            wrongly, and write times as it knows them: without a zone, which a last
            column names; it is the reader's.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # ends lines with CRLF and doubles quotes
    writer.writerow([*_COLUMNS, *(["time_zone"] if bom else [])])
    zone = [str(timezone.get_current_timezone())] if bom else []
    for minute in export["minutes"]:
        row = _row(export["session"], _for_excel(minute) if bom else minute)
        writer.writerow(_safe(cell) for cell in [*row, *zone])
    return (_BOM if bom else "") + text.getvalue()


def _for_excel(minute: dict[str, Any]) -> dict[str, Any]:
    starts_at = timezone.localtime(dt.datetime.fromisoformat(minute["starts_at"]))
    return minute | {"starts_at": f"{starts_at:%Y-%m-%d %H:%M:%S}"}


def _row(session: dict[str, Any], minute: dict[str, Any]) -> list[Any]:
    no_shares = [None] * len(EMOTIONS)
    pulse = minute["pulse"] or {}
    return [
        *(session[name] for name in ("id", "title", "course", "teacher")),
        *(minute[name] for name in ("index", "starts_at", "status", "size")),
        *(minute["shares"] or no_shares),
        *(minute["band"] or no_shares),
        *(minute[name] for name in ("valence", "valence_band", "unusual")),
        *(minute[name] for name in ("pulse_status", "pulse_size")),
        *(pulse.get(answer) for answer in _ANSWERS),
        minute["coverage"],
    ]


def _safe(cell: Any) -> Any:
    """Text that a spreadsheet shows as text; numbers may begin with a minus."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell
