"""Panels of a lesson in a frame of another site, and the tab that says who sits before one.

What stands below `/panel/` knows the panel's own cookies alone (web/frames.py); `connect` is
the tab's. A panel shows a part of what its ordinary page shows, and has no camera.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth import login as log_in
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from inference.cluster.redis_away import RedisAway
from sessions_app import clock
from sessions_app.enums import Purpose
from sessions_app.minutes.current_store import get_store
from sessions_app.minutes.running_session import running_session
from sessions_app.minutes.timeline import students_view_while_running
from sessions_app.models import ClassSession, Participant, User
from sessions_app.models.course import plain_code
from sessions_app.models.session_store import OPENED_BY, stored_key
from sessions_app.selectors.consent import asked_again, choices_of
from sessions_app.selectors.lasting_link import course_of, open_classes
from sessions_app.selectors.visible import visible_session_or_404
from sessions_app.services import audit, own_result, panels
from sessions_app.services.panels import Ticket
from sessions_app.views.join import staff_page
from sessions_app.web import participant_cookie
from sessions_app.web.access import (
    StaffRequest,
    may_not_contribute,
    participants_only,
    session_of,
)
from sessions_app.web.frames import PANELS, in_frame_of
from sessions_app.web.links import dashboard_socket
from sessions_app.web.requests import (
    count_request,
    require_get_or_post,
    wants_json,
    was_clicked,
)

View = Callable[..., HttpResponse]


def _where_panels_are(view: View) -> View:
    """Nothing of this is there until the operator has named an origin."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.FER_FRAME_ORIGINS:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _in_a_frame(view: View) -> View:
    """Let the origins that the operator named show a page, also the one that says why not."""

    @_where_panels_are
    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = render(request, "panels/gone.html", status=404)
        return in_frame_of(settings.FER_FRAME_ORIGINS, response)

    return framed


# --- the student's ----------------------------------------------------------------------


@require_safe
@_in_a_frame
def student(request: HttpRequest, code: str) -> HttpResponse:
    """How the lesson stands, and the pulse; by a course's code, of its lesson that runs."""
    session = _running(code)
    if session is None:
        return _waiting(request, code)
    if wants_json(request):  # the script of the waiting page
        return JsonResponse({"open": True})
    if may_not_contribute(request.user):
        return render(request, "panels/staff.html")
    participant = participant_cookie.participant_in(request.COOKIES, session)
    if participant is None or asked_again(participant):
        if session.is_over:
            return render(request, "panels/over.html", {"session": session})
        own = reverse("join", args=[session.join_code])
        return _unconnected(request, session, own, is_teachers=False)
    context = {
        "session": session,
        "of_course": plain_code(code) != session.join_code,
        "choices_stored": json.dumps(session.choices_stored),
        "replies": session.marks.replies(),
    }
    return render(request, "panels/student.html", context)


