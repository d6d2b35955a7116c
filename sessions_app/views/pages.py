"""Pages for everyone, and the page for each way to be turned away."""

import sys
from contextlib import suppress
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template import loader
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.defaults import bad_request, page_not_found, server_error
from django_ratelimit.exceptions import Ratelimited

from sessions_app.forms.join import CodeForm
from sessions_app.models import User
from sessions_app.selectors.home import home_of
from sessions_app.selectors.policy import processing
from sessions_app.services import audit
from sessions_app.web.busy import DATABASE_AWAY, DATABASE_BACK_S, is_busy


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The way into a lesson for students; for staff, what their lessons are at."""
    if isinstance(request.user, User):
        return _teachers_home(request, request.user)
    return render(request, "home.html", {"form": CodeForm()})


def _teachers_home(request: HttpRequest, user: User) -> HttpResponse:
    home = home_of(user, now=timezone.now())
    if home.shows_numbers:
        audit.looked_at("Home, with the last lessons in words", by=user)
    context = {"home": home, "time_zone": timezone.get_current_timezone_name()}
    return render(request, "teachers_home.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy.html", processing())


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """Handler of every 403; too many requests arrive here too, and get their own."""
    status = 429 if isinstance(exception, Ratelimited) else 403
    return render(request, f"{status}.html", status=status)


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its CSRF token: the browser refuses cookies, or a trick."""
    return render(request, "403.html", {"cookies_refused": True}, status=403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return page_not_found(_with_its_form_read(request), exception)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return bad_request(_with_its_form_read(request), exception)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours; but of a database that is busy or away, say so, and when to come back.

    No page of an error asks the database.
    """
    if not is_busy(sys.exc_info()[1]):
        return server_error(request)
    text = loader.get_template("503.html").render({"what": DATABASE_AWAY})
    answer = HttpResponse(text, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = str(DATABASE_BACK_S)
    return answer


def _with_its_form_read(request: HttpRequest) -> HttpRequest:
    """Read a form before an error's page does; one that cannot be read is empty then.

    Django's own pages for errors look at the form, and failed where that was for the
    first time: a stranger's request was a fault in the log.
    """
    with suppress(MultiPartParserError, TooManyFilesSent):
        request.POST  # noqa: B018 -- kept, or marked as empty
    return request
