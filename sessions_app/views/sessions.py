"""A teacher's class sessions: list, watch, steer."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Protocol

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions_app.enums import Right
from sessions_app.forms.history import HistoryForm
from sessions_app.forms.notes import NoteForm
from sessions_app.forms.questions import QuestionForm
from sessions_app.forms.topics import AgendaForm
from sessions_app.minutes.alerts import class_alerts, find_alerts
from sessions_app.minutes.by_topic import by_topic, standing_out
from sessions_app.minutes.looking_back import LookingBack, look_back
from sessions_app.minutes.timeline import released_minutes, where_read
from sessions_app.models import ClassSession, User
from sessions_app.models.choices import own_words
from sessions_app.selectors.history import (
    running_sessions,
    session_history,
)
from sessions_app.selectors.lesson_words import headline
from sessions_app.selectors.questions import question_of
from sessions_app.selectors.reports import report_status
from sessions_app.selectors.thin_bars import ThinBar, with_bars
from sessions_app.selectors.visible import rights_in, visible_session_or_404
from sessions_app.services import audit
from sessions_app.services import sessions as services
from sessions_app.services.sessions import WrongState
from sessions_app.views.overlay import overlay_link
from sessions_app.views.qr import qr_picture
from sessions_app.web.access import StaffRequest
from sessions_app.web.links import (
    dashboard_socket,
    panel_frames,
    shown_link,
    start_address,
)
from sessions_app.web.requests import wants_json

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
    bars = with_bars([*page, *live])
    rows, live_rows = bars[: len(page)], bars[len(page) :]
    context = {
        "filter_form": form,
        "filtered": bool(filters),
        "page_obj": page,
        "rows": rows,
        "live_rows": live_rows,
    }
    _audit_list(bars, by=request.user)
    return render(request, "sessions/list.html", context)


def _audit_list(rows: Sequence[tuple[ClassSession, ThinBar | None]], by: User) -> None:
    """A bar is a number about a class: who reads one is written down."""
    if any(bar for _session, bar in rows):
        audit.looked_at("List of lessons, with a bar for each", by=by)
    else:
        audit.listed("List of lessons", by=by)


@login_required
@require_safe
def session_detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    if session.is_over:
        return summary(request, session)
    audit.viewed(session=session, by=request.user, what="Dashboard")
    context = _links(request, session) | {
        "agenda_form": AgendaForm(session=session),
        "panels": panel_frames(
            request,
            student=reverse("panel-student", args=[session.join_code]),
            teacher=reverse("panel-teacher", args=[session.pk]),
        ),
        "overlay_url": overlay_link(request, session),
    }
    return render(request, "sessions/dashboard.html", context)


def summary(
    request: StaffRequest,
    session: ClassSession,
    *,
    note_form: NoteForm | None = None,
    question_form: QuestionForm | None = None,
) -> HttpResponse:
    """The page of a lesson that is over, with a form as it was sent, or as it is there."""
    audit.viewed(session=session, by=request.user, what="Summary")
    minutes = released_minutes(session.pk)
    topics = by_topic(session, minutes)
    back = look_back(minutes, session.window_s, own_words(session.choices_stored))
    context = _links(request, session) | {
        "looking_back": back,
        "headline": headline(session, back) if back else "",
        "report": report_status(session),
        "topics": topics,
        "outstanding": standing_out(topics),
        "alerts": [
            alert | {"begins": dt.datetime.fromisoformat(alert["since"])}
            for alert in class_alerts(session, find_alerts(minutes, session.window_s))
        ],
        "note_form": note_form or NoteForm({"note": session.note})
        if session.teacher == request.user
        else None,
        "question": question_of(session),
        "question_form": question_form
        or QuestionForm(session=session, minutes=minutes, first=_first_to_ask(back)),
    }
    return render(request, "sessions/summary.html", context)


def _first_to_ask(back: LookingBack | None) -> int | None:
    """The minute that the summary speaks of: where many could not follow, or a peak."""
    if back is None:
        return None
    if back.stretch:
        return back.stretch.first.index
    return back.figures[-1].at.index


@login_required
@require_POST
def session_note(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep the teacher's own note; to anybody else there is none."""
    session = _session(request, pk)
    if session.teacher != request.user:
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        return summary(request, session, note_form=form)
    services.write_note(session=session, by=request.user, **form.cleaned_data)
    messages.success(request, _("Your note is saved."))
    return redirect("session-detail", pk)


@login_required
@require_safe
def session_compact(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    audit.viewed(session=session, by=request.user, what="Small view")
    context = _links(request, session)
    context["alerts"] = "" if request.user.sees_alerts else "off"
    return render(request, "sessions/compact.html", context)


@login_required
@require_POST
def session_change(
    request: StaffRequest, pk: uuid.UUID, change: Change
) -> HttpResponse:
    """Start, pause, resume or end, whichever service the URL names."""
    session = _session(request, pk, Right.RUN)
    try:
        session = change(session=session, by=request.user)
    except WrongState as error:
        if wants_json(request):
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
    if wants_json(request):
        return JsonResponse({"state": session.state})
    return redirect("session-detail", pk)


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


def _session(
    request: StaffRequest, pk: uuid.UUID, right: Right = Right.SEE
) -> ClassSession:
    return visible_session_or_404(user=request.user, session_id=pk, right=right)


def _join_url(request: HttpRequest, session: ClassSession) -> str:
    return shown_link(request, reverse("join", args=[session.join_code]))


def _links(request: StaffRequest, session: ClassSession) -> dict[str, object]:
    return {
        "session": session,
        "rights": rights_in(request.user, session),
        **asdict(session.promise),
        "where_read": where_read(session),
        "join_url": _join_url(request, session),
        "qr_url": reverse("session-qr", args=[session.pk]),
        "projector_url": reverse("session-projector", args=[session.pk]),
        "timeline_url": reverse("session-timeline", args=[session.pk]),
        "socket_path": dashboard_socket(session),
    }
