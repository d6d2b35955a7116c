"""The mails that were sent, wait or could not be sent; and a mail to try it out."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions_app.enums import AuditAction, DeliveryState
from sessions_app.forms.mail import MailFilter
from sessions_app.models import OutgoingMail, User
from sessions_app.selectors.policy import sends_mail
from sessions_app.selectors.retention import MAILS_KEPT
from sessions_app.services import audit, outbox
from sessions_app.services.letters import LETTERS
from sessions_app.services.mail import is_one_too_many
from sessions_app.services.press import made_before, once
from sessions_app.views.press import press_of
from sessions_app.web.access import StaffRequest, admin_required

PAGE_SIZE = 30


@admin_required
@require_safe
def mail_list(request: StaffRequest) -> HttpResponse:
    audit.looked_at("List of e-mails", by=request.user)
    form = MailFilter(request.GET)
    state = form.value()
    mails = OutgoingMail.objects.all()
    found = mails.filter(state=state) if state else mails
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter_form": form,
        "filtered": bool(state),
        "page_obj": page,
        "rows": [(mail, _name(mail)) for mail in page],
        "given_up": mails.filter(state=DeliveryState.GIVEN_UP).count(),
        "server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "is_sent": sends_mail(),
        "sender": settings.DEFAULT_FROM_EMAIL,
        "kept_days": MAILS_KEPT.days,
    }
    return render(request, "mail/list.html", context)


@admin_required
@require_POST
def mail_again(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Try again what was given up; pressed twice, it is tried once."""
    outbox.send_again(get_object_or_404(OutgoingMail, pk=pk), by=request.user)
    messages.success(request, _("The e-mail is on its way again."))
    return redirect("mail")


@admin_required
@require_POST
def mail_test(request: StaffRequest) -> HttpResponse:
    """Send the admin who asks a mail that says that it can be sent."""
    address, press = request.user.email, press_of(request)
    if not made_before(press) and is_one_too_many(address):
        messages.error(request, _("Your address has received too many e-mails."))
        return redirect("mail")
    once(press, lambda: _test_mail(request.user))
    messages.success(
        request,
        _(
            "A test e-mail to %(address)s is on its way. This list shows whether it left."
        )
        % {"address": address},
    )
    return redirect("mail")


def _test_mail(user: User) -> str:
    audit.record(action=AuditAction.MADE, actor=user, detail="test mail to oneself")
    return str(outbox.put("test", to=user.email).pk)


def _name(mail: OutgoingMail) -> str:
    """What kind of mail it is; a newer version may have sent kinds that this one lacks."""
    letter = LETTERS.get(mail.kind)
    return str(letter.name) if letter else mail.kind