@require_safe
@_where_panels_are
@participants_only
def student_news(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What a student's panel shows, to that student; asked for every few seconds."""
    session, choices = participant.session, choices_of(participant)
    expression = session.expression_offered and choices[Purpose.EXPRESSION]
    replies = [
        {"at": reply.at.isoformat(), "word": reply.word}
        for reply in session.marks.replies()
    ]
    news = {
        "state": session.state,
        "pulse_offered": session.pulse_on,
        "pulse": session.pulse_on and choices[Purpose.PULSE],
        "camera": _camera(participant) if expression else "not_shared",
        "own": own_result.asked_for(participant.pk)
        if expression and "own" in request.GET
        else None,
        "choices": session.pulse_choices,
        "result": students_view_while_running(session),
        "replies": replies,
    }
    return JsonResponse(news)


@require_POST
@_where_panels_are
def student_arrived(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a tab has said who sits before the panel."""
    session = session_of(code)
    arrived = panels.arrived_student(
        _secret_hash(request, session), session
    ) or participant_cookie.participant_in(request.COOKIES, session)
    return JsonResponse({"arrived": bool(arrived and not asked_again(arrived))})


def _running(code: str) -> ClassSession | None:
    """The lesson of a code; None where it is a course's, and not one lesson of it runs."""
    try:
        return session_of(code)
    except Http404:
        course = course_of(code)
        if course is None:
            raise
        running = open_classes(course)[:2]
        return running[0] if len(running) == 1 else None


def _waiting(request: HttpRequest, code: str) -> HttpResponse:
    """Several may run: then the student chooses one in a tab."""
    course = course_of(code)
    several = course is not None and open_classes(course).exists()
    if wants_json(request):
        return JsonResponse({"open": several})
    context = {"course": course, "several": several}
    return render(request, "panels/waiting.html", context)


def _camera(participant: Participant) -> str:
    """Whether pictures of the student's camera were read lately, by whom and wherever."""
    running = running_session(participant.session)
    now = running.minute_at(clock.now_s())
    try:
        is_read = get_store().is_read(running.id, participant.pk, (now - 1, now))
    except RedisAway:
        return "unknown"
    return "read" if is_read else "not_read"


# --- the teacher's ----------------------------------------------------------------------


@require_safe
@_in_a_frame
def teacher(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The small view, to look at: what changes something is on the lesson's own page."""
    if not isinstance(request.user, User):
        session = get_object_or_404(ClassSession, pk=pk)
        own = reverse("session-detail", args=[pk])
        return _unconnected(request, session, own, is_teachers=True)
    session = visible_session_or_404(user=request.user, session_id=pk)
    audit.viewed(session=session, by=request.user, what="Panel")
    context = {
        "session": session,
        "rights": (),
        "alerts": "" if request.user.sees_alerts else "off",
        "timeline_url": reverse("panel-timeline", args=[pk]),
        "socket_path": dashboard_socket(session, in_panel=True),
    }
    return render(request, "panels/teacher.html", context)


@require_POST
@_where_panels_are
def teacher_arrived(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Log the panel in, once a tab has let it in."""
    session = get_object_or_404(ClassSession, pk=pk)
    arrived = panels.arrived_teacher(_secret_hash(request, session))
    if arrived:
        user, opened_by, backend = arrived
        log_in(request, user, backend=backend)
        request.session[OPENED_BY] = opened_by
    return JsonResponse({"arrived": arrived is not None})


# --- the tab ----------------------------------------------------------------------------


@require_get_or_post
@_where_panels_are
def connect(request: HttpRequest, ticket: str) -> HttpResponse:
    """Say who sits before a panel: this browser's student, or the teacher who is logged in."""
    found = panels.read_ticket(ticket)
    if found is None:
        return render(request, "panels/stale.html", status=410)
    if found.is_teachers:
        return _connect_teacher(cast(StaffRequest, request), found)
    return _connect_student(request, found)


@login_required
def _connect_teacher(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """Always asked first: a log-in may lead here, too, and nobody may be led by a link."""
    session = visible_session_or_404(user=request.user, session_id=ticket.lesson)
    if request.method != "POST":
        context = {"number": ticket.number, "session": session, "is_teachers": True}
        return render(request, "panels/ask.html", context)
    panels.lead_teacher(
        ticket,
        request.user,
        stored_key(request.session.session_key or ""),
        request.session[BACKEND_SESSION_KEY],
    )
    return render(request, "panels/connected.html", {"session": session})


def _connect_student(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    session = get_object_or_404(ClassSession, pk=ticket.lesson)
    if may_not_contribute(request.user):
        return staff_page(request, session)
    if request.method != "POST" and not was_clicked(request, on=f"{PANELS}j/"):
        context = {"number": ticket.number, "session": session}
        return render(request, "panels/ask.html", context)
    count_request(
        request, "connect", settings.FER_JOIN_RATE
    )  # each is kept for an hour
    secret = participant_cookie.secret_of(request)
    panels.lead_student(ticket, participant_cookie.key_of(secret, session))
    response = redirect("join", session.join_code)
    participant_cookie.remember(request, response)
    return response


def _unconnected(
    request: HttpRequest, session: ClassSession, own: str, *, is_teachers: bool
) -> HttpResponse:
    ticket = Ticket(_secret_hash(request, session), session.pk, is_teachers)
    arrived, of = (
        ("panel-teacher-arrived", session.pk)
        if is_teachers
        else ("panel-student-arrived", session.join_code)
    )
    context = {
        "session": session,
        "is_teachers": is_teachers,
        "number": ticket.number,
        "connect_url": reverse("panel-connect", args=[str(ticket)]),
        "arrived_url": reverse(arrived, args=[of]),
        "own_url": own,
    }
    response = render(request, "panels/connect.html", context)
    participant_cookie.remember(request, response)
    return response


def _secret_hash(request: HttpRequest, session: ClassSession) -> str:
    """Of the panel's own secret; another one for each lesson."""
    return participant_cookie.key_of(participant_cookie.secret_of(request), session)
