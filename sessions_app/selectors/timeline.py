"""What a dashboard shows: released rows and nothing else about the class."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from inference.labels import EMOTIONS
from sessions_app import clock
from sessions_app.enums import MinuteStatus, SessionState, Trouble
from sessions_app.models import ClassMinute, ClassSession
from sessions_app.models.session import NOTHING_CLOSED
from sessions_app.open_minute import LiveStats
from sessions_app.selectors.live import running_session
from sessions_app.selectors.wording import Summary, summarise

_MARKED_WITHIN_S = 2.0  # after it begins, a minute of an outage is marked
NO_STATS = LiveStats(None, 0, None)
_SHOWN = (
    "index",
    "starts_at",
    "status",
    "n",
    "shares",
    "band",
    "valence",
    "valence_band",
    "unusual",
    "pulse",
    "pulse_n",
    "coverage",
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
        },
        "emotions": list(EMOTIONS),
        "closed_through": session.closed_through,
        "minutes": [minute for minute in minutes if minute["index"] > after],
        "summary": summarise(minutes),
    }


def live_snapshot(*, session: ClassSession, stats: LiveStats) -> dict[str, Any]:
    """The whole state of a dashboard's top, ready for the socket.

    How the stream is doing is told only beside released numbers: where fewer share,
    the age of the newest reading would tell whether anybody does, and who just paused.
    """
    last_minute, summary = _last_and_summary(session.pk, session.closed_through)
    released = last_minute and last_minute["status"] == MinuteStatus.RELEASED
    stream = stats if released else NO_STATS
    return {
        "type": "snapshot",
        "state": session.state,
        "closed_through": session.closed_through,
        "last_minute": last_minute,
        "summary": summary,
        "joined": at_least(session.participants.count()),
        "newest_reading_age_s": _rounded(stream.newest_reading_age_s, 1),
        "dropped_last_minute": stream.dropped_last_minute,
        "lag_ms": _rounded(stream.lag_ms, 0),
        "trouble": _trouble(session, stats),
        "window_s": session.window_s,
    }


def _trouble(session: ClassSession, stats: LiveStats) -> str:
    """What keeps the running minute from being counted, which nobody of the class does."""
    if session.state != SessionState.LIVE:
        return ""
    if stats.away:
        return Trouble.STORE.value
    minute = running_session(session).minute_at(clock.now_s() - _MARKED_WITHIN_S)
    return Trouble.CUT_OFF.value if stats.interrupted >= max(0, minute) else ""


def at_least(joined: int) -> int:
    """A rough count of who joined: 0 (under 5), 5, 10, 20, 30 and so on.

    Exactly, it would show each student who leaves, and beside a minute's contributors
    how many take no part.
    """
    return joined // 10 * 10 if joined >= 10 else joined // 5 * 5


@lru_cache(maxsize=256)
def _last_and_summary(
    session_id: UUID, closed_through: int
) -> tuple[dict[str, Any] | None, Summary]:
    """A session's last minute and the words for it; both change with the watermark."""
    minutes = released_minutes(session_id)
    return minutes[-1] if minutes else None, summarise(minutes)


def released_minutes(session_id: UUID) -> list[dict[str, Any]]:
    """Closed minutes in order, each exactly as its row was stored."""
    rows = ClassMinute.objects.filter(session=session_id).order_by("index")
    minutes = list(rows.values(*_SHOWN))
    for minute in minutes:
        minute["starts_at"] = minute["starts_at"].isoformat()
    return minutes


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
