"""The student's way in, and out: code, consent, class, choices, leave. No account."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from sessions_app import participant_cookie
from sessions_app.dispatch import pulse
from sessions_app.enums import Purpose, SessionState, Tap
from sessions_app.forms.join import CodeForm, JoinForm, plain_code
from sessions_app.models import ClassSession, Participant
from sessions_app.selectors.consent import choices_of, offered
from sessions_app.services import consent
from sessions_app.services.sessions import WrongState
from sessions_app.views.access import count_request, wants_json

TAPS = "1/s"  # per participant
YESES = "20/m"  # per participant; every answer is a row. A no is never refused.


@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("join", form.cleaned_data["code"])
    return render(request, "join/enter.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest, code: str) -> HttpResponse:
    session = _session(code)
    if _is_staff(request):
        return _staff_page(request, session)
    if participant_cookie.participant_of(request, session):
        return redirect("join-class", session.join_code)
    if session.is_over:
        return _over_page(request, session)
    form = JoinForm(offered=offered(session))
    if request.method == "POST":
        count_request(request, "join", settings.FER_JOINS_PER_MINUTE)
        form = JoinForm(request.POST, offered=offered(session))
        if form.is_valid():
            return _joined(request, session, form)
    context = {
        "session": session,
        "form": form,
        "expression_offered": session.expression_offered,
        "pulse_offered": session.pulse_on,
        "consent_version": settings.FER_CONSENT_VERSION,
    }
    return render(request, "join/consent.html", context)


@require_safe
@never_cache
def class_page(request: HttpRequest, code: str) -> HttpResponse:
    session = _session(code)
    if _is_staff(request):
        return _staff_page(request, session)
    participant = participant_cookie.participant_of(request, session)
    if participant is None:
        return redirect("join", session.join_code)
    if session.is_over:
        return _over_page(request, session)
    choices = choices_of(participant)
    context = {
        "session": session,
        "participant": participant,
        "expression_on": choices[Purpose.EXPRESSION],
        "pulse_on": choices[Purpose.PULSE],
        "expression_offered": session.expression_offered,
        "pulse_offered": session.pulse_on,
        "socket_path": f"/ws/sessions/{session.pk}/student/",
        "pulse_url": reverse("join-pulse", args=[session.join_code]),
        "choices_url": reverse("join-choices", args=[session.join_code]),
        "leave_url": reverse("join-leave", args=[session.join_code]),
    }
    return render(request, "join/class.html", context)


def _participants_only(
    view: Callable[[HttpRequest, Participant], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Hand the view this browser's participant; without one, or as staff, no entry."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        participant = participant_cookie.participant_of(request, _session(code))
        if participant is None or _is_staff(request):
            raise PermissionDenied
        return view(request, participant)

    return guarded


@require_POST
@_participants_only
def choices(request: HttpRequest, participant: Participant) -> HttpResponse:
    decisions = {p: _on_or_off(request.POST[p]) for p in Purpose if p in request.POST}
    if any(decisions.values()):
        count_request(request, "choices", YESES, by=str(participant.pk))
    try:
        consent.decide(participant=participant, decisions=decisions)
    except WrongState as error:
        if wants_json(request):
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
    if wants_json(request):
        return JsonResponse(choices_of(participant))
    return redirect("join-class", participant.session.join_code)


@require_POST
@_participants_only
def tap(request: HttpRequest, participant: Participant) -> HttpResponse:
    session = participant.session
    try:
        choice = Tap(request.POST.get("tap", ""))
    except ValueError as error:
        raise BadRequest("Unknown tap.") from error
    if session.state != SessionState.LIVE or not session.pulse_on:
        return HttpResponse(status=409)
    if not choices_of(participant)[Purpose.PULSE]:
        raise PermissionDenied
    count_request(request, "pulse", TAPS, by=str(participant.pk))
    pulse.tap(session.pk, participant.pk, choice)
    return HttpResponse(status=204)


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Delete the participant; whoever has left already reads the same page."""
    session = _session(code)
    if participant := participant_cookie.participant_of(request, session):
        consent.leave(participant=participant)
    response = render(request, "join/left.html", {"session": session})
    participant_cookie.forget(response, session)
    return response


def _joined(
    request: HttpRequest, session: ClassSession, form: JoinForm
) -> HttpResponse:
    try:
        participant = consent.join(
            session=session,
            display_name=form.cleaned_data["display_name"],
            decisions=form.decisions(),
        )
    except WrongState:  # it ended while the form was read
        return _over_page(request, session)
    response = redirect("join-class", session.join_code)
    participant_cookie.remember(response, participant)
    return response


def _session(code: str) -> ClassSession:
    return get_object_or_404(ClassSession, join_code=plain_code(code))


def _is_staff(request: HttpRequest) -> bool:
    """Staff cannot contribute, or a teacher could fill up a group that is too small.

    In the demo they can: there, one visitor is the teacher and the class.
    """
    return request.user.is_authenticated and not settings.FER_DEMO


def _staff_page(request: HttpRequest, session: ClassSession) -> HttpResponse:
    link = request.build_absolute_uri(reverse("join", args=[session.join_code]))
    return render(request, "join/staff.html", {"session": session, "join_url": link})


def _over_page(request: HttpRequest, session: ClassSession) -> HttpResponse:
    return render(request, "join/over.html", {"session": session}, status=410)


def _on_or_off(value: Any) -> bool:
    if value not in {"on", "off"}:
        raise BadRequest("Write on or off.")
    return bool(value == "on")
