"""What a dashboard shows: released rows and nothing else about the class."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from inference.labels import EMOTIONS
from sessions_app import clock
from sessions_app.enums import Inference, SessionState
from sessions_app.minutes.alerts import Alert, class_alerts, find_alerts, open_alert
from sessions_app.minutes.headline import Summary, summarise
from sessions_app.minutes.interruptions import Interruption, PlatformIssue
from sessions_app.minutes.release import ReleasePolicy, roughly
from sessions_app.minutes.running_session import running_session
from sessions_app.minutes.store import LiveStats
from sessions_app.minutes.topics import class_topics, recorded_at
from sessions_app.models import ClassMinute, ClassSession, Mark
from sessions_app.models.choices import as_data
from sessions_app.models.session import NOTHING_CLOSED

_MARKED_WITHIN_S = 2.0  # after it begins, a minute of an outage is marked
_SHOWN = (
    "index",
    "starts_at",
    "status",
    "size",
    "groups",
    "groups_band",
    "groups_alone",
    "groups_alone_band",
    "shares",
    "band",
    "valence",
    "valence_band",
    "statement",
    "unusual",
    "pulse_status",
    "pulse",
    "pulse_band",
    "pulse_size",
    "answers",
    "answers_band",
    "pulse_statement",
    "coverage",
    "inference",
)

# Words and shares alone.
_SHOWN_TO_STUDENTS = (
    "index",
    "starts_at",
    "status",
    "groups",
    "groups_band",
    "shares",
    "band",
    "unusual",
    "pulse_status",
    "pulse",
    "pulse_band",
    "answers",
    "answers_band",
)


def class_timeline(
    *, session: ClassSession, after: int = NOTHING_CLOSED
) -> dict[str, Any]:
    """All closed minutes after an index, ready for JSON."""
    minutes = released_minutes(session.pk)
    return {
        "session": {
            "id": str(session.pk),
            "title": session.title,
            "state": session.state,
            "started_at": session.started_at,
            "ended_at": session.ended_at,
            "window_s": session.window_s,
            "expression_on": session.expression_offered,
            "pulse_on": session.pulse_on,
            "pulse_choices": as_data(session.choices),
        },
        "emotions": list(EMOTIONS),
        "closed_through": session.closed_through,
        "minutes": [
            minute
            | {
                "recording": recorded_at(
                    session, session.minute_starts_at(minute["index"])
                )
            }
            for minute in minutes
            if minute["index"] > after
        ],
        "marks": class_marks(session.pk),
        "replies": class_replies(session.pk),
        "topics": class_topics(session),
        "agenda": session.agenda,
        "alerts": class_alerts(session, find_alerts(minutes, session.window_s)),
        "marks_version": session.marks_version,
        "summary": summarise(minutes),
    }


def where_read(session: ClassSession) -> Inference | None:
    """Where a lesson's camera pictures are read; of one that is over, where they were."""
    if not session.is_over:
        return session.promise.inference if session.expression_offered else None
    released = session.minutes.exclude(inference="").order_by()
    found = set(released.values_list("inference", flat=True).distinct())
    if not found:
        return None
    return Inference(found.pop()) if len(found) == 1 else Inference.EITHER


def live_snapshot(*, session: ClassSession, stats: LiveStats) -> dict[str, Any]:
    """The whole state of a dashboard's top, ready for the socket.

    Nothing in it follows from what a student does in the running minute.
    """
    known = _known(session.pk, session.closed_through, session.window_s)
    return {
        "type": "snapshot",
        "state": session.state,
        "closed_through": session.closed_through,
        "marks_version": session.marks_version,
        "last_minute": known.last_minute,
        "summary": known.summary,
        "alert": open_alert(session, known.alerts, known.last_minute),
        "joined": joined(session),
        "trouble": _issue(session, stats),
        "after_pause": _is_after_pause(session, stats),
        "next_at": _next_numbers_at(session, stats),
        "window_s": session.window_s,
    }


def students_view(session: ClassSession) -> dict[str, Any] | None:
    """What students see of a lesson that runs; None where they see nothing.

    The words and shares of the last minute, from the row that a dashboard reads.
    """
    if not session.students_see:
        return None
    known = _known(session.pk, session.closed_through, session.window_s)
    last = known.last_minute
    return {
        "emotions": list(EMOTIONS),
        "last_minute": last and {name: last[name] for name in _SHOWN_TO_STUDENTS},
        "summary": known.summary,
    }


