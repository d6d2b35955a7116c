"""Planned lessons for calendar programs, as RFC 5545 has them."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from sessions_app.models import CancelledLesson, ClassSession, User

CALENDAR = "text/calendar; charset=utf-8"
SHOWN_FOR = dt.timedelta(days=90)  # after a lesson
_ASK_AGAIN = dt.timedelta(hours=1)
_PROGRAM = "-//Classmood//Lessons//EN"

LinkTo = Callable[[ClassSession], str]
Planned = ClassSession | CancelledLesson


def planned_by(
    user: User, *, now: dt.datetime
) -> tuple[list[ClassSession], list[CancelledLesson]]:
    """The planned lessons that somebody teaches, alone or with others, and the cancelled.

    Args:
        user: An admin sees own ones here, too.
        now: Lessons long before are left out.
    """
    since = {"planned_at__gt": now - SHOWN_FOR}
    lessons = ClassSession.objects.taught_by(user).filter(**since)
    cancelled = CancelledLesson.objects.taught_by(user).filter(**since)
    return (
        [*lessons.select_related("course").order_by("planned_at", "pk")],
        [*cancelled.select_related("course").order_by("planned_at", "pk")],
    )


def as_calendar(
    planned: Iterable[Planned],
    *,
    name: str,
    zone: dt.tzinfo,
    now: dt.datetime,
    join_link: LinkTo | None = None,
    meeting_links: bool = False,
) -> bytes:
    """A calendar file with one event for each planned lesson, and its time zone.

    Args:
        planned: Lessons with a `planned_at`, and cancelled ones.
        name: Of the calendar.
        zone: In which the times stand.
        now: When the file is made.
        join_link: The address for students; without it there is none in the file.
        meeting_links: Whether the links of the meetings are in it.
    """
    calendar = Calendar()
    calendar.add("prodid", _PROGRAM)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", _ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for each in planned:
        event = _event(each, zone, now)
        if isinstance(each, ClassSession):
            _add_links(event, each, join_link, meeting_links)
        calendar.add_component(event)
    calendar.add_missing_timezones(*_years_of(calendar, now))
    return bytes(calendar.to_ical())


def _event(planned: Planned, zone: dt.tzinfo, now: dt.datetime) -> Event:
    assert planned.planned_at is not None
    event = Event()
    event.add("uid", f"{planned.pk}@classmood")
    event.add("sequence", planned.plan_version)
    event.add("dtstamp", now)
    event.add("dtstart", planned.planned_at.astimezone(zone))
    if planned.planned_end_at is not None:
        event.add("dtend", planned.planned_end_at.astimezone(zone))
    event.add("summary", planned.title)
    if planned.course is not None:
        event.add("categories", [str(planned.course)])
    gone = isinstance(planned, CancelledLesson)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    return event


def _add_links(
    event: Event, session: ClassSession, join_link: LinkTo | None, meeting: bool
) -> None:
    lines = [str(session.course)] if session.course else []
    if meeting and session.meeting_url:
        event.add("location", session.meeting_url)
        lines.append(_("Meeting: %(link)s") % {"link": session.meeting_url})
    if join_link is not None:
        event.add("url", join_link(session))
        lines.append(_("Students join here: %(link)s") % {"link": join_link(session)})
    if lines:
        event.add("description", "\n".join(lines))


def _years_of(calendar: Calendar, now: dt.datetime) -> tuple[dt.date, dt.date]:
    """The first and the last day that the time zones of a calendar must know."""
    starts = [event.start for event in calendar.events] or [now]
    days = [dt.date(start.year, start.month, start.day) for start in starts]
    a_year = dt.timedelta(days=366)
    return min(days) - a_year, max(days) + a_year
