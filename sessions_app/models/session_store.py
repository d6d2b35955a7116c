"""The session store: a log-in with its user, its device and when it was used.

A row is stored under a hash of its cookie: a person who reads the database, or a backup,
is not logged in by that.
"""

import datetime as dt
import hashlib
from typing import Any, cast

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from sessions_app.models.log_in import DEVICE_LENGTH, GIVEN_BY, LogIn
from sessions_app.models.people import User

# What a session holds.
DEVICE, BEGAN_AT, USED_AT, OPENED_BY = "device", "began_at", "used_at", "opened_by"
_KEY_LENGTH = 40  # of the column; 160 bits


def stored_key(cookie: str) -> str:
    """The key of the row that a session's cookie opens."""
    return hashlib.sha256(cookie.encode()).hexdigest()[:_KEY_LENGTH]


class SessionStore(DatabaseStore):
    """Django's in the database; found by Django by this name (SESSION_ENGINE)."""

    @classmethod
    def get_model_class(cls) -> type[LogIn]:
        return LogIn

    def load(self) -> dict[str, Any]:
        key = stored_key(self.session_key or "")
        row = LogIn.objects.open().filter(session_key=key).first()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row.session_data))

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        if cookie := session_key or self.session_key:
            super().delete(stored_key(cookie))

    @transaction.atomic
    def save(self, must_create: bool = False) -> None:
        """Store it, unless what lets somebody in has ended while the request was under way.

        Raises:
            UpdateError: If the account is closed, a panel's log-in has ended with its tab,
                or what gave the log-in is connected no more.
        """
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if pk := data.get(SESSION_KEY):
            opened = User.objects.select_for_update().filter(pk=pk, is_active=True)
            if not opened.exists():
                raise UpdateError
        tab = data.get(OPENED_BY)
        if tab and not LogIn.objects.open().filter(pk=tab).exists():
            raise UpdateError
        if connection := data.get(GIVEN_BY):
            accounts = apps.get_model("socialaccount", "SocialAccount")
            known = accounts.objects.select_for_update().filter(pk=connection)
            if not known.exists():
                raise UpdateError
        super().save(must_create)

    # Django's for the database would look up the cookie itself; these call the above.
    aload, aexists, adelete = (
        SessionBase.aload,
        SessionBase.aexists,
        SessionBase.adelete,
    )
    asave, acreate = SessionBase.asave, SessionBase.acreate

    def create_model_instance(self, data: dict[str, Any]) -> LogIn:
        row = cast(LogIn, super().create_model_instance(data))
        row.session_key = stored_key(row.session_key)
        if SESSION_KEY in data:
            row.user_id = int(data[SESSION_KEY])
            row.device = data.get(DEVICE, "")
            row.began_at = _moment(data.get(BEGAN_AT))
            row.used_at = _moment(data.get(USED_AT))
            row.opened_by_id = data.get(OPENED_BY)
        return row


def held(request: HttpRequest) -> SessionStore:
    """A browser's session as it is stored now, locked until the end of the transaction.

    What waits in a session for one answer is taken from here: of several answers that come at
    one moment each has read it before, in `request.session`.
    """
    # The account first, as wherever a session is stored or ended: nobody waits in a circle.
    if pk := request.session.get(SESSION_KEY):
        User.objects.select_for_update().filter(pk=pk).first()
    key = request.session.session_key or ""
    LogIn.objects.select_for_update().filter(session_key=stored_key(key)).first()
    return SessionStore(key)


def begin(request: HttpRequest) -> None:
    """Keep when and with which device somebody has just logged in."""
    now = timezone.now().timestamp()
    agent = request.headers.get("User-Agent", "")
    request.session.update({DEVICE: agent[:DEVICE_LENGTH], BEGAN_AT: now, USED_AT: now})


def _moment(timestamp: float | None) -> dt.datetime:
    if timestamp is None:
        return timezone.now()
    return dt.datetime.fromtimestamp(timestamp, tz=dt.UTC)
