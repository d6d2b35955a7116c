"""Which account may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django_ratelimit.core import is_ratelimited
from django_ratelimit.exceptions import Ratelimited

from sessions_app.models import User


class StaffRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


def admin_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send strangers to the login page and tell teachers no."""

    @login_required
    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, rather than a form."""
    types = ["text/html", "application/json"]
    return request.get_preferred_type(types) == "application/json"


def count_request(
    request: HttpRequest, group: str, rate: str, *, by: str | None = None
) -> None:
    """Count a request against a rate such as `20/m`, by address or by who it is.

    Raises:
        Ratelimited: If it is one too many; the visitor gets a 429.
    """
    key = "ip" if by is None else lambda *_: by
    if is_ratelimited(request, group=group, key=key, rate=rate, increment=True):
        raise Ratelimited
