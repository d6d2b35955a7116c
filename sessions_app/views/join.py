"""The student's way in, and out: code, consent, class, choices, leave. No account."""

import json
from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from inference.cluster.redis_away import RedisAway
from sessions_app.enums import Purpose, SessionState, Tap
from sessions_app.forms.join import CodeForm, JoinForm
from sessions_app.models import ClassSession, Participant
from sessions_app.selectors.consent import asked_again, choices_of, offered
from sessions_app.selectors.lasting_link import course_told_by
from sessions_app.selectors.my_data import deletion_receipt
from sessions_app.services import consent, pulse
from sessions_app.services.sessions import WrongState
from sessions_app.services.withdrawals import NotWritten
from sessions_app.views import course_door
from sessions_app.web import participant_cookie
from sessions_app.web import sign_in as school_sign_in
from sessions_app.web.access import may_not_contribute, participants_only, session_of
from sessions_app.web.links import shown_link
from sessions_app.web.requests import count_request, require_get_or_post, wants_json

NOT_WRITTEN = _(
    "No more data is read from you. The database is busy, so this could not be saved "
    "yet; the server tries again every second."
)
TAPS = "1/s"  # per participant
YESES = "20/m"  # per participant; every answer is a row. A no is never refused.


@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("join", form.cleaned_data["code"])
    return render(request, "join/enter.html", {"form": form})


@require_get_or_post
def join(request: HttpRequest, code: str) -> HttpResponse:
    try:
        session = session_of(code)
    except Http404:
        return course_door.lead(request, code)
    if may_not_contribute(request.user):
        return _staff_page(request, session)
    participant = participant_cookie.participant_in(request.COOKIES, session)
    asked = asked_again(participant) if participant else offered(session)
    if participant and not asked:
        return redirect("join-class", session.join_code)
    if session.is_over:
        return _over_page(request, session)
    if participant is None and not _is_known(request, session):
        return _sign_in_page(request, session)
    posted = request.POST if request.method == "POST" else None
    form = JoinForm(posted, offered=asked, promise=session.promise)
    if request.method == "POST":
        count_request(request, "join", settings.FER_JOIN_RATE)
        if form.is_valid():
            try:
                return _answered(request, session, form, participant, asked)
            except consent.ClassFull as error:
                form.add_error(None, str(error))
    context = {
        "session": session,
        "participant": participant,
        "form": form,
        "expression_offered": Purpose.EXPRESSION in asked,
        "pulse_offered": Purpose.PULSE in asked,
        "consent_version": settings.FER_CONSENT_VERSION,
        **asdict(session.promise),
    }
    response = render(request, "join/consent.html", context)
    participant_cookie.remember(request, response)  # two presses, one participant
    return response


@require_safe
def sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """Guarded by the school's sign-on, which names the student in a header."""
    session = session_of(code)
    name = school_sign_in.name_in(request)
    if not name:
        raise PermissionDenied
    response = redirect("join", session.join_code)
    if session.signed_in_only:
        school_sign_in.remember(response, name, session)
    return response


@require_safe
def class_page(request: HttpRequest, code: str) -> HttpResponse:
    session = session_of(code)
    if may_not_contribute(request.user):
        return _staff_page(request, session)
    participant = participant_cookie.participant_in(request.COOKIES, session)
    if participant is None:
        return redirect("join", session.join_code)
    if session.is_over:
        return _over_page(request, session, participant)
    if asked_again(participant):
        return redirect("join", session.join_code)
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
        "my_data_url": reverse("join-my-data", args=[session.join_code]),
        "leave_url": reverse("join-leave", args=[session.join_code]),
    }
    return render(request, "join/class.html", context)


@require_POST
@participants_only
def choices(request: HttpRequest, participant: Participant) -> HttpResponse:
    noes = {p: False for p in Purpose if "off" in request.POST.getlist(p)}
    try:  # first, so that nothing that is wrong with a yes beside it loses a no
        consent.decide(participant=participant, decisions=noes)
        _say_yes(request, participant, _answered_yes(request) - set(noes))
    except NotWritten:
        return _not_written(request, participant.session)
    except WrongState as error:
        if wants_json(request):
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
    if wants_json(request):
        return JsonResponse(choices_of(participant))
    return redirect("join-class", participant.session.join_code)


