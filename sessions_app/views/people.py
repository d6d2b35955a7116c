"""Staff accounts: an admin invites, the invited choose a password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
)
from django.contrib.auth.views import (
    LoginView,
    PasswordChangeView,
    PasswordResetConfirmView,
    PasswordResetView,
)
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from sessions_app.enums import AuditAction, DeliveryState
from sessions_app.forms.people import (
    AcceptForm,
    ChangeForm,
    ChooseForm,
    ForgottenForm,
    InvitationForm,
)
from sessions_app.models import Invitation, OutgoingMail, User
from sessions_app.models.log_in import GIVEN_BY
from sessions_app.models.people import invitation_token
from sessions_app.services import audit, mail, outbox
from sessions_app.services import people as services
from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD
from sessions_app.services.failed_log_ins import forget_failures
from sessions_app.services.people import InvitationOver
from sessions_app.services.press import made_before, once
from sessions_app.views import second_factor
from sessions_app.views.press import press_of
from sessions_app.web import half_log_in
from sessions_app.web.access import StaffRequest, admin_required
from sessions_app.web.links import mailed_link
from sessions_app.web.requests import count_request, require_get_or_post
from sessions_app.web.single_sign_on import accounts_name

RESETS = "10/m"  # per address


@require_get_or_post
@admin_required
def people(request: StaffRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        return _invite(request, press=press_of(request), **form.cleaned_data)
    return _page(request, form)


@admin_required
@require_POST
def invitation_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a new link, which replaces the old one: nobody can read that any more."""
    press = press_of(request)
    old = get_object_or_404(Invitation.objects.open(), pk=made_before(press) or pk)
    return _invite(request, email=old.email, role=old.role, press=press)


@admin_required
@require_POST
def invitation_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.open(), pk=pk)
    services.revoke(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation is revoked."))
    return redirect("people")


@require_get_or_post
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.opened_by(token).first()
    if invitation is None:
        return _over(request)
    form = AcceptForm(request.POST or None, email=invitation.email)
    if not form.is_valid():
        context = {"invitation": invitation, "form": form}
        return render(request, "people/accept.html", context)
    try:
        user = services.accept_invitation(
            token=token,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password1"],
        )
    except InvitationOver:
        return _over(request)
    half_log_in.note_mailbox(request, user)  # the link was mailed
    if more := second_factor.after_password(request, user, reverse("home")):
        return more
    login(request, user, backend=second_factor.BACKEND)
    return redirect("home")


@method_decorator(require_get_or_post, name="dispatch")
class Login(LoginView):
    """Django's, limited by address: the lock-out alone counts each name by itself."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sign-on; in a demo its accounts, whose password is published anyway."""
        context = super().get_context_data(**kwargs)
        context["school_accounts"] = accounts_name()
        if settings.FER_DEMO:
            context["demo_accounts"] = ACCOUNTS
            context["demo_password"] = PASSWORD
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count_request(request, "login", settings.FER_LOGIN_RATE)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in whom the password is enough for; ask others for a second factor."""
        user, then = form.get_user(), self.get_success_url()
        asked = second_factor.after_password(self.request, user, then)
        return asked or super().form_valid(form)


@method_decorator(require_get_or_post, name="dispatch")
class PasswordChange(PasswordChangeView):
    """Django's, where the old password is guessed no more often than at the log-in."""

    form_class = ChangeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Go on by the password that was given, where a school account or a platform had let in."""
        self.request.session.pop(GIVEN_BY, None)
        return super().form_valid(form)


@method_decorator(require_get_or_post, name="dispatch")
class PasswordReset(PasswordResetView):
    """Django's, limited by address and by mailbox: each request may send a mail."""

    form_class = ForgottenForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count_request(request, "password-reset", RESETS)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        """Say the same, as fast, whether there is such an account or not.

        Nor does the audit tell: it names no address.
        """
        audit.once_in_a_while(action=AuditAction.ASKED, actor=None)
        if not mail.is_one_too_many(form.cleaned_data["email"]):
            # Whether there is such an account is asked when it is sent.
            site = mailed_link(self.request, "")
            outbox.put("password", to=form.cleaned_data["email"], site=site)
        return redirect(self.get_success_url())


@method_decorator(require_get_or_post, name="dispatch")
class PasswordResetConfirm(PasswordResetConfirmView):
    """Django's, but the link's token stays in the address.

    Django moves it to the session, and so to a row: a person who reads the database
    could reset the password with it.
    """

    form_class = ChooseForm

    def dispatch(
        self, request: HttpRequest, uidb64: str, token: str
    ) -> HttpResponseBase:
        self.user = self.get_user(uidb64)
        self.validlink = self.token_generator.check_token(self.user, token)
        if not self.validlink:
            return self.render_to_response(self.get_context_data())
        return FormView.dispatch(self, request)

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        """Let the owner of the address in again after a lock-out."""
        forget_failures(form.save().email)
        return FormView.form_valid(self, form)


def _invite(
    request: StaffRequest, *, email: str, role: str, press: str
) -> HttpResponse:
    """Have the link sent, and show it to the admin, this once.

    A second press of the same form shows the same link, and sends no second mail.
    """
    seed, mailed = press, True

    def invite() -> str:
        nonlocal seed, mailed
        invitation, seed = services.invite(
            email=email, role=role, invited_by=request.user, seed=press
        )
        mailed = services.send_invitation(
            invitation=invitation, seed=seed, site=mailed_link(request, "")
        )
        return str(invitation.pk)

    once(press, invite)
    path = reverse("invitation-accept", args=[invitation_token(seed)])
    made = {"email": email, "link": mailed_link(request, path), "mailed": mailed}
    return _page(request, InvitationForm(), made=made)


def _page(request: StaffRequest, form: InvitationForm, **more: Any) -> HttpResponse:
    audit.listed("List of people", by=request.user)
    context = {
        "users": User.objects.order_by("name", "email"),
        "invitations": Invitation.objects.open().order_by("email"),
        "form": form,
        "given_up": OutgoingMail.objects.filter(state=DeliveryState.GIVEN_UP).count(),
    }
    return render(request, "people/list.html", context | more)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "people/invitation_over.html", status=410)
