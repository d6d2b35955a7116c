"""Days and hours are the reader's: in the zone that a member of staff chose, or else the
browser's, which the browser tells in a cookie.

static/js/lib/time_zone.js sets it. A client that sends none, as a program does, reads in the
server's zone, FER_TIME_ZONE.
"""

from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sessions_app.models import User

COOKIE = "time_zone"


class ReaderZone:
    """Middleware: what a request asks and reads is in the time zone of its reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(getattr(request, "user", None), "time_zone", "")
        with timezone.override(zone(chosen or request.COOKIES.get(COOKIE, ""))):
            return self._get_response(request)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None, the server's, where there is no such."""
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError):  # not a name, unknown, a folder of zones
        return None


def zone_of(user: User) -> ZoneInfo:
    """The zone that somebody chose for the account, or the server's."""
    return zone(user.time_zone) or ZoneInfo(settings.TIME_ZONE)
