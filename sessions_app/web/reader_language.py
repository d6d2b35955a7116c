"""Texts are in the reader's language: the one that was chosen in this browser; else the one of
the account; else the one that the link names, `?lang=de`, or the learning platform around a page of
ours; else the first of the browser's that is offered.

So a teacher may share a link in the lesson's language, and a student who chose another one
keeps it. The choice is a cookie with the language's code and nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from sessions_app.models import User

LINK = "lang"


class ReaderLanguage:
    """Middleware, after Django's own, which knows cookie and browser: account and link."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if offered(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")):
            return self._get_response(request)
        linked = offered(request.GET.get(LINK, ""))
        if chosen := _of_account(request) or linked:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        response = self._get_response(request)
        if linked and not _of_account(request):  # the link may have logged somebody in
            remember(response, linked)
        return response


def read_as_around(request: HttpRequest, code: str) -> str:
    """Answer in the language of the page that shows ours, unless its reader chose another one.

    Returns:
        The language for links from there, which lead out of the frame: only there a browser
        may show what was chosen. Blank where that language is not offered.
    """
    around = offered(code)
    kept = offered(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    if around and not kept and not _of_account(request):
        translation.activate(around)
        request.LANGUAGE_CODE = around
    return around


def _of_account(request: HttpRequest) -> str:
    return offered(getattr(getattr(request, "user", None), "language", ""))


def offered(code: str) -> str:
    """The language of that code, or the offered one that comes nearest; blank without any."""
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return ""


def remember(response: HttpResponse, code: str) -> None:
    """Let this browser read in a language from now on; in none of its own where blank."""
    if not code:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def language_of(user: User | None, *, otherwise: str) -> str:
    """The language that somebody chose for the account; else another one, or the server's."""
    chosen = offered(user.language) if user else ""
    return chosen or offered(otherwise) or settings.LANGUAGE_CODE


def language_at(scope: Mapping[str, Any]) -> str:
    """The language of the browser at the other end of a socket, as of its pages."""
    request = HttpRequest()
    request.COOKIES = scope.get("cookies", {})
    headers = dict(scope.get("headers", ()))
    accepted = headers.get(b"accept-language", b"").decode("latin-1")
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    if not offered(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")):
        account = getattr(scope.get("user"), "language", "")
        if chosen := offered(account):
            return chosen
    return translation.get_language_from_request(request)
