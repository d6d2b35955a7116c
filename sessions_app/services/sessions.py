"""A class session's life: draft, live, paused, ending; the live path ends it."""

import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from sessions_app import clock
from sessions_app.enums import SessionState
from sessions_app.events import session_changed
from sessions_app.models import ClassSession, User
from sessions_app.models.session import NOTHING_CLOSED


class WrongState(Exception):
    """The session is in a state that does not allow this; nothing has changed."""


def create(*, teacher: User, **values: Any) -> ClassSession:
    """Make a draft. `values` are checked fields: title, course, frame_interval_ms..."""
    return ClassSession.objects.create(teacher=teacher, **values)


@transaction.atomic
def update(*, session: ClassSession, **values: Any) -> ClassSession:
    """Change checked fields and no others: the live path writes the same row."""
    locked = _lock(session.pk)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(values))
    _announce(locked)
    return locked


def start(*, session: ClassSession) -> ClassSession:
    """Begin a draft; its minutes count from now. A live session stays as it is."""
    return _move(
        session,
        SessionState.LIVE,
        {SessionState.DRAFT},
        started_at=clock.now(),
        window_s=settings.FER_WINDOW_S,
        closed_through=NOTHING_CLOSED,
    )


def pause(*, session: ClassSession) -> ClassSession:
    """Stop the intake for a while; minutes without readings become gaps."""
    return _move(session, SessionState.PAUSED, {SessionState.LIVE})


def resume(*, session: ClassSession) -> ClassSession:
    """Take up a paused session again."""
    return _move(session, SessionState.LIVE, {SessionState.PAUSED})


def end(*, session: ClassSession) -> ClassSession:
    """Stop the intake for good. The live path closes the last minute, then ENDED."""
    return _move(
        session,
        SessionState.ENDING,
        {SessionState.LIVE, SessionState.PAUSED},
        # A clock that was set back must not keep a class from ending.
        ended_at=max(clock.now(), session.started_at or clock.now()),
    )


@transaction.atomic
def delete(*, session: ClassSession) -> None:
    """Delete a session that is not running, with its participants and minutes.

    Raises:
        WrongState: While it runs; a class is never deleted under its students.
    """
    locked = _lock(session.pk)
    if locked.state not in {SessionState.DRAFT, SessionState.ENDED}:
        raise WrongState("This class is still running. End it before deleting it.")
    _announce(locked)
    locked.delete()


@transaction.atomic
def _move(
    session: ClassSession,
    state: SessionState,
    allowed: set[SessionState],
    **changes: Any,
) -> ClassSession:
    locked = _lock(session.pk)
    if locked.state == state or (locked.is_over and state == SessionState.ENDING):
        return locked
    if locked.state not in allowed:
        raise WrongState(
            f"This class cannot become {state.label.lower()}: "
            f"it is {locked.get_state_display().lower()}."
        )
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.state = state
    locked.save(update_fields=["state", *changes])
    _announce(locked)
    return locked


def _lock(pk: uuid.UUID) -> ClassSession:
    return ClassSession.objects.select_for_update().get(pk=pk)


def _announce(session: ClassSession) -> None:
    transaction.on_commit(partial(session_changed, session.pk))
