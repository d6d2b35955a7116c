"""The student's way into a class: code, sign-on, consent. No account."""

from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sessions_app.enums import AgeBand, Purpose
from sessions_app.forms.join import CodeForm, JoinForm, what_is_read
from sessions_app.forms.questions import AnswerForm
from sessions_app.models import ClassSession, Participant
from sessions_app.models.choices import quoted
from sessions_app.models.consent import text_version
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.class_result import class_result
from sessions_app.selectors.consent import asked_again, offered
from sessions_app.selectors.last_answers import earlier_in_course, last_answers
from sessions_app.selectors.lasting_link import course_told_by
from sessions_app.selectors.questions import asked_of
from sessions_app.services import consent
from sessions_app.services.sessions import WrongState
from sessions_app.services.withdrawals import NotWritten
from sessions_app.views import course_door, sign_on
from sessions_app.web import participant_cookie
from sessions_app.web import sign_in as school_sign_in
from sessions_app.web.access import may_not_contribute, participant_of, session_of
from sessions_app.web.links import shown_link
from sessions_app.web.requests import count_request, require_get_or_post, wants_json

NOT_WRITTEN = _(
    "No more data is read from you. The database is busy, so this could not be saved "
    "yet; the server tries again every second."
)


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
        return staff_page(request, session)
    participant = _participant_in(request, session)
    if request.method == "POST":  # first, so that nothing that is wrong loses a no
        try:
            _obey_noes(request, session, participant)
        except NotWritten:
            return not_written(request, session)
    asked = asked_again(participant) if participant else offered(session)
    if participant and not asked:
        return redirect("join-class", session.join_code)
    if session.is_over:
        return over_page(request, session)
    if participant is None and not _is_known(request, session):
        return _sign_in_page(request, session)
    posted = request.POST if request.method == "POST" else None
    name = school_sign_in.name_told(request, session)
    form = JoinForm(posted, offered=asked, now=what_is_read(session), name=name)
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
        "consent_version": text_version(),
        "own_words": quoted(session.choices_stored),
        "school": settings.FER_SCHOOL_NAME,
        "notice": effective_policy().notice,
        "of_minors": session.age != AgeBand.ADULTS,
        "came_from_platform": school_sign_in.came_from_platform(request, session),
        "last": last_answers(_the_same(request, session, participant)),
        **asdict(session.promise),
    }
    response = render(request, "join/consent.html", context)
    participant_cookie.remember(request, response)  # two presses, one participant
    return response


def _participant_in(request: HttpRequest, session: ClassSession) -> Participant | None:
    """The browser's participant; nobody where another student has signed in at it since.

    The one before says no by that, whatever becomes of the one who came: a tab may be open still.
    """
    found, others = participant_of(request, session)
    if found and others:
        consent.say_no_for(found)
        return None
    return found


def _the_same(
    request: HttpRequest, session: ClassSession, participant: Participant | None
) -> list[Participant]:
    """A browser's participants whose answers may be named: here, or earlier in the course.

    Earlier ones may be somebody else's where a sign-on says who sits there now.
    """
    if participant:
        return [participant]
    if school_sign_in.hash_in(request, session):
        return []
    earlier = earlier_in_course(session)
    return participant_cookie.participants_in(request.COOKIES, earlier)


@require_safe
def sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """Guarded by a proxy that names the student in a header; or off to the provider."""
    session = session_of(code)
    name = school_sign_in.name_in(request)
    if not name and settings.FER_OIDC_STUDENTS:
        return sign_on.send_student(request, session)
    if not name:
        raise PermissionDenied
    return sign_on.welcome_student(request, session, name)


def _obey_noes(
    request: HttpRequest, session: ClassSession, participant: Participant | None
) -> None:
    """Stop what a student says no to who is in the class: from another tab or browser."""
    mark = school_sign_in.hash_in(request, session)
    known = participant or consent.known(session, mark, "")
    if known:
        noes = {p: False for p in Purpose if "no" in request.POST.getlist(p)}
        consent.decide(participant=known, decisions=noes)


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
        return not_written(request, session)
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
        return not_written(request, session)
    except WrongState:  # it ended while the form was read
        return over_page(request, session)
    except consent.NotSignedIn:  # it asks for that since a moment ago
        return _sign_in_page(request, session)
    response = redirect("join-class", session.join_code)
    participant_cookie.remember(request, response)
    return response


def not_written(request: HttpRequest, session: ClassSession) -> HttpResponse:
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


def staff_page(request: HttpRequest, session: ClassSession) -> HttpResponse:
    link = shown_link(request, reverse("join", args=[session.join_code]))
    return render(request, "join/staff.html", {"title": session, "join_url": link})


def _sign_in_page(request: HttpRequest, session: ClassSession) -> HttpResponse:
    return render(request, "join/sign_in.html", {"session": session}, status=403)


def over_page(
    request: HttpRequest,
    session: ClassSession,
    participant: Participant | None = None,
    answer_form: AnswerForm | None = None,
) -> HttpResponse:
    """Gone for whom has no part in it; a student may find there how it was."""
    result = class_result(session) if participant else None
    ending = participant and session.students_see and not result
    question = asked_of(participant) if participant else None
    replies = list(session.marks.replies()) if participant else []
    context = {
        "session": session,
        "participant": participant,
        "course": course_told_by(session),
        "replies": replies,
        "question": question,
        "answer_form": answer_form
        or AnswerForm(initial={"question": question and question.pk}),
        **asdict(session.promise),
        "result": result,
        "is_ending": ending,
    }
    status = 200 if result or replies or question else 410
    return render(request, "join/over.html", context, status=status)
