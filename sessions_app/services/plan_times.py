"""When a lesson may be planned: the rule for the two times of one lesson."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from sessions_app.models import ClassSession

_TIMES = ("planned_at", "planned_end_at")


class BadPlan(ValueError):
    """Times that no lesson can have; nothing has changed."""


def check_times(begins: dt.datetime | None, ends: dt.datetime | None) -> None:
    """Refuse an end without a beginning, before it, or a day and more after it.

    Raises:
        BadPlan: With a sentence for people.
    """
    if ends is None:
        return
    if begins is None:
        raise BadPlan(_("Say when the lesson begins, too."))
    if ends <= begins:
        raise BadPlan(_("The lesson must end after it begins."))
    if ends - begins > dt.timedelta(days=1):
        raise BadPlan(_("A lesson lasts a day at most. Check the day of its end."))


def check_change(session: ClassSession, values: dict[str, Any]) -> None:
    """Refuse times that a lesson cannot get; what it has stays where it is not among them.

    Args:
        session: As it is now, its row locked.
        values: Of its fields, new ones.

    Raises:
        BadPlan: With a sentence for people.
    """
    before = {name: getattr(session, name) for name in _TIMES}
    after = {name: values.get(name, time) for name, time in before.items()}
    if after == before:
        return
    if session.started_at is not None:
        raise BadPlan(_("This lesson has begun; its plan stays as it is."))
    check_times(*after.values())
