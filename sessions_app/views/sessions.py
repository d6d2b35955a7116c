"""A teacher's class sessions: list, make, watch, steer, delete."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Protocol

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions_app.forms.classes import HistoryForm, LikeForm, NoteForm, SessionForm
from sessions_app.minutes.looking_back import look_back
from sessions_app.minutes.timeline import released_minutes
from sessions_app.models import ClassSession, User
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.history import (
    newest_of,
    running_sessions,
    session_history,
)
from sessions_app.selectors.thin_bars import ThinBar, with_bars
from sessions_app.selectors.visible import visible_session_or_404
from sessions_app.services import audit
from sessions_app.services import sessions as services
from sessions_app.services.press import once
from sessions_app.services.sessions import WrongState
from sessions_app.views.press import press_of
from sessions_app.views.qr import qr_picture
from sessions_app.web.access import StaffRequest
from sessions_app.web.links import dashboard_socket, shown_link, start_address
from sessions_app.web.requests import require_get_or_post, wants_json

PAGE_SIZE = 20


class Change(Protocol):
    """A service that moves a session into another state."""

    def __call__(self, *, session: ClassSession, by: User) -> ClassSession: ...


@login_required
@require_safe
def session_list(request: StaffRequest) -> HttpResponse:
    """Those that run stand above the others, or among them where they were asked for."""
    form = HistoryForm(request.GET, user=request.user)
    filters = form.values()
    history = session_history(user=request.user, **filters)
    live = running_sessions(user=request.user)
    if filters:
        live = live.exclude(pk__in=history.order_by().values("pk"))
    else:
        history = history.not_running()
    page = Paginator(history, PAGE_SIZE).get_page(request.GET.get("page"))
    rows, live_rows = with_bars(page), with_bars(live)
    context = {
        "filter_form": form,
        "filtered": bool(filters),
        "page_obj": page,
        "rows": rows,
        "live_rows": live_rows,
    }
    _audit_list([*rows, *live_rows], by=request.user)
    return render(request, "sessions/list.html", context)


def _audit_list(rows: Sequence[tuple[ClassSession, ThinBar | None]], by: User) -> None:
    """A bar is a number about a class: who reads one is written down."""
    if any(bar for _session, bar in rows):
        audit.looked_at("List of lessons, with a bar for each", by=by)
    else:
        audit.listed("List of lessons", by=by)


@require_get_or_post
@login_required
def session_new(request: StaffRequest) -> HttpResponse:
    """`?like=` a class or `?course=` a course begins with the settings of last time."""
    form = SessionForm(request.POST or None, instance=_new_draft(request))
    if form.is_valid():
        made = once(press_of(request), partial(_made, request.user, form.values()))
        return redirect("session-detail", made)
    context = {"form": form, "session": None, **asdict(effective_policy().promise)}
    return render(request, "sessions/form.html", context)


def _new_draft(request: StaffRequest) -> ClassSession:
    """What is asked for and cannot be seen by this user changes nothing."""
    form = LikeForm(request.GET, user=request.user)
    form.is_valid()
    course = form.cleaned_data.get("course")
    like = form.cleaned_data.get("like") or (course and newest_of(course=course))
    if like:
        audit.opened("Settings", like, by=request.user)
        return services.draft_like(like, teacher=request.user)
    return ClassSession(teacher=request.user, course=course)


def _made(teacher: User, values: dict[str, Any]) -> str:
    return str(services.create(teacher=teacher, **values).pk)


@require_get_or_post
@login_required
def session_edit(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    form = SessionForm(request.POST or None, instance=session)
    if form.is_valid():
        services.update(session=session, by=request.user, **form.values())
        return redirect("session-detail", pk)
    audit.opened("Form", session, by=request.user)
    return render(request, "sessions/form.html", {"form": form, "session": session})


@login_required
@require_safe
def session_detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    if session.is_over:
        return _summary(request, session, NoteForm({"note": session.note}))
    audit.viewed(session=session, by=request.user, what="Dashboard")
    return render(request, "sessions/dashboard.html", _links(request, session))


def _summary(
    request: StaffRequest, session: ClassSession, note_form: NoteForm
) -> HttpResponse:
    audit.viewed(session=session, by=request.user, what="Summary")
    context = _links(request, session) | {
        "looking_back": look_back(released_minutes(session.pk), session.window_s),
        "note_form": note_form if session.teacher == request.user else None,
    }
    return render(request, "sessions/summary.html", context)


@login_required
@require_POST
def session_note(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep the teacher's own note; to anybody else there is none."""
    session = _session(request, pk)
    if session.teacher != request.user:
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _summary(request, session, form)
    services.write_note(session=session, by=request.user, **form.cleaned_data)
    messages.success(request, _("Your note is saved."))
    return redirect("session-detail", pk)


@login_required
@require_safe
def session_compact(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    audit.viewed(session=session, by=request.user, what="Small view")
    return render(request, "sessions/compact.html", _links(request, session))


@login_required
@require_POST
def session_change(
    request: StaffRequest, pk: uuid.UUID, change: Change
) -> HttpResponse:
    """Start, pause, resume or end, whichever service the URL names."""
    session = _session(request, pk)
    try:
        session = change(session=session, by=request.user)
    except WrongState as error:
        if wants_json(request):
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
    if wants_json(request):
        return JsonResponse({"state": session.state})
    return redirect("session-detail", pk)


@require_get_or_post
@login_required
def session_delete(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    if request.method != "POST":
        audit.opened("Deletion", session, by=request.user)
        return render(request, "sessions/confirm_delete.html", {"session": session})
    try:
        services.delete(session=session, by=request.user)
    except WrongState as error:
        messages.error(request, str(error))
        return redirect("session-detail", pk)
    messages.success(
        request, _("“%(title)s” has been deleted.") % {"title": session.title}
    )
    return redirect("session-list")


@login_required
@require_safe
def session_qr(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    audit.opened("QR code", session, by=request.user)
    return qr_picture(_join_url(request, session))


@login_required
@require_safe
def session_projector(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The way in, for a whole room to read."""
    session = _session(request, pk)
    audit.opened("Projector page", session, by=request.user)
    context = _links(request, session) | {
        "title": session,
        "join_code": session.join_code,
        "start_url": start_address(request),
        "back_url": reverse("session-detail", args=[session.pk]),
    }
    return render(request, "sessions/projector.html", context)


def _session(request: StaffRequest, pk: uuid.UUID) -> ClassSession:
    return visible_session_or_404(user=request.user, session_id=pk)


def _join_url(request: HttpRequest, session: ClassSession) -> str:
    return shown_link(request, reverse("join", args=[session.join_code]))


def _links(request: HttpRequest, session: ClassSession) -> dict[str, object]:
    return {
        "session": session,
        **asdict(session.promise),
        "join_url": _join_url(request, session),
        "qr_url": reverse("session-qr", args=[session.pk]),
        "projector_url": reverse("session-projector", args=[session.pk]),
        "timeline_url": reverse("session-timeline", args=[session.pk]),
        "socket_path": dashboard_socket(session),
    }
