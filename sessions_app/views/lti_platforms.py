"""Learning platforms: registered, changed and taken away by admins, or by an admin's link."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sessions_app.forms.lti import LtiPlatformForm
from sessions_app.models import LtiLink, LtiPlatform
from sessions_app.services import audit
from sessions_app.services import lti_platforms as services
from sessions_app.services.deliveries import CannotLeave
from sessions_app.services.press import once
from sessions_app.views.press import press_of
from sessions_app.web.access import StaffRequest, admin_required
from sessions_app.web.frames import in_frame_of
from sessions_app.web.links import shown_link
from sessions_app.web.requests import count_request, require_get_or_post


@require_get_or_post
@admin_required
def platform_list(request: StaffRequest) -> HttpResponse:
    """All of them, our own addresses, and a form for one more."""
    form = LtiPlatformForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            pk = once(
                press_of(request),
                lambda: str(services.register(by=request.user, **values).pk),
            )
            messages.success(request, _("The learning platform is registered."))
            return redirect("lti-platform", pk)
        except services.RegisteredAlready as error:
            form.add_error("client_id", str(error))
    return _list_page(request, form)


@admin_required
@require_POST
def link_make(request: StaffRequest) -> HttpResponse:
    """A link with which one platform registers itself; it is shown once."""
    token = services.make_link(by=request.user)
    link = shown_link(request, reverse("lti-register", args=[token]))
    return _list_page(request, LtiPlatformForm(), link=link)


@require_get_or_post
@admin_required
def platform(request: StaffRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(LtiPlatform, pk=pk)
    form = LtiPlatformForm(request.POST or None, initial=vars(found))
    form.keep_shown(form.fields)
    if form.is_valid():
        try:
            services.change(platform=found, by=request.user, **form.changed())
            messages.success(request, _("The learning platform has been saved."))
            return redirect("lti-platform", pk)
        except services.RegisteredAlready as error:
            form.add_error("client_id", str(error))
    audit.looked_at(f"Learning platform {found.pk}", by=request.user)
    context = {"platform": found, "form": form, "ours": _our_addresses(request)}
    return render(request, "lti/platform.html", context)


@admin_required
@require_POST
def platform_delete(request: StaffRequest, pk: UUID) -> HttpResponse:
    services.delete(platform=get_object_or_404(LtiPlatform, pk=pk), by=request.user)
    messages.success(request, _("The learning platform is deleted."))
    return redirect("lti-platforms")


@csrf_exempt
@require_get_or_post
def register(request: HttpRequest, token: str) -> HttpResponse:
    """Opened by a platform in a frame, where no cookie is: the link itself is the key."""
    count_request(request, "lti-register", settings.FER_LOGIN_RATE)
    if not LtiLink.objects.opened_by(token).exists():
        return render(request, "lti/link_over.html", status=410)
    asked = request.POST if request.method == "POST" else request.GET
    configuration = asked.get("openid_configuration", "")
    access = asked.get("registration_token", "")
    try:
        page = services.origin_of(configuration)
    except CannotLeave:  # the link was opened by a person
        return render(request, "lti/register.html", {"host": ""})
    context: dict[str, Any] = {
        "host": urlsplit(configuration).hostname,
        "configuration": configuration,
        "access": access,
    }
    if request.method == "POST":
        try:
            context["platform"] = services.register_by_link(
                token=token,
                configuration=configuration,
                access=access,
                tool=_our_addresses(request),
            )
        except services.LinkIsOver:
            return render(request, "lti/link_over.html", status=410)
        except (CannotLeave, services.RegisteredAlready) as error:
            context["why"] = str(error)
    answer = render(request, "lti/register.html", context)
    return in_frame_of([page], answer)


def _list_page(
    request: StaffRequest, form: LtiPlatformForm, link: str = ""
) -> HttpResponse:
    audit.looked_at("List of learning platforms", by=request.user)
    context = {
        "form": form,
        "platforms": LtiPlatform.objects.select_related("created_by"),
        "link": link,
        "ours": _our_addresses(request),
    }
    return render(request, "lti/platforms.html", context)


def _our_addresses(request: HttpRequest) -> dict[str, str]:
    """What a platform has to know of us."""
    pages = {"login": "lti-login", "launch": "lti-launch", "keys": "lti-keys"}
    found = {name: shown_link(request, reverse(page)) for name, page in pages.items()}
    return found | {"home": shown_link(request, reverse("home"))}
