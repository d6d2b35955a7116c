"""When lessons are planned: once or every week, changed, and taken out of calendars."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sessions_app.enums import SessionState
from sessions_app.models import ClassSession, User
from sessions_app.models.session import ClassSessionQuerySet
from sessions_app.services import sessions
from sessions_app.services.plan_times import BadPlan

MOST_WEEKS = 60  # more than a school year
A_WEEK = dt.timedelta(weeks=1)


def weeks_until(begins: dt.datetime, last_day: dt.date, zone: dt.tzinfo) -> int:
    """How many weekly lessons there are from the first one to a day, both included.

    Args:
        begins: Of the first.
        last_day: In the zone.
        zone: The teacher's.
    """
    days = (last_day - begins.astimezone(zone).date()).days
    return days // 7 + 1


def each_week(moment: dt.datetime, weeks: int, zone: dt.tzinfo) -> list[dt.datetime]:
    """The same time by the clock of a zone, in so many weeks, the first one included.

    An hour that a change to summer time leaves out is taken as RFC 5545 has it, with the
    offset from before the change: 02:30 is then 03:30.
    """
    first = moment.astimezone(zone).replace(tzinfo=None)
    later = [(first + n * A_WEEK).replace(tzinfo=zone) for n in range(1, weeks)]
    # The first as it is: its hour may be one that comes twice.
    return [each.astimezone(dt.UTC) for each in (moment, *later)]


@transaction.atomic
def create_weekly(
    *, teacher: User, weeks: int, zone: dt.tzinfo, **values: Any
) -> ClassSession:
    """Make a draft or, each week at the same time by the clock, several.

    Args:
        teacher: Who makes them.
        weeks: How many, the first included; more than one needs a `planned_at`.
        zone: By whose clock.
        values: Of the first one, as `sessions.create` takes them.

    Returns:
        The first one.

    Raises:
        BadPlan: If there is no time to repeat, or it is to be repeated too often.
        NoSignal: If the lessons would ask their students for nothing.
    """
    begins, ends = values.get("planned_at"), values.get("planned_end_at")
    check_weeks(begins, weeks)
    if weeks == 1:
        return sessions.create(teacher=teacher, **values)
    assert begins is not None
    lasts = ends - begins if ends else None
    series = uuid.uuid4()
    made = [
        sessions.create(teacher=teacher, **values | _times(start, lasts, series=series))
        for start in each_week(begins, weeks, zone)
    ]
    return made[0]


def following(session: ClassSession) -> ClassSessionQuerySet:
    """The later lessons of a weekly series that have not begun.

    Those that were moved to another course are left out: others have rights there.
    """
    later = ClassSession.objects.filter(
        series=session.series,
        course=session.course_id,
        state=SessionState.DRAFT,
        planned_at__gt=session.planned_at or session.created_at,
    )
    return later.order_by("planned_at") if session.series else later.none()


@transaction.atomic
def update_following(
    *, session: ClassSession, by: User, zone: dt.tzinfo, **values: Any
) -> None:
    """Change a lesson and the later ones of its series alike.

    Their times move by as much as the lesson's, on the clock of a zone; a lesson that
    loses its time takes theirs along, and one that had none leaves theirs.

    Args:
        session: As it is before the change.
        by: Who changes them.
        zone: By whose clock.
        values: As `sessions.update` takes them.
    """
    old = session.planned_at
    begins, ends = values.get("planned_at"), values.get("planned_end_at")
    for row in [*following(session)]:
        moved = values
        if begins and row.planned_at:
            start = _moved(row.planned_at, old or begins, begins, zone)
            moved = values | _times(start, ends - begins if ends else None)
        sessions.update(session=row, by=by, **moved)
    sessions.update(session=session, by=by, **values)


@transaction.atomic
def delete_following(*, session: ClassSession, by: User) -> int:
    """Delete a lesson and the later ones of its series that have not begun; count them."""
    rows = [*following(session)]
    sessions.delete(session=session, by=by)
    for row in rows:
        sessions.delete(session=row, by=by)
    return 1 + len(rows)


def _moved(
    moment: dt.datetime, old: dt.datetime, new: dt.datetime, zone: dt.tzinfo
) -> dt.datetime:
    """A moment, moved by as much as another one was, on the clock of a zone."""
    if old == new:  # also in an hour that comes twice
        return moment
    at, was, now = (
        each.astimezone(zone).replace(tzinfo=None) for each in (moment, old, new)
    )
    return (at + (now - was)).replace(tzinfo=zone).astimezone(dt.UTC)


def _times(
    start: dt.datetime, lasts: dt.timedelta | None, **more: Any
) -> dict[str, Any]:
    """It lasts as long each week, also in the night of a change to summer time."""
    end = start + lasts if lasts else None
    return {"planned_at": start, "planned_end_at": end, **more}


def check_weeks(begins: dt.datetime | None, weeks: int) -> None:
    """Refuse a repetition of nothing, of less than one lesson, or of too many.

    Raises:
        BadPlan: With a sentence for people.
    """
    if weeks != 1 and begins is None:
        raise BadPlan(_("Say when the first lesson begins; then it can be repeated."))
    if weeks < 1:
        raise BadPlan(_("The last day is before the first lesson."))
    if weeks > MOST_WEEKS:
        raise BadPlan(
            _("%(weeks)s weeks are too many: repeat it up to %(most)s times.")
            % {"weeks": weeks, "most": MOST_WEEKS}
        )
