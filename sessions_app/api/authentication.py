"""Who is calling: a program with a token, or a page with its login."""

from typing import Any

from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Bearer fer_...`, as knox checks it."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():  # knox would fail to decode some of it
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)  # type: ignore[no-untyped-call]
