"""Times on pages: on the reader's clock as far as the server knows it, in the reader's language.

static/js/lib/local_times.js writes those again that are on another clock than the browser's. Lists
have dozens of them: a template takes long for each.
"""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sessions_app import localised
from sessions_app.models import ClassSession

register = template.Library()
register.filter("day_and_time", localised.day_and_time, expects_localtime=True)


@register.filter(expects_localtime=True)
def day(at: dt.datetime) -> str:
    return localised.day(at, "medium")


@register.filter(expects_localtime=True)
def time_of_day(at: dt.datetime, window_s: int = 60) -> str:
    """With seconds where a lesson's minutes are shorter than one."""
    return localised.time_of_day(at, seconds=window_s < 60)


@register.simple_tag
def from_to(begins: dt.datetime, ends: dt.datetime | None, window_s: int) -> SafeString:
    """A stretch of time, or a moment; stands in a part of the page with data-window-s."""
    start = _time(begins, window_s)
    if ends is None:
        return mark_safe(start)
    return mark_safe(
        _("%(start)s to %(end)s") % {"start": start, "end": _time(ends, window_s)}
    )


@register.simple_tag
def when(session: ClassSession) -> SafeString:
    """When a lesson was held, is planned, or was created."""
    return mark_safe(f"<span>{_when(session)}</span>")


def _when(session: ClassSession) -> str:
    if session.started_at and session.ended_at:
        return _("%(start)s to %(end)s") % _ends(session.started_at, session.ended_at)
    if session.started_at:
        return _day_and_time(session.started_at)
    if session.planned_at and session.planned_end_at:
        ends = _ends(session.planned_at, session.planned_end_at)
        return _("planned for %(start)s to %(end)s") % ends
    if session.planned_at:
        start = _day_and_time(session.planned_at)
        return _("planned for %(start)s") % {"start": start}
    return _("created %(start)s") % {"start": _day_and_time(session.created_at)}


def _ends(start: dt.datetime, end: dt.datetime) -> dict[str, str]:
    return {"start": _day_and_time(start), "end": _time(end)}


def _day_and_time(at: dt.datetime) -> str:
    here = timezone.localtime(at)
    text = localised.day_and_time(here)
    return f'<time datetime="{here.isoformat()}" data-local>{text}</time>'


def _time(at: dt.datetime, window_s: int = 60) -> str:
    here = timezone.localtime(at)
    text = time_of_day(here, window_s)
    return f'<time datetime="{here.isoformat()}" data-local="time">{text}</time>'
