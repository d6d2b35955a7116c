"""What the school's SAML identity provider says of a person.

python3-saml writes the request, and checks the answer's signature, times and form; what it takes for granted where an
answer leaves it out is asked for here. Who gets in is decided by `services/single_sign_on.py`, as with OpenID Connect.
"""

import functools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.internal.statekit import STATES_SESSION_KEY
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from lxml.etree import LxmlError
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from xmlsec import Error as XmlsecError

from sessions_app.models.session_store import held
from sessions_app.web.links import shown_link
from sessions_app.web.single_sign_on import Identity

# It changes at each sign-on, or may be given to somebody else next year.
_NOT_FOR_GOOD = (Names.NAMEID_TRANSIENT, Names.NAMEID_EMAIL_ADDRESS)
_KEYS = ("x509cert", "x509certMulti")
_PEM = re.compile(r"-----BEGIN (?P<kind>[A-Z ]+)-----.*?-----END (?P=kind)-----", re.S)
_LONGEST_UID = SocialAccount._meta.get_field("uid").max_length
_UNREADABLE = (
    *(LxmlError, XmlsecError, OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError),
    *(AttributeError, LookupError, TypeError, ValueError),
)


class SamlRefused(Exception):
    """The answer is not for us, too old, unsigned, not the provider's own, or unreadable."""


class SamlLost(Exception):
    """This browser has not asked for this answer, or did so long ago."""


class SamlCancelled(Exception):
    """The provider says itself that nobody has signed on."""


class _State(Provider):  # type: ignore[misc]
    """Keeps what was asked, as allauth does for OpenID Connect: ten minutes, for one answer."""

    id = "saml"
    uses_apps = True

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, app=SocialApp(provider=self.id, provider_id=self.id))


def way_to_the_provider(request: HttpRequest, asked: Mapping[str, Any]) -> str:
    """The address that asks who this is; `asked` comes back with the answer.

    Raises:
        SamlRefused: If the provider's metadata are none.
    """
    try:
        ours = _settings(request, signs=True)
        question = OneLogin_Saml2_Authn_Request(ours, set_nameid_policy=False)
        query = {"SAMLRequest": question.get_request()}
        if settings.FER_SAML_KEY:
            OneLogin_Saml2_Auth({}, old_settings=ours).add_request_signature(query)
            query["Signature"] = query.pop("Signature")  # last, as it covers the others
        address: str = OneLogin_Saml2_Utils.redirect(ours.get_idp_sso_url(), query, {})
    except _UNREADABLE as error:
        raise SamlRefused(f"{type(error).__name__}: {error}") from error
    _State(request).stash_redirect_state(
        request, AuthProcess.LOGIN, data=dict(asked), state_id=question.get_id()
    )
    return address


def answer(request: HttpRequest) -> tuple[Identity, dict[str, Any]]:
    """Who it is, and what was asked for.

    Raises:
        SamlCancelled: If the provider says that nobody signed on.
        SamlLost: If this browser has asked for no such answer.
        SamlRefused: If the answer cannot be trusted.
    """
    try:
        response = OneLogin_Saml2_Response(
            _settings(request), request.POST["SAMLResponse"]
        )
        question = str(response.get_in_response_to() or "")
        asked = _take_question(request, question)
        place = urlsplit(_back(request))
        here = {
            "https": "on" if place.scheme == "https" else "off",
            "http_host": place.netloc,
            "script_name": place.path,
        }
        response.is_valid(here, request_id=question, raise_exceptions=True)
        _require_ours(response, question, request)
        return _identity(response), asked
    except PermissionDenied as error:
        raise SamlLost from error
    except _UNREADABLE as error:
        code = getattr(error, "code", None)
        if code == OneLogin_Saml2_ValidationError.STATUS_CODE_IS_NOT_SUCCESS:
            raise SamlCancelled from error
        raise SamlRefused(f"{type(error).__name__}: {error}") from error


@transaction.atomic
def _take_question(request: HttpRequest, question: str) -> dict[str, Any]:
    """What was asked for, once, also where an answer is sent several times at one moment.

    Raises:
        PermissionDenied: If this browser has asked no such question, or was answered.
    """
    as_stored = held(request)
    if question not in as_stored.get(STATES_SESSION_KEY, {}):
        raise PermissionDenied
    request.session = as_stored
    asked: dict[str, Any] = _State(request).unstash_redirect_state(request, question)
    return asked


def our_metadata(request: HttpRequest) -> str:
    """What the provider's administrator hands to it."""
    metadata = _settings(request, signs=True).get_sp_metadata()
    return metadata.decode() if isinstance(metadata, bytes) else str(metadata)


