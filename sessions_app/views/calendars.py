"""Planned lessons as files, and as a secret address that a calendar program asks."""

import uuid
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions_app.forms.plans import LinksForm
from sessions_app.models import CalendarFeed, ClassSession
from sessions_app.selectors.calendar import CALENDAR, as_calendar, planned_by
from sessions_app.selectors.history import planned_in
from sessions_app.selectors.visible import visible_course_or_404, visible_session_or_404
from sessions_app.services import audit, calendars
from sessions_app.services.press import once
from sessions_app.views.press import press_of
from sessions_app.web.access import StaffRequest
from sessions_app.web.links import mailed_link, shown_link
from sessions_app.web.reader_zone import zone_of
from sessions_app.web.requests import count_request, require_get_or_post

READS = "60/m"  # of one address; programs ask every hour


@login_required
@require_safe
def session_calendar(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One planned lesson as a file; nothing of how it was."""
    session = visible_session_or_404(user=request.user, session_id=pk)
    if session.planned_at is None:
        raise Http404
    audit.opened("Calendar file", session, by=request.user)
    return _file(request, [session], str(session))


@login_required
@require_safe
def course_calendar(request: StaffRequest, pk: int) -> HttpResponse:
    """All planned lessons of a course as a file."""
    course = visible_course_or_404(user=request.user, pk=pk)
    audit.opened("Calendar file", course, by=request.user)
    return _file(request, [*planned_in(course)], str(course))


@require_get_or_post
@login_required
def calendar(request: StaffRequest) -> HttpResponse:
    """One's own secret address: made, replaced, and shown in the answer to that alone."""
    sent = request.POST if request.method == "POST" else None  # two ticks may be absent
    form, made = LinksForm(sent), ""
    if form.is_valid():
        made = _made(request, form)
    feed = CalendarFeed.objects.filter(user=request.user).first()
    context = {"form": form, "feed": feed, "made": made}
    return render(request, "people/calendar.html", context)


def _made(request: StaffRequest, form: LinksForm) -> str:
    """Make an address; a second press makes another, since the first is on no screen."""
    shown: list[str] = []

    def make(_before: str = "") -> str:
        token = calendars.make_feed(user=request.user, **form.cleaned_data)
        shown.append(token)
        return str(request.user.pk)

    once(press_of(request), make, make)
    return mailed_link(request, reverse("calendar-feed", args=[shown[-1]]))


@login_required
@require_POST
def calendar_end(request: StaffRequest) -> HttpResponse:
    calendars.end_feed(user=request.user)
    messages.success(request, _("The address of your calendar does not work any more."))
    return redirect("calendar")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of a person, to anybody who knows its address."""
    count_request(request, "calendar", READS)
    if (feed := CalendarFeed.opened_by(token)) is None:
        raise Http404
    calendars.read_feed(feed)
    lessons, cancelled = planned_by(feed.user, now=timezone.now())
    text = as_calendar(
        [*lessons, *cancelled],
        name=_("Lessons"),
        zone=zone_of(feed.user),
        now=timezone.now(),
        join_link=partial(_join_link, request) if feed.join_links else None,
        meeting_links=feed.meeting_links,
    )
    return HttpResponse(text, content_type=CALENDAR)


def _file(
    request: StaffRequest, sessions: list[ClassSession], name: str
) -> HttpResponse:
    """A file in the reader's zone, with the links that the form asked for."""
    links = LinksForm(request.GET)
    links.is_valid()
    text = as_calendar(
        sessions,
        name=name,
        zone=timezone.get_current_timezone(),
        now=timezone.now(),
        join_link=(
            partial(_join_link, request) if links.cleaned_data["join_links"] else None
        ),
        meeting_links=links.cleaned_data["meeting_links"],
    )
    answer = HttpResponse(text, content_type=CALENDAR)
    answer["Content-Disposition"] = 'attachment; filename="lessons.ics"'
    return answer


def _join_link(request: HttpRequest, session: ClassSession) -> str:
    return shown_link(request, reverse("join", args=[session.join_code]))
