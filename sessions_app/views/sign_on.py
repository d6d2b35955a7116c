"""Signing on with an account of the school: off to the provider, and back."""

import logging
from types import ModuleType
from typing import Any

from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.backends.base import UpdateError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from sessions_app.forms.second_factor import PasswordForm
from sessions_app.models import ClassSession
from sessions_app.models.log_in import GIVEN_BY
from sessions_app.services import consent, log_ins
from sessions_app.services import single_sign_on as services
from sessions_app.services.single_sign_on import SignOnRefused
from sessions_app.web import participant_cookie
from sessions_app.web import sign_in as school_sign_in
from sessions_app.web.access import StaffRequest, session_of
from sessions_app.web.requests import count_request, require_get_or_post
from sessions_app.web.single_sign_on import (
    BACKEND,
    FAILURES,
    PROVIDER,
    Identity,
    SchoolAdapter,
    SchoolProvider,
    accounts_name,
    provider_id,
)

AWAY = _(
    "The school's sign-on cannot be reached right now. Try again in a few minutes, or log "
    "in with your e-mail address and password."
)
AWAY_FROM_A_LESSON = _(
    "The school's sign-on cannot be reached right now. Try again in a few minutes."
)
WRONG = _(
    "The school's sign-on gave an answer that cannot be trusted. Try again; if this "
    "happens twice, tell your administrator."
)
LOST = _("That took too long, or it began in another browser. Please sign on again.")
CANCELLED = _("You have not signed on.")

_logger = logging.getLogger(__name__)
_LOGGED = 150  # letters of why a provider's answer is refused


@require_safe
def sign_on(request: HttpRequest) -> HttpResponse:
    """Send a member of staff to the provider."""
    count_request(request, "login", settings.FER_LOGIN_RATE)
    return _send_off(request, next=_own_page(request))


@require_get_or_post
@login_required
def sign_on_connect(request: StaffRequest) -> HttpResponse:
    """Let somebody who is logged in show that a school account is theirs, too.

    It opens the account for good, so the password is asked again. Then a link leads to the
    provider: Chromium lets no form lead to another site (`form-action`).
    """
    _require_provider()
    form = PasswordForm(request.POST or None, request=request, user=request.user)
    away = ""
    if form.is_valid():
        count_request(request, "login", settings.FER_LOGIN_RATE)
        answer = _send_off(request, connects=request.user.pk)
        away = answer["Location"]
        if away == reverse("security"):  # which says why
            return answer
    context = {"form": form, "away": away, "name": accounts_name()}
    return render(request, "people/sign_on_connect.html", context)


@login_required
@require_POST
def sign_on_disconnect(request: StaffRequest) -> HttpResponse:
    """Let nobody sign on to one's own account any more; the password stays."""
    _require_provider()
    if not request.user.has_usable_password():
        messages.error(request, _("Nothing changed: set a password first."))
        return redirect("security")
    services.disconnect(request.user)
    log_ins.leave_if_ended(request)
    messages.success(request, _("Your school account is not connected any more."))
    return redirect("security")


@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Take the answer that a browser brings; allauth calls `arrived` or `failed`."""
    _require_provider(PROVIDER)
    count_request(request, "sign-on", settings.FER_JOIN_RATE)  # of students, too
    view = OAuth2CallbackView.adapter_view(SchoolAdapter(request, PROVIDER))
    try:
        answer: HttpResponse = view(request)
    except FAILURES as error:  # before allauth catches any: who the provider is
        return failed(request, AWAY, error)
    except UpdateError:
        # The same answer has just been taken, and began another session.
        request.session.modified = False
        return failed(request, LOST, None)
    return answer


@csrf_exempt  # the provider's page sends it; `web/saml.py` asks whether this browser asked
@require_POST
def saml_back(request: HttpRequest) -> HttpResponse:
    """Take the answer of a SAML provider.

    Its page sends a form, and a form of another site comes without our cookies. So the
    browser is asked to send it once more, from a page of ours.
    """
    _require_provider("saml")
    count_request(request, "sign-on", settings.FER_JOIN_RATE)
    if "again" not in request.POST:
        sent = {"answer": request.POST.get("SAMLResponse", "")}
        return render(request, "registration/saml_back.html", sent)
    saml = _saml()
    try:
        identity, state = saml.answer(request)
    except saml.SamlCancelled as error:
        return failed(request, CANCELLED, error)
    except saml.SamlLost:
        return failed(request, LOST, None)
    except saml.SamlRefused as error:
        return failed(request, WRONG, error)
    return arrived(request, identity, state)


@require_safe
def saml_metadata(request: HttpRequest) -> HttpResponse:
    """What a SAML provider needs to know of the platform: its name, and where answers go."""
    _require_provider("saml")
    kind = "application/samlmetadata+xml"
    return HttpResponse(_saml().our_metadata(request), content_type=kind)


def send_student(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Send a student to the provider, where the lesson asks for that."""
    if not session.signed_in_only:
        return redirect("join", session.join_code)
    count_request(request, "sign-on-student", settings.FER_JOIN_RATE)
    return _send_off(request, lesson=session.join_code)


