"""What a student does in a class: the page, choices, the pulse, leaving. No account."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial, wraps

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from inference.cluster.redis_away import RedisAway
from sessions_app.enums import Purpose, SessionState, Tap
from sessions_app.forms.join import what_is_read
from sessions_app.minutes.store import TAKEN_BACK
from sessions_app.models import ClassSession, Participant
from sessions_app.models.choices import is_choice
from sessions_app.models.course import plain_code
from sessions_app.selectors.consent import asked_again, choices_of
from sessions_app.selectors.my_data import deletion_receipt
from sessions_app.services import consent, own_result, pulse, withdrawals
from sessions_app.services.sessions import WrongState
from sessions_app.services.withdrawals import NotWritten
from sessions_app.views.join import not_written, over_page, staff_page
from sessions_app.web import participant_cookie
from sessions_app.web.access import (
    may_not_contribute,
    participant_of,
    participants_only,
    session_of,
)
from sessions_app.web.requests import count_request, wants_json

TAPS = "1/s"  # per participant
OWN_RESULTS = "30/m"  # per participant; the page sends twelve
YESES = "20/m"  # per participant; every answer is a row. A no is never refused.
_LONGEST_CODE = ClassSession._meta.get_field("join_code").max_length or 0


def _heard_later(
    view: Callable[[HttpRequest, str], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """Let no no be lost where the database is away before it told whose it is."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        try:
            return view(request, code)
        except (OperationalError, InterfaceError):
            noes = None if view.__name__ == "leave" else _noes_in(request)
            cookies = participant_cookie.of_students(request.COOKIES)
            plain = plain_code(code)
            if cookies and len(plain) <= _LONGEST_CODE and (noes is None or noes):
                whose = f"{plain} {sorted(cookies.items())}"
                said = "leave" if noes is None else f"no {sorted(noes)}"
                hearing = partial(_hear, cookies, plain, noes)
                withdrawals.hear_later(whose, said, hearing)
            raise

    return guarded


def _hear(
    cookies: dict[str, str], code: str, noes: Mapping[Purpose, bool] | None
) -> None:
    """What a browser has said; None: that its student leaves."""
    session = ClassSession.objects.filter(join_code=code).first()
    person = session and participant_cookie.participant_in(cookies, session)
    if not person:
        return
    with suppress(NotWritten):  # it holds, and is tried again as itself
        if noes is None:
            consent.leave(participant=person)
        else:
            consent.decide(participant=person, decisions=noes)


def _noes_in(request: HttpRequest) -> dict[Purpose, bool]:
    return {p: False for p in Purpose if "off" in request.POST.getlist(p)}


@require_safe
def class_page(request: HttpRequest, code: str) -> HttpResponse:
    session = session_of(code)
    if may_not_contribute(request.user):
        return staff_page(request, session)
    participant, others = participant_of(request, session)
    if participant is None or others:
        return redirect("join", session.join_code)
    if session.is_over:
        return over_page(request, session, participant)
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
        "pulse_choices": session.choices,
        "choices_stored": json.dumps(session.choices_stored),
        "pulse_url": reverse("join-pulse", args=[session.join_code]),
        "choices_url": reverse("join-choices", args=[session.join_code]),
        "my_data_url": reverse("join-my-data", args=[session.join_code]),
        "leave_url": reverse("join-leave", args=[session.join_code]),
        "question_url": reverse("join-question", args=[session.join_code]),
        "read": what_is_read(session),
        "own_url": reverse("join-own-result", args=[session.join_code]),
        "replies": session.marks.replies(),
    }
    return render(request, "join/class.html", context)


@require_POST
@_heard_later
def choices(request: HttpRequest, code: str) -> HttpResponse:
    """Change them; what a tab says where another student sits by now can only be a no."""
    participant, others = participant_of(request, session_of(code))
    if participant and others:
        consent.say_no_for(participant)
    return _choices(request, code)


@participants_only
def _choices(request: HttpRequest, participant: Participant) -> HttpResponse:
    noes = _noes_in(request)
    try:  # first, so that nothing that is wrong with a yes beside it loses a no
        consent.decide(participant=participant, decisions=noes)
        _say_yes(request, participant, _answered_yes(request) - set(noes))
    except NotWritten:
        return not_written(request, participant.session)
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
    choice = _tapped(request)
    if session.state != SessionState.LIVE or not session.pulse_on:
        return HttpResponse(status=409)
    if choice is not None and not is_choice(session.pulse_choices, choice):
        return HttpResponse(status=410)  # of a page from before the lesson's start
    if not choices_of(participant)[Purpose.PULSE]:
        raise PermissionDenied
    try:
        if choice is None:  # never too often: it only takes something away
            pulse.take_back(session.pk, participant.pk)
        else:
            count_request(request, "pulse", TAPS, by=str(participant.pk))
            pulse.tap(session.pk, participant.pk, choice)
    except RedisAway:
        return HttpResponse(status=503)
    return HttpResponse(status=204)


@require_POST
@participants_only
def own_result_for_panel(
    request: HttpRequest, participant: Participant
) -> HttpResponse:
    """Take what the page shows of its own student, sealed; say whether a panel asks for it."""
    session = participant.session
    if session.state != SessionState.LIVE or not session.expression_offered:
        return HttpResponse(status=409)
    if not choices_of(participant)[Purpose.EXPRESSION]:
        raise PermissionDenied
    count_request(request, "own-result", OWN_RESULTS, by=str(participant.pk))
    try:
        is_asked = own_result.take(participant.pk, request.POST.get("sealed", ""))
    except own_result.NotSealed:
        return HttpResponse(status=400)
    return JsonResponse({"asked": is_asked})


@require_POST
@_heard_later
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Delete the participant; a student who has left already reads the same page."""
    session = session_of(code)
    context: dict[str, object] = {"session": session}
    if participant := participant_cookie.participant_in(request.COOKIES, session):
        context["receipt"] = json.dumps(deletion_receipt(participant))
        try:
            consent.leave(participant=participant)
        except NotWritten:
            return not_written(request, session)
    return render(request, "join/left.html", context)


def _tapped(request: HttpRequest) -> Tap | None:
    """What was tapped; None where the last tap is taken back.

    Raises:
        BadRequest: If it is neither.
    """
    word = request.POST.get("tap", "")
    try:
        return None if word == TAKEN_BACK else Tap(word)
    except ValueError as error:
        raise BadRequest(gettext("Unknown tap.")) from error


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
    is_read = request.POST.get("read", "") == what_is_read(participant.session)
    if not is_read or asked_again(participant) & purposes:
        raise WrongState(gettext("The text has changed. Reload the page to read it."))
    consent.decide(participant=participant, decisions=dict.fromkeys(purposes, True))
