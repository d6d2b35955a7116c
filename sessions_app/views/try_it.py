"""The public demo page: the engine on a visitor's own webcam, while an admin wants it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.live.demo.demo_slots import PLACES
from sessions_app.models.policy import effective_policy
from sessions_app.web.requests import count_request

VIEWS = "60/m"  # per address


@require_safe
def try_it(request: HttpRequest) -> HttpResponse:
    if not effective_policy().demo_page:
        raise Http404
    count_request(request, "try-it", VIEWS)
    context = {
        "consent_version": settings.FER_CONSENT_VERSION,
        "socket_path": f"/ws/try/?agreed={settings.FER_CONSENT_VERSION}",
        "places": PLACES,
    }
    return render(request, "try_it.html", context)
