"""Who the school says that somebody is; and what its OpenID Connect provider says of that.

allauth keeps the state, sends the browser off and trades the code that it comes back with; here the answer is
checked. Who gets in with it is decided by `services/single_sign_on.py`. The other kind of provider: `web/saml.py`.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jwt
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import (
    OpenIDConnectProvider,
)
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from requests import RequestException

from sessions_app.web.links import shown_link

BACKEND = "sessions_app.web.single_sign_on.SignOnBackend"
PROVIDER = "oidc"
# It is away; it gave a wrong answer, or none.
FAILURES = (RequestException, OAuth2Error)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ALGORITHMS = [  # those with a public key: a shared secret proves nothing to us
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
]
_CLOCKS_DIFFER_S = 60
_LONGEST_UID = SocialAccount._meta.get_field("uid").max_length
_TIMEOUT_S = 5


def provider_id() -> str:
    """The kind of provider that the settings name: oidc, saml, or blank for none."""
    if settings.FER_SAML_METADATA:
        return "saml"
    return PROVIDER if settings.FER_OIDC_ISSUER else ""


def provider_name() -> str:
    """Under what its people are kept: another provider may call somebody else the same."""
    if provider_id() == "saml":
        from sessions_app.web import saml  # noqa: PLC0415 -- its libraries may be missing

        named = f"{saml.entity_id()} {settings.FER_SAML_ID}"
    else:
        named = settings.FER_OIDC_ISSUER.rstrip("/")
    return f"{provider_id()} {hashlib.sha256(named.encode()).hexdigest()[:16]}"


def accounts_name() -> str:
    """What pages call the school's accounts; blank without a provider."""
    if not provider_id():
        return ""
    return settings.FER_SSO_NAME or gettext("School account")


@dataclass(frozen=True)
class Identity:
    """A person, as the provider vouches for them."""

    uid: str  # the same at every sign-on, whatever else changes
    email: str  # in lower case; blank where the provider tells none
    email_checked: bool | None  # None: the provider does not say
    name: str
    claims: Mapping[str, Any]  # all that it says


class IdentityLogin(SocialLogin):  # type: ignore[misc]
    """What allauth hands on: our identity, and none of its own new accounts."""

    def __init__(self, identity: Identity, provider: OpenIDConnectProvider) -> None:
        account = SocialAccount(provider=PROVIDER, uid=identity.uid)
        super().__init__(account=account, provider=provider)
        self.identity = identity


class SignOnBackend(ModelBackend):
    """Marks log-ins that the provider gave; they end where it is no longer set."""

    def authenticate(self, *_: Any, **__: Any) -> None:
        """Know nobody by a password."""


class SchoolProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """The one provider that the settings name."""

    def __init__(self, request: HttpRequest) -> None:
        app = SocialApp(
            provider=self.id,
            provider_id=PROVIDER,
            name=accounts_name(),
            client_id=settings.FER_OIDC_CLIENT_ID,
            secret=settings.FER_OIDC_CLIENT_SECRET,
            settings={
                "server_url": settings.FER_OIDC_ISSUER,
                "scope": settings.FER_OIDC_SCOPES,
                "oauth_pkce_enabled": True,
            },
        )
        super().__init__(request, app=app)

    def get_oauth2_adapter(self, request: HttpRequest) -> "SchoolAdapter":
        return SchoolAdapter(request, PROVIDER)


class SchoolAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's, but every answer is checked by the provider's keys."""

    def get_provider(self) -> SchoolProvider:
        return SchoolProvider(self.request)

    @property
    def openid_config(self) -> dict[str, Any]:
        with _readable():
            config: dict[str, Any] = super().openid_config
            if not all(isinstance(config[name], str) for name in _ENDPOINTS):
                raise TypeError
            return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return shown_link(request, reverse("sign-on-callback"))

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        """What the provider trades the code for.

        Raises:
            OAuth2Error: Where it refuses. allauth would quote the whole answer, and so the
                log might name a person.
        """
        try:
            with _readable():
                return super().get_access_token_data(*args, **kwargs)
        except OAuth2Error as error:
            named = re.search(r'"error": ?"([a-z_]+)"', str(error))
            why = named[1] if named else "unreadable"
            raise OAuth2Error(f"it gave no access token: {why}") from None

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> IdentityLogin:
        """Read who it is.

        Raises:
            OAuth2Error: If the answer is not for us, too old, or not the provider's own.
            RequestException: If the provider is away.
        """
        with _readable():
            claims = self._checked(kwargs["response"].get("id_token"))
            if "userinfo_endpoint" in self.openid_config:
                more = self._fetch_user_info(token.token)
                if more.get("sub") != claims["sub"]:
                    raise OAuth2Error("userinfo is about another person")
                claims = more | claims
            return IdentityLogin(_identity(claims), self.get_provider())

    def _checked(self, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key_of(id_token),
                algorithms=_ALGORITHMS,
                audience=settings.FER_OIDC_CLIENT_ID,
                issuer=[settings.FER_OIDC_ISSUER, f"{settings.FER_OIDC_ISSUER}/"],
                leeway=_CLOCKS_DIFFER_S,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"id_token: {error}") from error
        if not 0 < len(claims["sub"]) <= _LONGEST_UID:
            raise OAuth2Error("id_token: it names nobody, or by too many letters")
        if (
            claims.get("azp", settings.FER_OIDC_CLIENT_ID)
            != settings.FER_OIDC_CLIENT_ID
        ):
            raise OAuth2Error("id_token: made for another client")
        return claims

    def _key_of(self, id_token: str) -> jwt.PyJWK:
        """The provider's key that a token names; one that has a single key may name none."""
        keys = jwt.PyJWKClient(self.openid_config["jwks_uri"], timeout=_TIMEOUT_S)
        if "kid" in jwt.get_unverified_header(id_token):
            return keys.get_signing_key_from_jwt(id_token)
        [only] = keys.get_jwk_set().keys
        return only


@contextmanager
def _readable() -> Iterator[None]:
    """Take what is no OpenID Connect at all for a wrong answer."""
    try:
        yield
    except RequestException:
        raise
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise OAuth2Error(f"unreadable: {error!r}") from error


def _identity(claims: Mapping[str, Any]) -> Identity:
    email = str(claims.get("email") or "").strip().lower()
    checked = claims.get("email_verified")
    return Identity(
        uid=str(claims["sub"]),
        email=email,
        email_checked=None if checked is None else str(checked).lower() == "true",
        name=str(claims.get("name") or claims.get("preferred_username") or email),
        claims=claims,
    )
