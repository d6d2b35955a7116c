"""Mark moments of a class, name them, move them, take them away."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sessions_app import clock
from sessions_app.enums import AuditAction
from sessions_app.models import ClassSession, Mark, User
from sessions_app.services import audit
from sessions_app.services.sessions import WrongState

MOST_MARKS = 200  # of one class


class OutsideClass(ValueError):
    """A moment that is not in the class; nothing was marked."""


@transaction.atomic
def add(
    *, session: ClassSession, by: User, at: dt.datetime | None = None, word: str = ""
) -> Mark:
    """Mark a moment of a class: now, unless another one is said.

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
    if Mark.objects.filter(session=locked).count() >= MOST_MARKS:
        raise WrongState(
            _("This lesson has %(n)s marks, the most there can be. Delete some first.")
            % {"n": MOST_MARKS}
        )
    at = at or clock.now()
    _check(locked, at)
    mark = Mark.objects.create(session=locked, at=at, word=word)
    audit.marked(locked, AuditAction.MADE, by=by)
    return mark


@transaction.atomic
def update(*, mark: Mark, by: User, **values: Any) -> Mark:
    """Name or move a mark.

    Raises:
        OutsideClass: If the new moment is not in the class.
    """
    if "at" in values:
        _check(mark.session, values["at"])
    for name, value in values.items():
        setattr(mark, name, value)
    mark.save(update_fields=list(values))
    audit.marked(mark.session, AuditAction.CHANGED, by=by)
    return mark


@transaction.atomic
def delete(*, mark: Mark, by: User) -> None:
    audit.marked(mark.session, AuditAction.DELETED, by=by)
    mark.delete()


def _check(session: ClassSession, at: dt.datetime) -> None:
    """Refuse a moment that is not in the class."""
    if at > clock.now():
        raise OutsideClass(_("This moment is in the future. Mark it when it is there."))
    if session.started_at is None or at < session.started_at:
        raise OutsideClass(_("This moment is before the lesson started."))
    if session.ended_at is not None and at > session.ended_at:
        raise OutsideClass(_("This moment is after the lesson ended."))
