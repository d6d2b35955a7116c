"""One account: what its owner sees and ends of it, and what an admin changes."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions_app.forms.people import NameForm, PersonForm
from sessions_app.models import ApiToken, LogIn, User
from sessions_app.models.people import LastAdmin
from sessions_app.models.session_store import stored_key
from sessions_app.selectors.alert_figures import by_signal
from sessions_app.services import (
    audit,
    log_ins,
    lti,
    second_factor,
    single_sign_on,
    tokens,
)
from sessions_app.services import people as services
from sessions_app.web.access import StaffRequest, admin_required
from sessions_app.web.reader_language import remember
from sessions_app.web.requests import require_get_or_post
from sessions_app.web.single_sign_on import accounts_name


@require_get_or_post
@login_required
def security(request: StaffRequest) -> HttpResponse:
    """One's own name, time zone, password, log-ins and API tokens."""
    account = User.objects.get(pk=request.user.pk)
    form = NameForm(request.POST or None, instance=account)
    if form.is_valid():
        services.change(user=account, by=request.user, **form.changed())
        if "language" in form.changed_data:
            translation.activate(account.language or settings.LANGUAGE_CODE)
        messages.success(request, _("Your account has been saved."))
        response = redirect("security")
        if "language" in form.changed_data:  # what was chosen last counts
            remember(response, account.language)
        return response
    context = {
        "form": form,
        "alert_figures": by_signal(),
        "school_accounts": accounts_name(),
        "is_connected": single_sign_on.is_connected(account),
        "factors": second_factor.factors(account),
        "has_app": second_factor.has_app(account),
        **_access(request, account),
    }
    return render(request, "people/security.html", context)


@require_get_or_post
@admin_required
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody's account, for admins."""
    account = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=account)
    if form.is_valid():
        services.change(user=account, by=request.user, **form.changed())
        messages.success(
            request, _("The account of %(name)s has been saved.") % {"name": account}
        )
        return _back(request, account)
    audit.looked_at(f"Log-ins and tokens of {account.email}", by=request.user)
    context = {"form": form, **_access(request, account)}
    return render(request, "people/person.html", context)


@admin_required
@require_POST
def person_opened(request: StaffRequest, pk: int, *, opened: bool) -> HttpResponse:
    """Close an account, or open it again."""
    account = get_object_or_404(User, pk=pk)
    try:
        services.change(user=account, by=request.user, is_active=opened)
    except LastAdmin as error:
        messages.error(request, str(error))
        return redirect("person", pk)
    if account == request.user and not opened:
        logout(request)
        return redirect("home")
    said = (
        _("The account of %(name)s is open again.")
        if opened
        else _("The account of %(name)s is closed.")
    )
    messages.success(request, said % {"name": account})
    return redirect("person", pk)


@login_required
@require_POST
def log_ins_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End one log-in, or all but the one that asks."""
    account = _own_or_managed(request, pk)
    if key := request.POST.get("log_in", ""):
        log_ins.end(user=account, by=request.user, key=key)
        messages.success(request, _("The device has been logged out."))
    else:
        log_ins.end_all(user=account, by=request.user, keep=_here(request))
        messages.success(request, _("All other devices have been logged out."))
    return _back(request, account)


@login_required
@require_POST
def tokens_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """Revoke one API token, or all."""
    account = _own_or_managed(request, pk)
    key = request.POST.get("token", "")
    tokens.revoke(user=account, by=request.user, token_key=key)
    said = _("The token is revoked.") if key else _("All tokens are revoked.")
    messages.success(request, said)
    return _back(request, account)


@login_required
@require_POST
def platform_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a learning platform open the account no more, where something else still does."""
    account = _own_or_managed(request, pk)
    back = _back(request, account)
    known = {str(each.pk): each for each in lti.connected(account)}
    platform = known.get(request.POST.get("platform", ""))
    if platform is not None and account == request.user and not _opens_else(account):
        messages.error(request, _("Nothing changed: set a password first."))
    elif platform is not None:
        lti.disconnect(platform, user=account, by=request.user)
        log_ins.leave_if_ended(request)
        said = _("%(platform)s opens this account no more.") % {"platform": platform}
        messages.success(request, said)
    return back


def _opens_else(account: User) -> bool:
    """Whether its owner gets in without a learning platform."""
    return account.has_usable_password() or single_sign_on.is_connected(account)


def _own_or_managed(request: StaffRequest, pk: int) -> User:
    if pk != request.user.pk and not request.user.is_admin:
        raise Http404
    return get_object_or_404(User, pk=pk)


def _here(request: StaffRequest) -> str:
    """The key of the reader's own log-in."""
    return stored_key(request.session.session_key or "")


def _back(request: StaffRequest, account: User) -> HttpResponse:
    if account == request.user:
        return redirect("security")
    return redirect("person", account.pk)


def _access(request: StaffRequest, account: User) -> dict[str, Any]:
    """The log-ins and tokens of an account."""
    return {
        "account": account,
        "own": account == request.user,
        "here": _here(request),
        "log_ins": LogIn.objects.open().filter(user=account),
        "has_second_factor": second_factor.has_one(account),
        "tokens": ApiToken.objects.filter(user=account),
        "platforms": lti.connected(account),
    }