@require_POST
@participants_only
def tap(request: HttpRequest, participant: Participant) -> HttpResponse:
    session = participant.session
    try:
        choice = Tap(request.POST.get("tap", ""))
    except ValueError as error:
        raise BadRequest(gettext("Unknown tap.")) from error
    if session.state != SessionState.LIVE or not session.pulse_on:
        return HttpResponse(status=409)
    if not choices_of(participant)[Purpose.PULSE]:
        raise PermissionDenied
    count_request(request, "pulse", TAPS, by=str(participant.pk))
    try:
        pulse.tap(session.pk, participant.pk, choice)
    except RedisAway:
        return HttpResponse(status=503)
    return HttpResponse(status=204)


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Delete the participant; a student who has left already reads the same page."""
    session = session_of(code)
    context: dict[str, object] = {"session": session}
    if participant := participant_cookie.participant_in(request.COOKIES, session):
        context["receipt"] = json.dumps(deletion_receipt(participant))
        try:
            consent.leave(participant=participant)
        except NotWritten:
            return _not_written(request, session)
    return render(request, "join/left.html", context)


def _answered(
    request: HttpRequest,
    session: ClassSession,
    form: JoinForm,
    participant: Participant | None,
    asked: set[Purpose],
) -> HttpResponse:
    """Take the answers of a new student, or of a student who is asked about a new text."""
    if participant is None:
        return _joined(request, session, form)
    unanswered = dict.fromkeys(asked, False)
    try:
        consent.decide(participant=participant, decisions=unanswered | form.decisions())
    except NotWritten:
        return _not_written(request, session)
    except WrongState as error:  # no longer asked since the form was made
        messages.error(request, str(error))
    return redirect("join-class", session.join_code)


def _joined(
    request: HttpRequest, session: ClassSession, form: JoinForm
) -> HttpResponse:
    try:
        consent.join(
            session=session,
            display_name=form.cleaned_data["display_name"],
            decisions=form.decisions(),
            sign_in_hash=school_sign_in.hash_in(request, session),
            browser=participant_cookie.key_of(
                participant_cookie.secret_of(request), session
            ),
        )
    except NotWritten:  # of a student who signed in, and is in the class already
        return _not_written(request, session)
    except WrongState:  # it ended while the form was read
        return _over_page(request, session)
    except consent.NotSignedIn:  # it asks for that since a moment ago
        return _sign_in_page(request, session)
    response = redirect("join-class", session.join_code)
    participant_cookie.remember(request, response)
    return response


def _not_written(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Say that a no holds, and that the server goes on trying to write it down."""
    if wants_json(request):
        response: HttpResponse = JsonResponse({"error": str(NOT_WRITTEN)}, status=503)
    else:
        context = {"session": session, "what": NOT_WRITTEN}
        response = render(request, "join/not_written.html", context, status=503)
    response["Retry-After"] = "2"
    return response


def _is_known(request: HttpRequest, session: ClassSession) -> bool:
    """Whether this browser may join: where a class asks for it, after signing in."""
    return not session.signed_in_only or bool(school_sign_in.hash_in(request, session))


def _staff_page(request: HttpRequest, session: ClassSession) -> HttpResponse:
    link = shown_link(request, reverse("join", args=[session.join_code]))
    return render(request, "join/staff.html", {"title": session, "join_url": link})


def _sign_in_page(request: HttpRequest, session: ClassSession) -> HttpResponse:
    return render(request, "join/sign_in.html", {"session": session}, status=403)


def _over_page(
    request: HttpRequest,
    session: ClassSession,
    participant: Participant | None = None,
) -> HttpResponse:
    context = {
        "session": session,
        "participant": participant,
        "course": course_told_by(session),
    }
    return render(request, "join/over.html", context, status=410)


def _answered_yes(request: HttpRequest) -> set[Purpose]:
    answers = {p: request.POST[p] for p in Purpose if p in request.POST}
    if not set(answers.values()) <= {"on", "off"}:
        raise BadRequest(gettext("Write on or off."))
    return {purpose for purpose, answer in answers.items() if answer == "on"}


def _say_yes(
    request: HttpRequest, participant: Participant, purposes: set[Purpose]
) -> None:
    if not purposes:
        return
    count_request(request, "choices", YESES, by=str(participant.pk))
    if asked_again(participant) & purposes:
        raise WrongState(gettext("The text has changed. Reload the page to read it."))
    consent.decide(participant=participant, decisions=dict.fromkeys(purposes, True))
