"""Where allauth's work ends: it has an answer of the provider, or a failure."""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.http import HttpRequest
from requests import RequestException

from sessions_app.views import sign_on
from sessions_app.web.single_sign_on import IdentityLogin


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Takes over before allauth looks for accounts of its own, or makes one.

    Django finds it by its name (SOCIALACCOUNT_ADAPTER).
    """

    def pre_social_login(
        self, request: HttpRequest, sociallogin: IdentityLogin
    ) -> None:
        answer = sign_on.arrived(request, sociallogin.identity, sociallogin.state)
        raise ImmediateHttpResponse(answer)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str = AuthError.UNKNOWN,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        if error == AuthError.CANCELLED:
            why = sign_on.CANCELLED
        elif isinstance(exception, RequestException):
            why = sign_on.AWAY
        else:
            why = sign_on.WRONG if exception else sign_on.LOST
        state = (extra_context or {}).get("state")
        raise ImmediateHttpResponse(sign_on.failed(request, why, exception, state))

    def authenticate_by_email(self, sociallogin: IdentityLogin) -> None:
        """Nobody is found by an address here: `services/single_sign_on.py` decides."""
