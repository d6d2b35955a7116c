"""The session store, and for how long a browser stays logged in.

A log-in ends when nobody has used it for `FER_IDLE_LOGOUT_MINUTES`, and after
`FER_LOGIN_DAYS` in any case. A page that is opened and a form that is sent are use;
what an open page asks by itself is not (its socket, and what it fetches from the API),
so that a dashboard that nobody looks at is closed, too.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sessions_app.models.log_in import DEVICE_LENGTH, LogIn

DEVICE, BEGAN_AT, USED_AT = "device", "began_at", "used_at"  # what a session holds
_WRITTEN_EVERY_S = 60  # a use within this time of the last one is not stored


class SessionStore(DatabaseStore):
    """Django's in the database; found by Django by this name (SESSION_ENGINE)."""

    @classmethod
    def get_model_class(cls) -> type[LogIn]:
        return LogIn

    def create_model_instance(self, data: dict[str, Any]) -> LogIn:
        row = cast(LogIn, super().create_model_instance(data))
        if SESSION_KEY in data:
            row.user_id = int(data[SESSION_KEY])
            row.device = data.get(DEVICE, "")
            row.began_at = _moment(data.get(BEGAN_AT))
            row.used_at = _moment(data.get(USED_AT))
        return row


def begin(request: HttpRequest) -> None:
    """Keep when and with which device somebody has just logged in."""
    now = timezone.now().timestamp()
    agent = request.headers.get("User-Agent", "")
    request.session.update({DEVICE: agent[:DEVICE_LENGTH], BEGAN_AT: now, USED_AT: now})


def stay_logged_in(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: each use by a person puts the log-out off."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/v1/") and request.user.is_authenticated:
            _use(request)
        return get_response(request)

    return respond


def _use(request: HttpRequest) -> None:
    now = timezone.now().timestamp()
    session = request.session
    every_s = min(_WRITTEN_EVERY_S, settings.SESSION_COOKIE_AGE / 10)
    if now - session.get(USED_AT, 0) < every_s:
        return
    left = session.get(BEGAN_AT, now) + settings.FER_LOGIN_DAYS * 86_400 - now
    session[USED_AT] = now
    session.set_expiry(max(1, int(min(left, settings.SESSION_COOKIE_AGE))))


def _moment(timestamp: float | None) -> dt.datetime:
    if timestamp is None:
        return timezone.now()
    return dt.datetime.fromtimestamp(timestamp, tz=dt.UTC)
