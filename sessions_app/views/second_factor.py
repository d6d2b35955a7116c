"""The second factor: asked for at the log-in, turned on and off by its owner or an admin."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import segno
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions_app.forms.second_factor import (
    WRONG_CODE,
    CodeForm,
    NewPasskeyForm,
    PasskeyForm,
    PasswordForm,
    TurnOnForm,
)
from sessions_app.models import User
from sessions_app.models.log_in import GIVEN_BY
from sessions_app.services import passkeys
from sessions_app.services import second_factor as services
from sessions_app.web import half_log_in, passkey_question
from sessions_app.web.access import StaffRequest, admin_required
from sessions_app.web.links import mailed_link
from sessions_app.web.requests import count_request, require_get_or_post

BACKEND = "django.contrib.auth.backends.ModelBackend"
_CODES = "20/h"  # of one account, and answers of passkeys, wherever they come from


def after_password(
    request: HttpRequest, user: User, then: str, given_by: int | None = None
) -> HttpResponse | None:
    """Ask for the second factor, or to set one up; None where the password is enough.

    Who knows a password is not yet its owner, so the first one is set up by a link that is
    mailed to the account's address. A platform's word counts as a password, and the log-in
    goes with the connection that gave it.
    """
    if services.has_one(user):
        half_log_in.begin(request, user, then, given_by)
        return redirect("second-factor")
    if services.is_required(user):
        half_log_in.begin(request, user, then, given_by)
        if not half_log_in.has_shown_mailbox(request, user):
            services.mail_link(user=user, site=mailed_link(request, ""))
        return redirect("second-factor-on")
    return None


@require_safe
def mailed(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Whoever opens this reads the account's mail; the password is asked for all the same."""
    count_request(request, "login", settings.FER_LOGIN_RATE)
    user = services.reader_of_mail(pk, token)
    if user is None:
        return render(request, "registration/second_factor_old_link.html", status=410)
    half_log_in.note_mailbox(request, user)
    return redirect("second-factor-on")


@require_get_or_post
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a passkey or a code; a wrong one counts for the lock-out and is audited, as a password."""
    found = half_log_in.pending(request)
    if found is None or not services.has_one(found[0]):
        return redirect("login")
    user, then = found
    by_passkey = "answer" in request.POST
    passkey = PasskeyForm(request.POST if by_passkey else None)
    code = CodeForm(
        None if by_passkey else request.POST or None, has_app=services.has_app(user)
    )
    form: PasskeyForm | CodeForm = passkey if by_passkey else code
    credentials = {"username": user.email}
    if request.method == "POST":
        count_request(request, "login", settings.FER_LOGIN_RATE)
        count_request(request, "second-factor", _CODES, by=str(user.pk))
        if not AxesProxyHandler.is_allowed(request, credentials):
            locked: HttpResponse = get_lockout_response(
                request, credentials=credentials
            )
            return locked
    if form.is_valid():
        if _accepts(request, user, form.cleaned_data):
            return _let_in(request, user, then)
        user_login_failed.send(__name__, credentials=credentials, request=request)
        form.add_error(*form.wrong)
    context: dict[str, Any] = {"form": code, "passkey": passkey}
    if passkeys.are_there(user):
        context["question"] = _ask(request, "log-in", passkeys.question, user)
    return render(request, "registration/second_factor.html", context)


@require_get_or_post
def turn_on(request: HttpRequest) -> HttpResponse:
    """Set an app up: of one's own will, or because the operator asks for it at the log-in."""
    found = _who_adds(request)
    if found is None:
        return redirect("second-factor")
    user, then = found
    is_in = request.user.is_authenticated
    if services.has_app(user):
        return redirect("security")
    if not (is_in or half_log_in.has_shown_mailbox(request, user)):
        return _mailbox_first(request)
    form = TurnOnForm(
        request.POST or None, request=request, user=user, asks_password=is_in
    )
    if request.method == "POST":
        count_request(request, "second-factor", _CODES, by=str(user.pk))
    if form.is_valid():
        try:
            codes = services.turn_on(
                user=user,
                secret=form.secret,
                code=form.cleaned_data["code"],
                first=not is_in,
            )
        except services.AlreadyOn:
            return redirect("security" if is_in else "second-factor")
        except services.WrongCode:
            form.add_error("code", WRONG_CODE)
        else:
            return _added(request, user, codes, then)
    context = {
        "form": form,
        "secret": form.secret,
        "link": (link := _link(user, form.secret)),
        "picture": segno.make(link, error="m", micro=False).svg_data_uri(
            scale=5, border=4, light="white"
        ),
        "is_required": not is_in,
    }
    return render(request, "people/second_factor_on.html", context)