def students_view_while_running(session: ClassSession) -> dict[str, Any] | None:
    """The same, of any lesson: before the start and after the end there is nothing live."""
    runs = session.started_at is not None and not session.is_over
    return students_view(session) if runs else None


def _issue(session: ClassSession, stats: LiveStats) -> str:
    """What keeps the running minute from being counted, which nobody of the class does."""
    if session.state != SessionState.LIVE:
        return ""
    if stats.unreachable:
        return Interruption.REDIS_AWAY.issue.value
    minute = running_session(session).minute_at(clock.now_s() - _MARKED_WITHIN_S)
    marked = stats.interrupted >= max(0, minute)
    return PlatformIssue.INTERRUPTED.value if marked else ""


def _next_minute(session: ClassSession, stats: LiveStats) -> int | None:
    """The next minute that can have numbers, as far as anybody knows."""
    if session.state != SessionState.LIVE or stats.unreachable:
        return None
    not_closed_yet = clock.now_s() - settings.FER_CLOSE_GRACE_S
    running = running_session(session).minute_at(not_closed_yet)
    return max(0, running, stats.interrupted + 1, stats.paused + 1)


def _is_after_pause(session: ClassSession, stats: LiveStats) -> bool:
    """Whether the class runs again, and the pause was in the minute that runs."""
    return stats.paused >= 0 and _next_minute(session, stats) == stats.paused + 1


def _next_numbers_at(session: ClassSession, stats: LiveStats) -> str | None:
    """When that minute will be closed; None while nobody can say."""
    minute = _next_minute(session, stats)
    if minute is None:
        return None
    closing = dt.timedelta(seconds=settings.FER_CLOSE_GRACE_S)
    return (session.minute_starts_at(minute + 1) + closing).isoformat()


def joined(session: ClassSession) -> int | None:
    """About how many had joined when this minute began: one answer in each minute.

    The first call in a minute counts; all later calls are told the
    same, so that nobody who joins or leaves shows before the next. Nothing is told
    while no answer can be kept, or once the keys of the noise are deleted.
    """
    if session.is_over:
        return None
    name = f"joined:{session.pk.hex}:{_minute(session)}"
    kept: int | None = cache.get(name)
    if kept is None:
        cache.add(name, _roughly_joined(session), timeout=2 * session.window_s)
        kept = cache.get(name)  # the same for all who counted at once
    return kept


def _minute(session: ClassSession) -> int:
    """Minutes since the start or, before it, since the class was made."""
    began = session.started_at or session.created_at
    return int((clock.now() - began).total_seconds() // session.window_s)


def _roughly_joined(session: ClassSession) -> int:
    cell_keys = session.participants.values_list("cell_key", flat=True)
    keys = [key for key in cell_keys if key is not None]
    return roughly(
        len(keys),
        keys=keys,
        statistic="joined",
        policy=ReleasePolicy(min_group=1, noise_scale=settings.FER_NOISE_SCALE),
    )


class _Known(NamedTuple):
    """What follows from a session's closed minutes alone."""

    last_minute: dict[str, Any] | None
    summary: Summary
    alerts: list[Alert]


@lru_cache(maxsize=256)
def _known(session_id: UUID, closed_through: int, window_s: int) -> _Known:
    """Read once for each watermark, with which all of it changes."""
    minutes = released_minutes(session_id)
    last = minutes[-1] if minutes else None
    return _Known(last, summarise(minutes), find_alerts(minutes, window_s))


def class_marks(session_id: UUID) -> list[dict[str, Any]]:
    """The moments that a teacher marked, in order."""
    return _told(Mark.objects.filter(session=session_id).moments())


def class_replies(session_id: UUID) -> list[dict[str, Any]]:
    """What a teacher replied to the class, in order; its students read it, too."""
    return _told(Mark.objects.filter(session=session_id).replies())


def _told(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    return [
        {"id": str(mark.pk), "at": mark.at.isoformat(), "word": mark.word}
        for mark in marks
    ]


def released_minutes(session_id: UUID) -> list[dict[str, Any]]:
    """Closed minutes in order, each exactly as its row was stored."""
    rows = ClassMinute.objects.filter(session=session_id).order_by("index")
    minutes = list(rows.values(*_SHOWN))
    for minute in minutes:
        minute["starts_at"] = minute["starts_at"].isoformat()
    return minutes
