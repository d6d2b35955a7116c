"""The public demo page: the engine on a visitor's own webcam, while an admin wants it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from sessions_app.live.demo.demo_slots import PLACES
from sessions_app.models.consent import text_version
from sessions_app.models.policy import effective_policy
from sessions_app.web.requests import count_request

VIEWS = "60/m"  # per address
LOOKS = "1200/m"  # whether it is still open: four a minute by each visit, many by one school


@require_safe
def try_it(request: HttpRequest) -> HttpResponse:
    if not effective_policy().demo_page:
        raise Http404
    if request.method == "HEAD":
        count_request(request, "try-it-looks", LOOKS)
        return HttpResponse()
    count_request(request, "try-it", VIEWS)
    context = {
        "consent_version": text_version(),
        "socket_path": f"/ws/try/?{urlencode({'agreed': text_version()})}",
        "places": PLACES,
    }
    return render(request, "try_it.html", context)
