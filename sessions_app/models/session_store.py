"""The session store: a log-in with its user, its device and when it was used."""

import datetime as dt
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from sessions_app.models.log_in import DEVICE_LENGTH, LogIn

DEVICE, BEGAN_AT, USED_AT = "device", "began_at", "used_at"  # what a session holds


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


def _moment(timestamp: float | None) -> dt.datetime:
    if timestamp is None:
        return timezone.now()
    return dt.datetime.fromtimestamp(timestamp, tz=dt.UTC)
