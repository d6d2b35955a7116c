"""For how long a browser of staff stays logged in.

A log-in ends when nobody has used it for `FER_IDLE_LOGOUT_MINUTES`, and after
`FER_LOGIN_DAYS` in any case. A page that is opened and a form that is sent are use;
what an open page asks by itself is not (its socket, what it fetches from the API, and
what its scripts look up elsewhere), so that a dashboard that nobody looks at is closed, too.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sessions_app.models.session_store import BEGAN_AT, USED_AT
from sessions_app.web.requests import wants_json

_ASKED_BY_PAGES = ("/api/v1/", "/panel/api/")
_WRITTEN_EVERY_S = 60  # a use within this time of the last one is not stored


def stay_logged_in(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: each use by a person puts the log-out off."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not _is_asked_by_a_page(request) and request.user.is_authenticated:
            _use(request)
        return get_response(request)

    return respond


def _is_asked_by_a_page(request: HttpRequest) -> bool:
    """Whether a script asks: the news of an overlay, say, or whether a page is still there."""
    looks_up = request.method == "HEAD" or (
        request.method == "GET" and wants_json(request)
    )
    return looks_up or request.path.startswith(_ASKED_BY_PAGES)


def _use(request: HttpRequest) -> None:
    now = timezone.now().timestamp()
    session = request.session
    every_s = min(_WRITTEN_EVERY_S, settings.SESSION_COOKIE_AGE / 10)
    if now - session.get(USED_AT, 0) < every_s:
        return
    left = session.get(BEGAN_AT, now) + settings.FER_LOGIN_DAYS * 86_400 - now
    session[USED_AT] = now
    session.set_expiry(max(1, int(min(left, settings.SESSION_COOKIE_AGE))))
