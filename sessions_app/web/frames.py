"""Pages of ours that may stand in a frame of another site, and their cookies.

A browser brings none of our cookies into such a frame, since they are SameSite=Lax. The pages
below `/panel/` have their own: the same ones, each under a name of its own, and partitioned, so
that a browser keeps them for frames of that one site alone. Neither kind is known at the
other's addresses.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from sessions_app.models.session_store import OPENED_BY

PANELS = "/panel/"
_KIND = "panel-"
# Python writes `Partitioned` from 3.14 on; until then it goes with the attribute before.
_PARTITIONED = "None; Partitioned"

Application = Callable[..., Awaitable[None]]


def in_frame_of(pages: list[str], response: HttpResponse) -> HttpResponse:
    """Let pages of these origins show an answer in a frame, and no others."""
    if pages:
        response._csp_replace = {"frame-ancestors": pages}  # type: ignore[attr-defined]
        response.xframe_options_exempt = True
    return response


def own_cookies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware before whatever reads or sets a cookie: a panel has its own."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PANELS):
            return get_response(request)
        request.META["HTTP_COOKIE"] = _own(request.META.get("HTTP_COOKIE", ""))
        response = get_response(request)
        _set_as_own(response)
        return response

    return respond


def panels_alone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware behind the log-in: what let a panel in opens panels, and nothing else.

    The cookies' names keep browsers apart; a program can send them under others.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        of_a_panel = OPENED_BY in request.session
        if of_a_panel and not request.path.startswith(PANELS):
            request.user = AnonymousUser()
        return get_response(request)

    return respond


class OwnCookies:
    """The same for a panel's sockets."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], *ways: Any) -> None:
        if is_panels_socket(scope):
            headers = [
                (name, _own(value.decode("latin-1")).encode("latin-1"))
                if name == b"cookie"
                else (name, value)
                for name, value in scope["headers"]
            ]
            scope = scope | {"headers": headers}
        await self._application(scope, *ways)


def is_panels_socket(scope: Mapping[str, Any]) -> bool:
    """Whether it is one of those that know a panel's cookies, and no others."""
    return str(scope["path"]).startswith(f"/ws{PANELS}")


def _own(header: str) -> str:
    """What a browser sent of a panel's cookies, under the names that they have elsewhere."""
    start = _name("")
    pairs = [pair.strip() for pair in header.split(";")]
    return "; ".join(
        f"{settings.FER_COOKIE_PREFIX}{pair.removeprefix(start)}"
        for pair in pairs
        if pair.startswith(start)
    )


def _set_as_own(response: HttpResponse) -> None:
    for name in list(response.cookies):
        cookie = response.cookies.pop(name)
        own = _name(name.removeprefix(settings.FER_COOKIE_PREFIX))
        cookie.set(own, cookie.value, cookie.coded_value)
        cookie["samesite"], cookie["secure"] = _PARTITIONED, True
        response.cookies[own] = cookie


def _name(bare: str) -> str:
    return f"{settings.FER_COOKIE_PREFIX}{_KIND}{bare}"
