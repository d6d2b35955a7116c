"""The switch of the language at the foot of every page."""

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sessions_app.web.reader_language import remember


@csrf_exempt  # with a token the foot of each page would set a cookie, also for strangers
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read in a language from now on, on the page where it was chosen.

    It changes a cookie with the language's code and nothing else, as a link with `?lang=` does.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise PermissionDenied
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise BadRequest(_("Classmood is not written in this language."))
    page = request.POST.get("page", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        page = reverse("home")
    response = HttpResponseRedirect(page)
    remember(response, code)
    return response