def provider_host() -> str:
    """Where people's browsers are sent, for the policy's documents."""
    found = _provider(settings.FER_SAML_METADATA)
    return urlsplit(str(found["singleSignOnService"]["url"])).netloc


def entity_id() -> str:
    """What the provider calls itself, whatever keys it has; blank if its metadata are none."""
    try:
        return str(_provider(settings.FER_SAML_METADATA)["entityId"])
    except OneLogin_Saml2_Error:
        return ""


def _settings(request: HttpRequest, *, signs: bool = False) -> OneLogin_Saml2_Settings:
    """With our key only where it signs: an answer is never decrypted by it."""
    key = _own_key() if signs else {}
    binding = Names.BINDING_HTTP_POST
    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "idp": _provider(settings.FER_SAML_METADATA),
            "sp": {
                "entityId": _own_name(request),
                "assertionConsumerService": {"url": _back(request), "binding": binding},
                "NameIDFormat": Names.NAMEID_UNSPECIFIED,
            }
            | key,
            "security": {
                "allowRepeatAttributeName": True,
                "authnRequestsSigned": bool(key),
                "allowSingleLabelDomains": True,  # localhost, in a trial
                "rejectDeprecatedAlgorithm": True,
                "requestedAuthnContext": False,
                "wantAttributeStatement": False,
                "wantNameId": False,
            },
        }
    )


def _own_key() -> dict[str, str]:
    """The two parts of FER_SAML_KEY, as python3-saml calls them; of several certificates the first."""
    parts = reversed(list(_PEM.finditer(settings.FER_SAML_KEY)))
    return {
        "x509cert" if part["kind"] == "CERTIFICATE" else "privateKey": part[0]
        for part in parts
    }


@functools.lru_cache(maxsize=2)
def _provider(metadata: str) -> dict[str, Any]:
    """The provider's name, address and keys.

    Raises:
        OneLogin_Saml2_Error: If there is none in the metadata.
    """
    try:
        found = OneLogin_Saml2_IdPMetadataParser.parse(metadata)["idp"]
        place = {"url": found["singleSignOnService"]["url"]}
        keys = {each: found[each] for each in _KEYS if each in found}
        return {"entityId": found["entityId"], "singleSignOnService": place} | keys
    except (LookupError, LxmlError, ValueError) as error:
        raise OneLogin_Saml2_Error(
            "FER_SAML_METADATA names no provider with an address for HTTP-Redirect"
        ) from error


def _require_ours(
    response: OneLogin_Saml2_Response, question: str, request: HttpRequest
) -> None:
    """Ask the signed assertion for what python3-saml checks only where it is there."""
    if _own_name(request) not in response.get_audiences():
        raise ValueError("it names no audience")
    confirmations = response._query_assertion(
        f"/saml:Subject/saml:SubjectConfirmation[@Method='{Names.CM_BEARER}']"
        "/saml:SubjectConfirmationData"
    )
    for each in confirmations:
        told = each.get("InResponseTo"), each.get("Recipient")
        if told == (question, _back(request)) and each.get("NotOnOrAfter"):
            return
    raise ValueError("it is not made for this question, this address and a short time")


def _identity(response: OneLogin_Saml2_Response) -> Identity:
    claims = response.get_friendlyname_attributes() | response.get_attributes()
    uid = _first(claims, [settings.FER_SAML_ID]) if settings.FER_SAML_ID else ""
    if not settings.FER_SAML_ID and response.get_nameid_format() not in _NOT_FOR_GOOD:
        uid = (response.get_nameid() or "").strip()
    if not 0 < len(uid) <= _LONGEST_UID:
        raise ValueError("it names nobody for good; see FER_SAML_ID")
    email = _first(claims, settings.FER_SAML_EMAIL).lower()
    return Identity(
        uid=uid,
        email=email,
        email_checked=None,  # SAML has no word for that
        name=_first(claims, settings.FER_SAML_NAME) or email,
        claims=claims,
    )


def _first(claims: Mapping[str, list[str | None]], names: list[str]) -> str:
    """The first value that there is, of the first attribute that has one."""
    for name in names:
        for value in claims.get(name, []):
            if value and value.strip():
                return value.strip()
    return ""


def _own_name(request: HttpRequest) -> str:
    return settings.FER_SAML_ENTITY_ID or shown_link(request, reverse("saml-metadata"))


def _back(request: HttpRequest) -> str:
    return shown_link(request, reverse("saml-back"))
