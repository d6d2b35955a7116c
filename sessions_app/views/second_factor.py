"""The second factor: asked for at the log-in, turned on and off by its owner or an admin."""

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
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions_app.forms.second_factor import (
    WRONG_CODE,
    CodeForm,
    PasswordForm,
    TurnOnForm,
)
from sessions_app.models import User
from sessions_app.services import second_factor as services
from sessions_app.web import half_log_in
from sessions_app.web.access import StaffRequest, admin_required
from sessions_app.web.requests import count_request, require_get_or_post

BACKEND = "django.contrib.auth.backends.ModelBackend"
_CODES = "20/h"  # of one account, wherever they are typed


def after_password(request: HttpRequest, user: User, then: str) -> HttpResponse | None:
    """Ask for the second factor, or to set one up; None where the password is enough."""
    if services.has_one(user):
        half_log_in.begin(request, user, then)
        return redirect("second-factor")
    if services.is_required(user):
        half_log_in.begin(request, user, then)
        return redirect("second-factor-on")
    return None


@require_get_or_post
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a code; a wrong one counts for the lock-out and is audited, as a password."""
    found = half_log_in.pending(request)
    if found is None or not services.has_one(found[0]):
        return redirect("login")
    user, then = found
    form = CodeForm(request.POST or None)
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
        if services.accepts(user, form.cleaned_data["code"]):
            return _let_in(request, user, then)
        user_login_failed.send(__name__, credentials=credentials, request=request)
        form.add_error("code", WRONG_CODE)
    return render(request, "registration/second_factor.html", {"form": form})


@require_get_or_post
def turn_on(request: HttpRequest) -> HttpResponse:
    """Set it up: of one's own will, or because the operator asks for it at the log-in."""
    is_in = request.user.is_authenticated
    found = (request.user, "") if is_in else half_log_in.pending(request)
    if found is None:
        return redirect("login")
    user, then = _local(found[0]), found[1]
    where_it_is_on = "security" if is_in else "second-factor"
    if services.has_one(user):
        return redirect(where_it_is_on)
    form = TurnOnForm(
        request.POST or None, request=request, user=user, asks_password=is_in
    )
    if request.method == "POST":
        count_request(request, "second-factor", _CODES, by=str(user.pk))
    if form.is_valid():
        try:
            codes = services.turn_on(
                user=user, secret=form.secret, code=form.cleaned_data["code"]
            )
        except services.AlreadyOn:
            return redirect(where_it_is_on)
        except services.WrongCode:
            form.add_error("code", WRONG_CODE)
        else:
            return _show_codes(request, user, codes, then)
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
    half_log_in.end(request)
    login(request, user, backend=BACKEND)
    return redirect(then or settings.LOGIN_REDIRECT_URL)


def _show_codes(
    request: HttpRequest, user: User, codes: list[str], then: str
) -> HttpResponse:
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
