"""Close the minute: sums to class mood to released row, exactly once."""

import math
from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import transaction

from sessions_app.enums import SessionState
from sessions_app.events import lesson_ended, minute_closed
from sessions_app.minutes.estimation import build_minute
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.kept_figures import keep
from sessions_app.minutes.store import OpenMinuteStore
from sessions_app.models import ClassMinute, ClassSession, Participant
from sessions_app.models.erasure import erase_soon

REPLIES_WAIT_S = 3.0  # after the end, for frames that are still on their way
# After an outage each minute of the last hour gets a row, with or without students: a
# missing row would tell that nobody was there. Of older minutes, those that hold something.
ROWS_FOR_S = 3600


def close_due_minutes(*, store: OpenMinuteStore, now: float) -> list[UUID]:
    """Close every minute whose end and grace have passed, in all running sessions.

    Safe to run twice at once and after any pause.

    Args:
        store: Where the open minutes are.
        now: Seconds since the Unix epoch, on the clock that the frames were given.

    Returns:
        The sessions in which something was closed.
    """
    changed = []
    for session in ClassSession.objects.running():
        with suppress(ClassSession.DoesNotExist):  # closed elsewhere, and deleted
            if _close_what_is_due(session, store, now):
                changed.append(session.pk)
    return changed


def _close_what_is_due(
    session: ClassSession, store: OpenMinuteStore, now: float
) -> bool:
    """Close the session's due minutes; return True if any were due."""
    due = session.closed_through
    if session.started_at is not None:
        due = due_through(session.started_at.timestamp(), session.window_s, now)
    if due > session.closed_through:
        close_through(session=session, store=store, last=due, now=now)
    is_over = session.state == SessionState.ENDING and _replies_are_in(session, now)
    if is_over:
        finish(session=session, store=store, now=now)
    return is_over or due > session.closed_through


def close_through(
    *, session: ClassSession, store: OpenMinuteStore, last: int, now: float
) -> None:
    """Close every minute up to one, then advance the watermark over older ones.

    Where the store lost what it held, every minute that this concerns is closed as an
    interrupted one.
    """
    newest = max(session.closed_through, last - ROWS_FOR_S // session.window_s) + 1
    due = range(newest, last + 1)
    if store.forgot(session.pk, session.closed_through):
        for index in due:
            store.note_interruption(session.pk, index, Interruption.SUMS_LOST)
    held = {index for index in store.open_minutes(session.pk) if index <= last}
    for index in sorted(held.union(due)):  # those closed before are only dropped
        close_minute(session=session, store=store, index=index, now=now)
    with transaction.atomic():
        row = ClassSession.objects.select_for_update().get(pk=session.pk)
        if last > row.closed_through:
            row.closed_through = last
            row.save(update_fields=["closed_through"])
    store.drop(session.pk, last)


def close_minute(
    *, session: ClassSession, store: OpenMinuteStore, index: int, now: float
) -> ClassMinute | None:
    """Store one minute as released and delete its sums; None if it was closed before.

    1. Lock the class, so that no other process closes the minute meanwhile.
    2. Make the row and insert it.
    3. Advance the watermark in the same transaction.
    4. Delete the sums only then, and what no later minute counts: a crash before that
       loses nothing, since the next closing finds the row and deletes them.
    """
    with transaction.atomic():
        row = ClassSession.objects.select_for_update().get(pk=session.pk)
        minute = None
        if index > row.closed_through:
            minute = build_minute(session=row, index=index, store=store, now=now)
            ClassMinute.objects.bulk_create([minute], ignore_conflicts=True)
            row.closed_through = index
            row.save(update_fields=["closed_through"])
            minute_closed.send(ClassSession, session=row, minute=minute)
    store.drop(session.pk, index)
    store.let_go(session.pk, index, ago_s=_ended_ago_s(session, index, now))
    return minute


def finish(*, session: ClassSession, store: OpenMinuteStore, now: float) -> None:
    """Close what is left of an ended session, add it up, delete its keys and its numbers.

    What the store remembers goes before the end is written: whatever fails, or a crash,
    leaves a session that is still ending, and all of it is done again.
    """
    close_through(session=session, store=store, last=_last_minute(session), now=now)
    with transaction.atomic():
        keep(ClassSession.objects.filter(pk=session.pk))
        session.minutes.update(numbers=None)
        rows = ClassSession.objects.filter(pk=session.pk, state=SessionState.ENDING)
        if rows.update(state=SessionState.ENDED):  # or another process was faster
            lesson_ended.send(ClassSession, session=session)
        Participant.objects.filter(session=session).update(
            cell_key=None, sign_in_hash=""
        )
        erase_soon()
        store.drop_session(session.pk)


def _ended_ago_s(session: ClassSession, index: int, now: float) -> float:
    return max(0.0, now - session.minute_starts_at(index + 1).timestamp())


def _last_minute(session: ClassSession) -> int:
    """The minute in which an ended session ended."""
    if session.started_at is None or session.ended_at is None:
        raise ValueError(f"Session {session.pk} has not ended.")
    return (
        int((session.ended_at - session.started_at).total_seconds()) // session.window_s
    )


def due_through(started_at: float, window_s: int, now: float) -> int:
    """The last minute whose end and grace have passed.

    Args:
        started_at: Of the session, in seconds since the Unix epoch, as is `now`.
        window_s: Of its minutes.
        now: On the clock that the frames were given.
    """
    lasted_s = now - settings.FER_CLOSE_GRACE_S - started_at
    return math.floor(lasted_s / window_s) - 1


def _replies_are_in(session: ClassSession, now: float) -> bool:
    ended_at = session.ended_at
    return ended_at is not None and now >= ended_at.timestamp() + REPLIES_WAIT_S
