"""Webhooks: registered, changed, tried out and switched by admins; the log of their calls."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions_app.forms.webhooks import WebhookForm
from sessions_app.models import Webhook, WebhookCall
from sessions_app.models.webhook import new_seed
from sessions_app.services import audit
from sessions_app.services import webhooks as services
from sessions_app.services.press import once
from sessions_app.views.press import press_of
from sessions_app.web.access import StaffRequest, admin_required
from sessions_app.web.requests import require_get_or_post

PAGE_SIZE = 20


@require_get_or_post
@admin_required
def webhook_list(request: StaffRequest) -> HttpResponse:
    """All of them, and a form for one more, whose secret is then shown."""
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        pk = once(press_of(request), lambda: _register(request, form.cleaned_data))
        return _page(request, get_object_or_404(Webhook, pk=pk), show_secret=True)
    audit.looked_at("List of webhooks", by=request.user)
    context = {
        "form": form,
        "webhooks": Webhook.objects.all(),
        "events": services.EVENTS,
    }
    return render(request, "webhooks/list.html", context)


@require_get_or_post
@admin_required
def webhook(request: StaffRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=pk)
    form = _form_of(found, request.POST or None)
    if form.is_valid():
        services.change(webhook=found, by=request.user, **form.changed())
        messages.success(request, _("The webhook has been saved."))
        return redirect("webhook", pk)
    return _page(request, found, form=form)


@admin_required
@require_POST
def webhook_secret(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Replace the secret; the old one signs nothing any more."""
    found = get_object_or_404(Webhook, pk=pk)
    services.change(
        webhook=found, by=request.user, seed=press_of(request) or new_seed()
    )
    return _page(request, found, show_secret=True)


@admin_required
@require_POST
def webhook_switch(request: StaffRequest, pk: UUID, *, on: bool) -> HttpResponse:
    services.switch(webhook=get_object_or_404(Webhook, pk=pk), on=on, by=request.user)
    return redirect("webhook", pk)


@admin_required
@require_POST
def webhook_test(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Call it once for each press."""
    found = get_object_or_404(Webhook, pk=pk)
    once(
        press_of(request),
        lambda: str(services.test(webhook=found, by=request.user).pk),
    )
    messages.success(
        request, _("A test call is on its way. The list below shows what became of it.")
    )
    return redirect("webhook", pk)


@admin_required
@require_POST
def webhook_delete(request: StaffRequest, pk: UUID) -> HttpResponse:
    services.delete(webhook=get_object_or_404(Webhook, pk=pk), by=request.user)
    messages.success(request, _("The webhook is deleted."))
    return redirect("webhooks")


@admin_required
@require_POST
def webhook_call_again(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Repeat a call; pressed twice, it is made once."""
    call = get_object_or_404(WebhookCall.objects.select_related("webhook"), pk=pk)
    services.send_again(call, by=request.user)
    messages.success(request, _("The call is on its way again."))
    return redirect("webhook", call.webhook_id)


def _register(request: StaffRequest, values: dict[str, Any]) -> str:
    return str(services.register(by=request.user, **values).pk)


def _form_of(found: Webhook, sent: Any = None) -> WebhookForm:
    form = WebhookForm(sent, initial=vars(found))
    form.keep_shown(form.fields)
    return form


def _page(
    request: StaffRequest,
    found: Webhook,
    *,
    form: WebhookForm | None = None,
    show_secret: bool = False,
) -> HttpResponse:
    audit.looked_at(f"Webhook {found.pk}", by=request.user)
    page = Paginator(found.calls.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "webhook": found,
        "form": form or _form_of(found),
        "page_obj": page,
        "show_secret": show_secret,
    }
    return render(request, "webhooks/detail.html", context)