@require_get_or_post
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Have a passkey made: after the password, which is given already at a log-in."""
    found = _who_adds(request)
    if found is None:
        return redirect("second-factor")
    user, then = found
    is_in = request.user.is_authenticated
    if not (is_in or half_log_in.has_shown_mailbox(request, user)):
        return _mailbox_first(request)
    asked = None  # only after the password
    if request.method == "POST":
        count_request(request, "second-factor", _CODES, by=str(user.pk))
        asked = passkey_question.take(request, "new")
    form = NewPasskeyForm(request.POST if asked else None)
    if asked and form.is_valid():
        try:
            codes = passkeys.add(
                user=user,
                name=form.cleaned_data["name"],
                answer=form.cleaned_data["answer"],
                kept=asked,
                host=passkey_question.host_of(request),
                first=not is_in,
            )
        except services.AlreadyOn:
            return redirect("second-factor")
        except passkeys.WrongAnswer:
            form.add_error(*form.wrong)
        else:
            return _added(request, user, codes, then)
    context: dict[str, Any] = {"form": form, "is_required": not is_in}
    if is_in and not asked:
        context["form"] = PasswordForm(request.POST or None, request=request, user=user)
        if not context["form"].is_valid():
            return render(request, "people/passkey_add.html", context)
        context["form"] = NewPasskeyForm()
    context["question"] = _ask(request, "new", passkeys.question_for_new, user)
    return render(request, "people/passkey_add.html", context)


@require_get_or_post
@login_required
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one's own passkey or app away, as a lost key or an old telephone."""
    user = _local(request.user)
    factor = get_object_or_404(services.factors(user), pk=pk)
    form = PasswordForm(request.POST or None, request=request, user=user)
    if form.is_valid():
        services.remove(user=user, factor=factor)
        messages.success(request, _("Removed."))
        return redirect("security")
    context = {
        "form": form,
        "factor": factor,
        "is_last": services.factors(user).count() == 1,
        "is_required": services.is_required(user),
    }
    return render(request, "people/factor_remove.html", context)


@require_get_or_post
@login_required
def turn_off(request: StaffRequest) -> HttpResponse:
    """Turn one's own off, or begin again with a new telephone and new recovery codes."""
    user = _local(request.user)
    form = PasswordForm(request.POST or None, request=request, user=user)
    if form.is_valid():
        services.turn_off(user=user, by=user)
        messages.success(request, _("The second factor is off."))
        return redirect("security")
    context = {"form": form, "is_required": services.is_required(user)}
    return render(request, "people/second_factor_off.html", context)


@admin_required
@require_POST
def person_turn_off(request: StaffRequest, pk: int) -> HttpResponse:
    """Help somebody who has lost telephone and recovery codes."""
    account = get_object_or_404(User, pk=pk)
    if account == request.user:
        return redirect("second-factor-off")
    services.turn_off(user=account, by=request.user)
    messages.success(request, _("The second factor of %s is off.") % account)
    return redirect("person", pk)


def _let_in(request: HttpRequest, user: User, then: str) -> HttpResponse:
    given_by = half_log_in.end(request)
    login(request, user, backend=BACKEND)
    if given_by:
        request.session[GIVEN_BY] = given_by
    # Not `redirect`, which takes what has no slash for the name of a page.
    return HttpResponseRedirect(then or resolve_url(settings.LOGIN_REDIRECT_URL))


def _who_adds(request: HttpRequest) -> tuple[User, str] | None:
    """Who may add a factor, and the page that was wanted; with a password alone only the first."""
    if request.user.is_authenticated:
        return _local(request.user), ""
    found = half_log_in.pending(request)
    return None if found is None or services.has_one(found[0]) else found


def _mailbox_first(request: HttpRequest) -> HttpResponse:
    """Nobody adds the first factor by a password alone."""
    return render(request, "registration/second_factor_mailed.html")


def _ask(
    request: HttpRequest,
    purpose: passkey_question.Purpose,
    question: Callable[[User, str], tuple[str, dict[str, Any]]],
    user: User,
) -> str:
    """What the page's script asks the browser; the next answer is held against it."""
    text, kept = question(user, passkey_question.host_of(request))
    passkey_question.keep(request, purpose, kept)
    return text


def _accepts(request: HttpRequest, user: User, given: dict[str, Any]) -> bool:
    if "code" in given:
        return services.accepts(user, given["code"])
    asked = passkey_question.take(request, "log-in")
    return asked is not None and passkeys.accepts(
        user=user,
        answer=given["answer"],
        kept=asked,
        host=passkey_question.host_of(request),
    )


def _added(
    request: HttpRequest, user: User, codes: list[str], then: str
) -> HttpResponse:
    """Show the recovery codes that come with the first factor."""
    if not codes:
        messages.success(request, _("Added."))
        return redirect("security")
    if not request.user.is_authenticated:
        _let_in(request, user, then)
    context = {"codes": codes, "then": then}
    return render(request, "people/recovery_codes.html", context)


def _local(user: User | AnonymousUser) -> User:
    """An account with a password; who signs on has the provider's second factor."""
    if not (isinstance(user, User) and user.has_usable_password()):
        raise Http404
    return user


def _link(user: User, secret: str) -> str:
    """What an app reads from the picture (Google's Key URI format)."""
    name = settings.FER_SCHOOL_NAME or "Classmood"
    query = urlencode({"secret": secret, "issuer": name}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{name}:{user.email}')}?{query}"
