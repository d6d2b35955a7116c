"""The caller: a program with a token, or a page with its login."""

import datetime as dt
from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.exceptions import AuthenticationFailed

from sessions_app.models import ApiToken

_WRITTEN_EVERY = dt.timedelta(minutes=1)


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Bearer fer_...`, as knox checks it."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():  # knox would fail to decode some of it
            raise AuthenticationFailed("Invalid token.")
        user, key = super().authenticate_credentials(token)  # type: ignore[no-untyped-call]
        _note_use(key)
        return user, key


def _note_use(token: ApiToken) -> None:
    """Keep for its owner when it was used, to the minute: no write per request."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at > _WRITTEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
