"""Write down who did what to what. No student is named, and no number of a class."""

import datetime as dt
from typing import Any

from django.db.models import Model
from django.utils import timezone

from sessions_app.enums import AuditAction
from sessions_app.models import AuditEntry, ClassSession, Course, User
from sessions_app.models.choices import told

MOST_DETAIL = 500  # characters
_MOST_OF_A_VALUE = 60  # of them, so that one entry has room for all that was changed
_KINDS: dict[type[Model], str] = {ClassSession: "lesson", Course: "course"}
_OPENED = "Opened: "  # what shows no number
ONE_ENTRY_EVERY = dt.timedelta(minutes=10)
# Anybody who reads these gets in: never told.
_OPEN_DOORS = {"meeting_url", "join_code", "recording_url"}


def record(
    *, action: AuditAction, actor: User | None, object_id: str = "", detail: str = ""
) -> AuditEntry:
    """Append one entry.

    Args:
        action: What was done.
        actor: Who did it; None for the platform itself.
        object_id: Of the row it was done to, which may be deleted by now.
        detail: In words, for admins; cut where it is too long.
    """
    return AuditEntry.objects.create(
        action=action,
        actor=actor.email if actor else "",
        object_id=object_id,
        detail=_fit(detail),
    )


def once_in_a_while(
    *,
    action: AuditAction,
    actor: User | None,
    object_id: str = "",
    detail: str = "",
    every: dt.timedelta = ONE_ENTRY_EVERY,
) -> None:
    """Append an entry unless the same one was appended lately."""
    same = AuditEntry.objects.filter(
        action=action,
        actor=actor.email if actor else "",
        object_id=object_id,
        detail=_fit(detail),
        at__gt=timezone.now() - every,
    )
    if not same.exists():
        record(action=action, actor=actor, object_id=object_id, detail=detail)


def looked_at(what: str, *, by: User) -> None:
    """Append that somebody looked at something that is about no single class."""
    once_in_a_while(action=AuditAction.VIEWED, actor=by, detail=what)


def took_away(what: str, *, by: User) -> None:
    """Append that somebody exported something that is about no single class."""
    record(action=AuditAction.EXPORTED, actor=by, detail=what)


def listed(what: str, *, by: User) -> None:
    """Append that an admin read a list of people, or of what others own."""
    if by.is_admin:
        looked_at(what, by=by)


def opened(what: str, subject: ClassSession | Course, *, by: User) -> None:
    """Append that somebody opened something of another one's class or course."""
    if by.pk != subject.teacher_id:
        once_in_a_while(
            action=AuditAction.VIEWED,
            actor=by,
            object_id=str(subject.pk),
            detail=f"{_OPENED}{what} of {_KINDS[type(subject)]} “{subject}”",
        )


def viewed(*, session: ClassSession, by: User, what: str) -> None:
    """Append that somebody opened a page about a class."""
    _about(session, AuditAction.VIEWED, by, what)


def keeps_viewing(*, session: ClassSession, by: User, what: str) -> None:
    """Append a view by a socket or script, which asks again and again, now and then."""
    lately = AuditEntry.objects.filter(
        actor=by.email,
        object_id=str(session.pk),
        action=AuditAction.VIEWED,
        at__gt=timezone.now() - ONE_ENTRY_EVERY,
    ).exclude(detail__startswith=_OPENED)
    if not lately.exists():
        viewed(session=session, by=by, what=what)


def exported(*, session: ClassSession, by: User, what: str) -> None:
    """Append that somebody took a class's numbers away in a file."""
    _about(session, AuditAction.EXPORTED, by, what)


def marked(
    session: ClassSession, action: AuditAction, *, by: User, what: str = "Marks"
) -> None:
    """Append now and then that somebody marked moments of a lesson, or changed marks."""
    once_in_a_while(
        action=action,
        actor=by,
        object_id=str(session.pk),
        detail=f"{what} of class “{_short(session.title)}”",
    )


def about(
    subject: ClassSession | Course,
    action: AuditAction,
    *,
    by: User | None,
    more: str = "",
) -> None:
    """Append that somebody did something to a class or a course.

    Args:
        subject: The row, which may be deleted in the same transaction.
        action: What was done to it.
        by: Who did it; None for the platform itself.
        more: What else there is to say.
    """
    record(
        action=action,
        actor=by,
        object_id=str(subject.pk),
        detail=f"{_KINDS[type(subject)]} “{_short(str(subject))}”{more}",
    )


def changes(row: Model, values: dict[str, Any]) -> list[str]:
    """Set fields of a row; return one sentence per field that is not what it was."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return [
        _sentence(row, name, old)
        for name, old in before.items()
        if old != getattr(row, name)
    ]


def _sentence(row: Model, name: str, old: Any) -> str:
    if name == "pulse_choices":
        return f"pulse choices: {told(old)} → {told(getattr(row, name))}"
    label = str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    if name in _OPEN_DOORS:
        return f"{label}: changed"
    return f"{label}: {_word(old)} → {_word(getattr(row, name))}"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        value = "; ".join(value)
    return _short(str(value)) if value not in {None, ""} else "none"


def _short(value: str) -> str:
    """Its beginning and its end."""
    if len(value) <= _MOST_OF_A_VALUE:
        return value
    half = _MOST_OF_A_VALUE // 2
    return f"{value[: half - 1]}…{value[-half:]}"


def _about(session: ClassSession, action: AuditAction, by: User, what: str) -> None:
    detail = f"{what} of “{session.title}”"
    record(action=action, actor=by, object_id=str(session.pk), detail=detail)


def _fit(detail: str) -> str:
    """Short enough, and without the one character that PostgreSQL takes in no text."""
    return detail.replace("\x00", "")[:MOST_DETAIL]
