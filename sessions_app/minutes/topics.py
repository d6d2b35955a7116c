"""Which topic a lesson was at in each minute."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sessions_app.minutes.recordings import Place, place_in
from sessions_app.models import ClassSession

Topic = dict[str, Any]


def class_topics(session: ClassSession) -> list[Topic]:
    """The topics of a lesson in order, ready for JSON.

    Each ends where the next one begins, the last with the lesson: `ends_at` is None of the
    one that runs.
    """
    topics = list(session.marks.topics())
    ends = [*(topic.at for topic in topics[1:]), session.ended_at]
    return [
        {
            "id": str(topic.pk),
            "at": topic.at.isoformat(),
            "ends_at": end.isoformat() if end else None,
            "word": topic.word,
            "recording": recorded_at(session, topic.at),
        }
        for topic, end in zip(topics, ends, strict=False)
    ]


def recorded_at(session: ClassSession, at: dt.datetime) -> Place | None:
    """Where a moment of a lesson is in its recording; None where it has none, or not yet."""
    if session.started_at is None:
        return None
    since = int((at - session.started_at).total_seconds())
    return place_in(session.recording_url, session.recording_offset_s + since)


def topic_of(
    topics: Sequence[Topic], starts_at: dt.datetime, window_s: int
) -> Topic | None:
    """The topic of a minute: the one that the lesson is at in the minute's middle.

    None before the first. `static/js/lib/topics.js` has the same rule for charts.
    """
    middle = starts_at + dt.timedelta(seconds=window_s / 2)
    begun = [each for each in topics if dt.datetime.fromisoformat(each["at"]) <= middle]
    return begun[-1] if begun else None
