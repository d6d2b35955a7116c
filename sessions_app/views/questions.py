"""The question to a class that is over: staff ask and moderate it, students answer."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions_app.enums import Right
from sessions_app.forms.questions import AnswerForm, QuestionForm
from sessions_app.minutes.timeline import released_minutes
from sessions_app.models import ClassSession, Participant
from sessions_app.selectors.questions import asked_of
from sessions_app.selectors.visible import visible_session_or_404
from sessions_app.services import questions
from sessions_app.services.marks import OutsideClass
from sessions_app.services.sessions import WrongState
from sessions_app.views.join import over_page
from sessions_app.views.sessions import summary
from sessions_app.web.access import StaffRequest, participants_only
from sessions_app.web.requests import count_request

TRIES = "10/m"  # per participant; one of them is taken


@login_required
@require_POST
def session_question(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, close, delete, or delete one answer, as the button says."""
    session = visible_session_or_404(user=request.user, session_id=pk, right=Right.RUN)
    act = {
        "ask": _ask,
        "close": _close,
        "delete": _delete,
        "delete_answer": _delete_answer,
    }.get(request.POST.get("do", ""))
    if act is None:
        raise BadRequest(_("Unknown button."))
    return act(request, session) or redirect(f"{_path(session)}#question")


def _path(session: ClassSession) -> str:
    return redirect("session-detail", session.pk).url


def _ask(request: StaffRequest, session: ClassSession) -> HttpResponse | None:
    minutes = released_minutes(session.pk)
    form = QuestionForm(request.POST, session=session, minutes=minutes)
    try:
        questions.check_over(session)
        if form.is_valid():
            questions.ask(session=session, by=request.user, **form.values())
    except OutsideClass as error:
        form.add_error("minute", str(error))
    except WrongState as error:
        messages.error(request, str(error))
        return None
    return None if form.is_valid() else summary(request, session, question_form=form)


def _close(request: StaffRequest, session: ClassSession) -> None:
    questions.close(session=session, by=request.user)


def _delete(request: StaffRequest, session: ClassSession) -> None:
    questions.delete(session=session, by=request.user)


def _delete_answer(request: StaffRequest, session: ClassSession) -> None:
    gone = request.POST.get("answer", "")
    questions.delete_answer(session=session, by=request.user, answer=gone)


# --- students -------------------------------------------------------------------------


@require_POST
@participants_only
def answer(request: HttpRequest, participant: Participant) -> HttpResponse:
    session = participant.session
    form = AnswerForm(request.POST)
    if not form.is_valid():
        if asked_of(participant) is None:  # a page of before
            return redirect("join-class", session.join_code)
        return over_page(request, session, participant, answer_form=form)
    count_request(request, "answer", TRIES, by=str(participant.pk))
    try:
        questions.answer(participant=participant, **form.cleaned_data)
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Your answer is sent, without your name. Thank you.")
        )
    return redirect("join-class", session.join_code)


@require_safe
@participants_only
def asked(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Whether this student is asked something now, for a page that stays open."""
    return JsonResponse({"asked": asked_of(participant) is not None})