def arrived(request: HttpRequest, identity: Identity, state: Any) -> HttpResponse:
    """Go on with somebody whom the provider knows: a student, or a member of staff."""
    asked = _asked(state)
    if code := asked.get("lesson"):
        return _student(request, code, identity.uid)
    try:
        if "connects" in asked:
            return _connected(request, identity, asked["connects"])
        user = services.account_of(identity)
        connection = services.connection_of(identity, user)
    except SignOnRefused as error:
        services.note_refusal(error, identity)
        return _back(request, str(error))
    login(request, user, backend=BACKEND)
    request.session[GIVEN_BY] = connection
    # Not `redirect`, which takes what has no slash for the name of a page.
    page = asked.get("next") or resolve_url(settings.LOGIN_REDIRECT_URL)
    return HttpResponseRedirect(page)


def failed(
    request: HttpRequest, why: Any, error: Exception | None, state: Any = None
) -> HttpResponse:
    """Lead back to where it began: a lesson, or the log-in page, where passwords work.

    Args:
        request: Of the browser.
        why: One of the texts above.
        error: What the provider did; None where the browser brought no answer of it.
        state: What allauth kept of the way there, if it found it.
    """
    _logger.warning("Sign-on: %s (%s)", why, _cause(error))
    if code := _asked(state).get("lesson"):
        messages.error(request, AWAY_FROM_A_LESSON if why is AWAY else why)
        return redirect("join", code)
    if why is not CANCELLED:
        services.note_refusal(why)
    return _back(request, str(why))


def _cause(error: Exception | None) -> str:
    """The beginning of what a library says, which goes on to quote what a stranger sent."""
    if error is None:
        return "no state"
    line, *_quoted = str(error).splitlines() or [type(error).__name__]
    return line[:_LOGGED]


def _send_off(request: HttpRequest, **asked: Any) -> HttpResponse:
    _require_provider()
    if provider_id() == "saml":
        return _send_to_saml(request, asked)
    try:
        answer: HttpResponse = SchoolProvider(request).redirect(
            request, process=AuthProcess.LOGIN, data=asked
        )
    except FAILURES as error:
        return failed(request, AWAY, error, {"data": asked})
    return answer


def _send_to_saml(request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    saml = _saml()
    try:
        return redirect(saml.way_to_the_provider(request, asked))
    except saml.SamlRefused as error:
        return failed(request, AWAY, error)


def _asked(state: Any) -> dict[str, Any]:
    """What somebody wanted who was sent to the provider."""
    found = state.get("data") if isinstance(state, dict) else None
    return found or {}


def _student(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Nothing else of the sign-on stays."""
    response = welcome_student(request, session_of(code), f"{PROVIDER} {uid}")
    if not request.user.is_authenticated:
        request.session.flush()
    return response


def welcome_student(
    request: HttpRequest, session: ClassSession, name: str
) -> HttpResponse:
    """Keep for this lesson that somebody signed in.

    Who sat at this browser before says no by that, though a tab may be open still.
    """
    response = redirect("join", session.join_code)
    if session.signed_in_only:
        before = participant_cookie.participant_in(request.COOKIES, session)
        own = {"", school_sign_in.hash_of(name, session)}
        if before and before.sign_in_hash not in own:
            consent.say_no_for(before)
        school_sign_in.remember(response, name, session)
    return response


def _connected(request: HttpRequest, identity: Identity, asker: int) -> HttpResponse:
    if request.user.pk != asker:
        return failed(request, LOST, None)
    services.connect(identity, user=request.user)
    messages.success(request, _("Your school account is connected."))
    return redirect("security")


def _back(request: HttpRequest, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("security" if request.user.is_authenticated else "login")


def _own_page(request: HttpRequest) -> str:
    """The page of ours that is to be opened then; blank without one."""
    wanted = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else ""


def _require_provider(kind: str = "") -> None:
    if not provider_id() or kind not in {"", provider_id()}:
        raise Http404


def _saml() -> ModuleType:
    from sessions_app.web import saml  # noqa: PLC0415 -- its libraries may be missing

    return saml
