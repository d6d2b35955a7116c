"""Mark moments of a class, name them, move them, take them away; reply to the class."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sessions_app import clock
from sessions_app.enums import AuditAction, MarkKind
from sessions_app.models import ClassSession, Mark, Report, User
from sessions_app.models.mark import MAX_WORD
from sessions_app.services import audit
from sessions_app.services.sessions import WrongState

MOST_MARKS = 200  # of one class, and as many replies
IN_AUDIT = {MarkKind.MOMENT: "Marks", MarkKind.REPLY: "Replies"}


class OutsideClass(ValueError):
    """A moment that is not in the class; nothing was marked."""


@transaction.atomic
def add(
    *,
    session: ClassSession,
    by: User,
    at: dt.datetime | None = None,
    word: str = "",
    kind: MarkKind = MarkKind.MOMENT,
) -> Mark:
    """Mark a moment of a class, or reply to it: now, unless another moment is said.

    Raises:
        WrongState: Before the class; after it, if no moment is said; with too many marks.
        OutsideClass: If the moment is not in the class.
    """
    locked = ClassSession.objects.select_for_update().get(pk=session.pk)
    if locked.started_at is None:
        raise WrongState(
            _("This lesson has not started; there is nothing to mark yet.")
        )
    if at is None and locked.is_over:
        raise WrongState(_("This lesson is over; say the time to mark."))
    if locked.marks.filter(kind=kind).count() >= MOST_MARKS:
        full = (
            _("This lesson has %(n)s marks, the most there can be. Delete some first.")
            if kind == MarkKind.MOMENT
            else _(
                "This lesson has %(n)s replies, the most there can be. Delete some first."
            )
        )
        raise WrongState(full % {"n": MOST_MARKS})
    at = at or clock.now()
    check_moment(locked, at)
    mark = Mark.objects.create(session=locked, kind=kind, at=at, word=word)
    changed(locked, AuditAction.MADE, by=by, what=IN_AUDIT[kind])
    return mark


@transaction.atomic
def update(*, mark: Mark, by: User, **values: Any) -> Mark:
    """Name or move a mark.

    Raises:
        OutsideClass: If the new moment is not in the class.
    """
    if "at" in values:
        check_moment(mark.session, values["at"])
    changed(mark.session, AuditAction.CHANGED, by=by, what=_in_audit(mark))
    mark = mark.session.marks.get(pk=mark.pk)  # or another device took it away
    for name, value in values.items():
        setattr(mark, name, value)
    mark.save(update_fields=list(values))
    return mark


@transaction.atomic
def merge(*, mark: Mark, by: User) -> Mark:
    """Join a mark with the one before it, which keeps its moment and gets both words.

    Raises:
        WrongState: If none is before it.
    """
    changed(mark.session, AuditAction.CHANGED, by=by, what=_in_audit(mark))
    like = mark.session.marks.filter(kind=mark.kind)
    mark = like.get(pk=mark.pk)  # or another device took it away
    earlier = like.filter(at__lte=mark.at).exclude(pk=mark.pk)
    before = earlier.last()
    if before is None:
        raise WrongState(_("No mark is before this one, so nothing can be merged."))
    before.word = both_words(before.word, mark.word)
    before.save(update_fields=["word"])
    mark.delete()
    return before


@transaction.atomic
def delete(*, mark: Mark, by: User) -> None:
    changed(mark.session, AuditAction.DELETED, by=by, what=_in_audit(mark))
    mark.delete()


def _in_audit(mark: Mark) -> str:
    return IN_AUDIT[MarkKind(mark.kind)]


def changed(
    session: ClassSession, action: AuditAction, *, by: User, what: str = "Marks"
) -> None:
    """Write it down; reports and dashboards that show those of before are made, or read, again.

    Called before a mark's own row is written: the lesson's is locked first, as where it is
    deleted with all it has.
    """
    audit.marked(session, action, by=by, what=what)
    ClassSession.objects.filter(pk=session.pk).update(
        marks_version=F("marks_version") + 1
    )
    Report.objects.filter(session=session).make_again()


def both_words(first: str, second: str) -> str:
    """One name out of two; the first alone where both are the same, or do not fit."""
    if not first or not second or first == second:
        return first or second
    both = f"{first} + {second}"
    return both if len(both) <= MAX_WORD else first


def check_moment(session: ClassSession, at: dt.datetime) -> None:
    """Refuse a moment that is not in the class.

    Raises:
        OutsideClass: With a sentence for people.
    """
    if at > clock.now():
        raise OutsideClass(_("This moment is in the future. Mark it when it is there."))
    if session.started_at is None or at < session.started_at:
        raise OutsideClass(_("This moment is before the lesson started."))
    if session.ended_at is not None and at > session.ended_at:
        raise OutsideClass(_("This moment is after the lesson ended."))
