"""Launches from a learning platform: in its frame, and on in a new tab.

A browser keeps no cookie of ours in a frame of another site, and gives it no camera. So the
answer in the frame says what opens and has one button; its address bears a ticket.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth import login as log_in
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from sessions_app.forms.second_factor import PasswordForm
from sessions_app.models import ClassSession, LtiPlatform, User
from sessions_app.models.log_in import GIVEN_BY
from sessions_app.models.session_store import BEGAN_AT
from sessions_app.services import consent, lti_choices, lti_keys
from sessions_app.services import lti as services
from sessions_app.services.lti_platforms import origin_of
from sessions_app.views import second_factor
from sessions_app.web import lti, participant_cookie, single_sign_on
from sessions_app.web import sign_in as school_sign_in
from sessions_app.web.frames import in_frame_of
from sessions_app.web.links import shown_link
from sessions_app.web.lti import LaunchRefused
from sessions_app.web.reader_language import read_as_around
from sessions_app.web.requests import count_request, require_get_or_post, was_clicked

_CONNECTS = "lti_connects"  # in a browser's session: who asks to be connected
_CONNECTS_WITHIN_S = 30 * 60


@csrf_exempt
@require_get_or_post
def login(request: HttpRequest) -> HttpResponse:
    """Ask the platform who is there, as it has asked to be asked."""
    _require_some_platform()
    count_request(request, "lti", settings.FER_JOIN_RATE)
    asked = request.POST if request.method == "POST" else request.GET
    named = {"issuer": asked.get("iss", "")}
    if "client_id" in asked:
        named["client_id"] = asked["client_id"]
    readable = all(
        map(str.isprintable, named.values())
    )  # PostgreSQL takes not every text
    platforms = [*LtiPlatform.objects.filter(**named)] if readable else []
    hint = asked.get("login_hint", "")
    if len(platforms) != 1 or not hint:
        return _refused_page(request, lti.UNREADABLE)
    [platform] = platforms
    state, nonce = lti.new_state(platform)
    answer = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": shown_link(request, reverse("lti-launch")),
        "login_hint": hint,
        "state": state,
        "nonce": nonce,
    }
    if message_hint := asked.get("lti_message_hint"):
        answer["lti_message_hint"] = message_hint
    joint = "&" if urlsplit(platform.auth_url).query else "?"
    return redirect(f"{platform.auth_url}{joint}{urlencode(answer)}")


@csrf_exempt
@require_POST
def launch(request: HttpRequest) -> HttpResponse:
    """Check what the platform says, and show what it opens."""
    _require_some_platform()
    count_request(request, "lti", settings.FER_JOIN_RATE)
    state = request.POST.get("state", "")
    platform = lti.platform_of(state)
    if platform is None:
        return _refused_page(request, lti.FORGED)
    try:
        answer = _launched(request, platform, state)
    except LaunchRefused as error:
        if error.why is not services.NOT_YET:
            services.note_refusal(platform, error)
        answer = _refused_page(request, error.why)
    return in_frame_of(platform.pages, answer)


@require_get_or_post
def open_ticket(request: HttpRequest, ticket: str) -> HttpResponse:
    """Open what a launch was for, in a tab of its own, once.

    Only a click on the launch page opens it at once. Whoever got the address otherwise is
    asked first, so that nobody is logged in here as somebody else by following a link.
    """
    count_request(request, "lti", settings.FER_JOIN_RATE)
    found = services.waiting(ticket)
    if found is None or found.about.get("who") == "picker":
        return _refused_page(request, lti.STALE, status=410)
    if request.method != "POST" and not was_clicked(request, on=reverse("lti-launch")):
        return render(request, "lti/open.html", {"about": found.about})
    try:
        used = services.use(ticket)
        return _opened(request, used.platform, used.about)
    except LaunchRefused as error:
        services.note_refusal(found.platform, error)
        return _refused_page(request, error.why)


@csrf_exempt
@require_POST
def pick(request: HttpRequest) -> HttpResponse:
    """Send what a teacher chose in the frame to the platform, in a form that it signed for.

    No cookie is here either: the ticket says who chooses.
    """
    _require_some_platform()
    count_request(request, "lti", settings.FER_JOIN_RATE)
    ticket = request.POST.get("ticket", "")
    found = services.waiting(ticket)
    if found is None or found.about.get("who") != "picker":
        return _refused_page(request, lti.STALE, status=410)
    platform, about = found.platform, found.about
    try:
        services.use(ticket)
        answer = _picked(request, platform, about)
    except LaunchRefused as error:
        services.note_refusal(platform, error)
        answer = _refused_page(request, error.why)
    except services.AnothersCourse as error:
        answer = _refused_page(request, error)
    return in_frame_of(platform.pages, answer)


@require_get_or_post
def connect(request: HttpRequest) -> HttpResponse:
    """Let a teacher show, with the password, which account here is theirs."""
    kept = request.session.get(_CONNECTS, {})
    fresh = timezone.now().timestamp() - kept.get("at", 0) < _CONNECTS_WITHIN_S
    platform = LtiPlatform.objects.filter(pk=kept.get("platform")).first()
    if platform is None or not fresh:
        return _refused_page(request, lti.STALE, status=410)
    context = {"why": kept["why"], "platform": platform}
    if not isinstance(request.user, User):
        return render(request, "lti/connect.html", context)
    user = request.user
    form = _confirmation(request, user, asked_at=kept["at"])
    if form is None:
        context["sign_on"] = single_sign_on.accounts_name()
        return render(request, "lti/connect.html", context)
    if form.is_valid():
        count_request(request, "login", settings.FER_LOGIN_RATE)
        try:
            services.connect(platform, kept["about"], user=user)
            place = _place(request, platform, kept["about"], user)
        except LaunchRefused as error:
            services.note_refusal(platform, error)
            return _refused_page(request, error.why)
        del request.session[_CONNECTS]
        messages.success(request, services.CONNECTED)
        return redirect(place)
    return render(request, "lti/connect.html", context | {"form": form})


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """What platforms check our answers with."""
    _require_some_platform()
    return JsonResponse(lti_keys.public_keys())


def _confirmation(request: HttpRequest, user: User, *, asked_at: float) -> Form | None:
    """A form that asks for the password, so that an open desk connects nothing.

    An account without one has to have signed on with the school since; None until then.
    """
    if user.has_usable_password():
        return PasswordForm(request.POST or None, request=request, user=user)
    by_sign_on = request.session.get(BACKEND_SESSION_KEY) == single_sign_on.BACKEND
    if by_sign_on and request.session.get(BEGAN_AT, 0) >= asked_at:
        return Form(request.POST or None)
    return None


def _launched(request: HttpRequest, platform: LtiPlatform, state: str) -> HttpResponse:
    id_token = request.POST.get("id_token", "")
    nonce = lti.nonce_of(state)
    key = lti_keys.key_of(platform, lti.key_named_in(id_token))
    told = lti.read(id_token, key=key, platform=platform, nonce=nonce)
    language = read_as_around(request, told.language)
    if told.deep_link is not None and (page := _choice_page(request, told, language)):
        return page
    if told.is_teacher:
        about = services.about_teacher(told)
    else:
        about = services.about_student(told)
    ticket = services.take(told, about)
    context = {
        "launch": told,
        "course": services.find_course(told),
        "ticket": ticket,
        "language": language,
    }
    return render(request, "lti/launch.html", context)


def _choice_page(
    request: HttpRequest, told: lti.Launch, language: str
) -> HttpResponse | None:
    """What a teacher may choose; None for one who has to connect an account first."""
    about = lti_choices.about_choice(told)
    try:
        user = services.account_of(told.platform, about)
    except services.NotConnected:
        return None
    context = {
        "title": services.find_course(told) or told.title or told.platform,
        "offers": lti_choices.offers(user),
        "ticket": services.take(told, about),
        "language": language,
    }
    return render(request, "lti/pick.html", context)


def _picked(
    request: HttpRequest, platform: LtiPlatform, about: dict[str, Any]
) -> HttpResponse:
    course, lesson = lti_choices.chosen(
        platform,
        about,
        request.POST.get("choice", ""),
        request.POST.get("title", ""),
        by=services.account_of(platform, about),
    )
    launch_url = shown_link(request, reverse("lti-launch"))
    signed = lti_choices.answer(platform, about, course, lesson, launch_url=launch_url)
    context = {"title": lesson or course, "to": about["return_url"], "signed": signed}
    answer = render(request, "lti/picked.html", context)
    answer._csp_update = {  # type: ignore[attr-defined]
        "form-action": [origin_of(about["return_url"])]
    }
    return answer


def _opened(
    request: HttpRequest, platform: LtiPlatform, about: dict[str, Any]
) -> HttpResponse:
    if about["who"] == "student":
        _let_others_say_no(request, about)
        response: HttpResponse = redirect("join", about["code"])
        school_sign_in.remember_in_course(
            response,
            about["mark"],
            about["course"],
            name=about["name"] if platform.takes_names else "",
        )
        return response
    try:
        user = services.account_of(platform, about)
    except services.NotConnected as error:
        services.note_refusal(platform, error)
        request.session[_CONNECTS] = {
            "platform": str(platform.pk),
            "about": about,
            "why": str(error.why),
            "at": timezone.now().timestamp(),
        }
        return redirect("lti-connect")
    place = _place(request, platform, about, user)
    if request.user == user:
        return redirect(place)
    connection = services.connection_of(platform, user)
    if more := second_factor.after_password(request, user, place, connection):
        return more
    log_in(request, user, backend=lti.BACKEND)
    request.session[GIVEN_BY] = connection
    return redirect(place)


def _let_others_say_no(request: HttpRequest, about: dict[str, Any]) -> None:
    """Who sat at this browser before says no, in whatever lesson of the course a tab is open."""
    lessons = ClassSession.objects.not_ended().filter(course=about["course"])
    for student in participant_cookie.participants_in(request.COOKIES, lessons):
        came = school_sign_in.hash_of_mark(about["mark"], student.session)
        known_as = student.sign_in_hash
        if known_as.startswith(school_sign_in.OF_A_PLATFORM) and known_as != came:
            consent.say_no_for(student)


def _place(
    request: HttpRequest, platform: LtiPlatform, about: dict[str, Any], user: User
) -> str:
    """The page of a teacher's lesson, or of the course; it is made where there is none."""
    try:
        course = services.course_of(platform, about, by=user)
    except services.AnothersCourse as error:
        messages.error(request, str(error))
        return reverse("course-list")
    if lesson := services.lesson_in(course, about["lesson"]):
        return reverse("session-detail", args=[lesson.pk])
    return reverse("course-detail", args=[course.pk])


def _refused_page(request: HttpRequest, why: Any, status: int = 403) -> HttpResponse:
    return render(request, "lti/refused.html", {"why": why}, status=status)


def _require_some_platform() -> None:
    """Nothing of this is there until an admin has registered a platform."""
    if not LtiPlatform.objects.exists():
        raise Http404
