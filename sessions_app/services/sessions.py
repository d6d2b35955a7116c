"""A class session's life: draft, live, paused, ending; the live path ends it."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sessions_app import clock
from sessions_app.enums import AgeBand, AuditAction, Right, SessionState
from sessions_app.events import session_changed
from sessions_app.models import ClassSession, Course, Report, User
from sessions_app.models.erasure import erase_soon
from sessions_app.models.policy import effective_policy
from sessions_app.models.session import NOTHING_CLOSED
from sessions_app.services import audit, calendars, plan_times, withdrawals
from sessions_app.web import sign_in
from sessions_app.web.sign_in import OF_A_PLATFORM


class WrongState(Exception):
    """The session is in a state that does not allow this; nothing has changed."""


class NoSignal(ValueError):
    """The class would ask its students for nothing."""


def check_signals(session: ClassSession) -> None:
    """Refuse a class that offers neither the pulse nor facial expressions.

    Raises:
        NoSignal: With a sentence for people.
    """
    if not (session.pulse_on or session.expression_offered):
        raise NoSignal(
            _("Choose at least one signal; without a signal there is nothing to show.")
        )


_SETTINGS = (
    "title",
    "meeting_url",
    "frame_interval_ms",
    "pulse_on",
    "expression_on",
    "signed_in_only",
    "students_see",
)


def draft_like(
    session: ClassSession, *, teacher: User, with_topics: bool = False
) -> ClassSession:
    """An unsaved draft with the settings of a class, in its course if they teach there.

    With its topics, too, where the same lesson is to be held once more.
    """
    topics = [*session.marks.topics().values_list("word", flat=True), *session.agenda]
    theirs = Course.objects.taught_by(teacher, Right.RUN)
    return ClassSession(
        teacher=teacher,
        course=theirs.filter(class_sessions=session).first(),
        agenda=topics if with_topics else [],
        **{name: getattr(session, name) for name in _SETTINGS},
    )


def first_draft(*, teacher: User, course: Course | None) -> ClassSession:
    """An unsaved draft with the settings that the rules of the place have for its students."""
    draft = ClassSession(teacher=teacher, course=course)
    place = effective_policy().place
    of_minors = draft.age != AgeBand.ADULTS
    draft.signed_in_only = bool(
        of_minors and place and place.signed_in and sign_in.is_possible()
    )
    return draft


@transaction.atomic
def create(
    *, teacher: User, course: Course | None = None, **values: Any
) -> ClassSession:
    """Make a draft.

    Args:
        teacher: Who makes it. In a colleague's course it is the colleague's lesson.
        course: In which the teacher may run lessons.
        values: Checked fields: title, frame_interval_ms...

    Raises:
        NoSignal: If it would ask its students for nothing.
    """
    owner = course.teacher if course else teacher
    session = ClassSession(teacher=owner, course=course, **values)
    check_signals(session)
    session.save(force_insert=True)
    audit.about(session, AuditAction.MADE, by=teacher)
    return session


@transaction.atomic
def update(*, session: ClassSession, by: User, **values: Any) -> ClassSession:
    """Change checked fields and no others: the live path writes the same row.

    Raises:
        NoSignal: If it would ask its students for nothing.
        WrongState: If its students shall see the result, and it has begun without that.
        BadPlan: If it cannot have these times, or has begun.
    """
    locked = _lock(session.pk)
    check_who_sees(locked, values)
    plan_times.check_change(locked, values)
    open_to_all = not locked.signed_in_only
    told = calendars.told_of(locked)
    changed = audit.changes(locked, values)
    calendars.follow(locked, before=told)
    if {"pulse_on", "expression_on"} & {*values}:
        check_signals(locked)
    if "agenda" in values:
        locked.marks_version += 1
    locked.save(update_fields=[*values, "plan_version", "marks_version"])
    if open_to_all and locked.signed_in_only:
        _take_out_unsigned(locked)
        changed.append("students who had not signed in were removed")
    if changed:
        Report.objects.filter(session=locked).make_again()
        more = f"; {'; '.join(changed)}"
        audit.about(locked, AuditAction.CHANGED, by=by, more=more)
    _announce(locked)
    return locked


@transaction.atomic
def write_note(*, session: ClassSession, by: User, note: str) -> None:
    """Keep what the teacher noted about a class; blank takes the note away.

    The audit says that it was changed, and nothing of what is in it.
    """
    locked = _lock(session.pk)
    if note == locked.note:
        return
    locked.note = note
    locked.save(update_fields=["note"])
    audit.about(locked, AuditAction.CHANGED, by=by, more="; the teacher's note")
    erase_soon()


def start(*, session: ClassSession, by: User) -> ClassSession:
    """Begin a draft; its minutes count from now. A live session stays as it is."""
    return _move(
        session,
        SessionState.LIVE,
        {SessionState.DRAFT},
        partial(audit.about, action=AuditAction.STARTED, by=by),
        started_at=clock.now(),
        window_s=settings.FER_WINDOW_S,
        closed_through=NOTHING_CLOSED,
        pulse_choices=session.choices_stored,
    )


def pause(*, session: ClassSession, by: User) -> ClassSession:
    """Stop the intake for a while; minutes without readings become gaps."""
    return _move(
        session,
        SessionState.PAUSED,
        {SessionState.LIVE},
        partial(audit.about, action=AuditAction.PAUSED, by=by),
    )


def resume(*, session: ClassSession, by: User) -> ClassSession:
    """Take up a paused session again."""
    return _move(
        session,
        SessionState.LIVE,
        {SessionState.PAUSED},
        partial(audit.about, action=AuditAction.RESUMED, by=by),
    )


def end(*, session: ClassSession, by: User | None, why: str = "") -> ClassSession:
    """Stop the intake for good. The live path closes the last minute, then ENDED.

    Args:
        session: The class; one that is over stays as it is.
        by: Who ends it; None for the platform itself.
        why: What the audit says of the reason.
    """
    return _move(
        session,
        SessionState.ENDING,
        {SessionState.LIVE, SessionState.PAUSED},
        partial(_ended, by=by, why=why),
        # A clock that was set back must not keep a class from ending.
        ended_at=max(clock.now(), session.started_at or clock.now()),
    )


def _ended(session: ClassSession, by: User | None, why: str) -> None:
    """Write it down, and have a report made once the last minute is closed."""
    audit.about(session, AuditAction.ENDED, by=by, more=why)
    Report.objects.expect(session)


@transaction.atomic
def delete(*, session: ClassSession, by: User) -> None:
    """Delete a session that is not running, with its participants and minutes.

    Raises:
        WrongState: While it runs; a class is never deleted under its students.
    """
    locked = _lock(session.pk)
    if not locked.can_be_deleted:
        raise WrongState(
            _("This lesson is still running. End it before you delete it.")
        )
    audit.about(locked, AuditAction.DELETED, by=by)
    calendars.cancel(locked)
    _announce(locked)
    locked.participants.all().delete_whole()
    locked.delete()


@transaction.atomic
def _move(
    session: ClassSession,
    state: SessionState,
    allowed: set[SessionState],
    write_down: Callable[[ClassSession], None],
    **changes: Any,
) -> ClassSession:
    locked = _lock(session.pk)
    if locked.state == state or (locked.is_over and state == SessionState.ENDING):
        return locked
    if locked.state not in allowed:
        raise WrongState(
            _("This lesson cannot become “%(wanted)s”: it is “%(state)s”.")
            % {"wanted": state.label, "state": locked.get_state_display()}
        )
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.state = state
    locked.save(update_fields=["state", *changes])
    write_down(locked)
    _announce(locked)
    return locked


def check_who_sees(session: ClassSession, values: dict[str, Any]) -> None:
    """Refuse to widen, in a lesson that has begun, who sees numbers of its students.

    Raises:
        WrongState: With a sentence for people.
    """
    wider = values.get("students_see") and not session.students_see
    if wider and session.started_at is not None:
        raise WrongState(
            _(
                "This lesson has started, and its students read that only staff see the "
                "numbers. Turn this on in a lesson that has not started."
            )
        )


def _take_out_unsigned(session: ClassSession) -> None:
    """Take out the students who joined before the class asked for the school's sign-on.

    Otherwise a teacher could fill a draft with browsers, and ask for the sign-on then. A
    learning platform's word does not stand for it: somebody could count as two.
    """
    unknown = Q(sign_in_hash="") | Q(sign_in_hash__startswith=OF_A_PLATFORM)
    unsigned = session.participants.filter(unknown)
    for person in unsigned.values_list("pk", flat=True):
        transaction.on_commit(partial(withdrawals.forget, session.pk, person))
    unsigned.delete_whole()


def _lock(pk: uuid.UUID) -> ClassSession:
    return ClassSession.objects.select_for_update().get(pk=pk)


def _announce(session: ClassSession) -> None:
    transaction.on_commit(partial(session_changed, session.pk))
