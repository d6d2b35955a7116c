"""What a learning platform says of the person whom it sends here (LTI 1.3).

A launch takes two steps: the platform asks us to ask it (`new_state`), and then has the browser
bring a signed answer (`read`). No cookie is needed between the two: browsers keep none in a frame.
The state is signed by us instead and bears the nonce that the answer must repeat.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from django.contrib.auth.backends import ModelBackend
from django.core import signing
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions_app.models import LtiPlatform

BACKEND = "sessions_app.web.lti.LtiBackend"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RESOURCE_LINK = "LtiResourceLinkRequest"
DEEP_LINK = "LtiDeepLinkingRequest"
STATE_LASTS_S = 10 * 60
_ALGORITHM = "RS256"  # the one that LTI 1.3 asks every platform for
_CLOCKS_DIFFER_S = 60
_STATE, _LINK = "lti state", "lti link"
_TEACHER, _STUDENT = "membership#Instructor", "membership#Learner"
_SHORT_NAMES = {"Instructor": _TEACHER, "Learner": _STUDENT}
_LONGEST = 255  # letters of an id, as LTI allows
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # for PostgreSQL

STALE = _("This link is too old. Reload the page in your learning platform.")
FORGED = _(
    "Your learning platform gave an answer that cannot be trusted. Reload the page there; if "
    "this happens twice, tell your administrator."
)
WRONG_DEPLOYMENT = _(
    "Classmood is not set up for this part of your learning platform. Tell your administrator."
)
UNREADABLE = _(
    "Your learning platform sent something that cannot be opened here. Tell your administrator."
)
NO_ROLE = _(
    "Your learning platform does not say whether you are a teacher or a student of this "
    "course, so nothing can be opened."
)


class LaunchRefused(Exception):
    """A launch opens nothing; the text says why, in the language of its reader.

    Args:
        why: For the person in front of the page.
        detail: For admins, in the audit; without what names a person.
    """

    def __init__(self, why: Promise, detail: str = "") -> None:
        super().__init__(why)
        self.why, self.detail = why, detail

    def __str__(self) -> str:
        return str(self.why)


class LtiBackend(ModelBackend):
    """Marks log-ins that a learning platform gave."""

    def authenticate(self, *_: Any, **__: Any) -> None:
        """Know nobody by a password."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Let no admin in, nor somebody who has become one since."""
        return super().user_can_authenticate(user) and not user.is_admin


@dataclass(frozen=True)
class Launch:
    """A person in a course of a platform, as the platform vouches for them."""

    platform: LtiPlatform
    nonce: str
    subject: str  # the same at every launch, whatever else changes
    is_teacher: bool
    deployment: str
    context: str  # of the platform's course; of the link where it tells none
    title: str  # of the course; blank where it tells none
    email: str  # in lower case; blank where it tells none
    name: str
    language: str  # a code, of the pages around ours; blank where it tells none
    chosen: tuple[int, str] | None  # the course and lesson that a teacher chose
    deep_link: Mapping[str, Any] | None = field(default=None)  # where a choice goes


def new_state(platform: LtiPlatform) -> tuple[str, str]:
    """A state and its nonce, for one launch within ten minutes."""
    nonce = secrets.token_urlsafe(32)
    return signing.dumps([str(platform.pk), nonce], salt=_STATE), nonce


def platform_of(state: str) -> LtiPlatform | None:
    """The platform that a state was made for, whatever its age; None if it is not ours."""
    try:
        pk, _nonce = signing.loads(state, salt=_STATE)
    except (signing.BadSignature, ValueError):
        return None
    return LtiPlatform.objects.filter(pk=pk).first()


def nonce_of(state: str) -> str:
    """The nonce that an answer must repeat.

    Raises:
        LaunchRefused: If the state is too old.
    """
    try:
        _pk, nonce = signing.loads(state, salt=_STATE, max_age=STATE_LASTS_S)
    except signing.BadSignature as error:
        raise LaunchRefused(STALE, "too old") from error
    return str(nonce)


def key_named_in(id_token: str) -> str:
    """The name of the key that an answer says it was signed with.

    Raises:
        LaunchRefused: If it names none, or another algorithm than LTI asks for.
    """
    try:
        header = jwt.get_unverified_header(id_token)
    except jwt.PyJWTError as error:
        # The same whatever a stranger sends, or each fault were an entry of its own.
        raise LaunchRefused(FORGED, "id_token: it cannot be read") from error
    if header.get("alg") != _ALGORITHM or not isinstance(header.get("kid"), str):
        raise LaunchRefused(FORGED, "id_token: no RS256 key is named")
    return str(header["kid"])


def read(id_token: str, *, key: jwt.PyJWK, platform: LtiPlatform, nonce: str) -> Launch:
    """Check an answer and read who is sent, and where.

    Raises:
        LaunchRefused: If it is not the platform's own, for us, new, for an installation that
            an admin allowed, and about a teacher or a student.
    """
    claims = _checked(id_token, key, platform, nonce)
    deployment = _text(claims, f"{CLAIM}deployment_id")
    if deployment not in platform.deployments:
        raise LaunchRefused(WRONG_DEPLOYMENT, f"deployment “{deployment[:100]}”")
    message = claims.get(f"{CLAIM}message_type")
    if claims.get(f"{CLAIM}version") != "1.3.0" or message not in {
        RESOURCE_LINK,
        DEEP_LINK,
    }:
        raise LaunchRefused(UNREADABLE, "another message or version of LTI")
    context, link = _part(claims, "context"), _part(claims, "resource_link")
    launch = Launch(
        platform=platform,
        nonce=nonce,
        subject=claims["sub"],
        is_teacher=_is_teacher(claims),
        deployment=deployment,
        context=_text(context, "id") or f"link {_text(link, 'id')}",
        title=_text(context, "title") or _text(context, "label"),
        email=_text(claims, "email").strip().lower(),
        name=_text(claims, "name"),
        language=_language(claims),
        chosen=_chosen(_part(claims, "custom"), platform),
        deep_link=_deep_link(claims) if message == DEEP_LINK else None,
    )
    if launch.deep_link is not None and not launch.is_teacher:
        raise LaunchRefused(NO_ROLE, "a choice by somebody who is no teacher")
    return launch


def choice(platform: LtiPlatform, course: int, lesson: str) -> str:
    """What a link in the platform bears, so that it opens what a teacher chose here."""
    return signing.dumps([str(platform.pk), course, lesson], salt=_LINK)


def _checked(
    id_token: str, key: jwt.PyJWK, platform: LtiPlatform, nonce: str
) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=[_ALGORITHM],
            audience=platform.client_id,
            issuer=platform.issuer,
            leeway=_CLOCKS_DIFFER_S,
            options={"require": ["iss", "aud", "exp", "iat", "nonce"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise LaunchRefused(STALE, "id_token: expired") from error
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise LaunchRefused(FORGED, f"id_token: {error}") from error
    if claims.get("azp", platform.client_id) != platform.client_id:
        raise LaunchRefused(FORGED, "id_token: made for another client")
    if claims["nonce"] != nonce:
        raise LaunchRefused(FORGED, "id_token: another nonce")
    if not 0 < len(_text(claims, "sub")) == len(str(claims.get("sub"))):
        raise LaunchRefused(UNREADABLE, "id_token: it names nobody, or not readably")
    return claims


def _is_teacher(claims: Mapping[str, Any]) -> bool:
    """Whether somebody teaches in this course; what they are elsewhere counts for nothing.

    Raises:
        LaunchRefused: If they neither teach nor learn in it.
    """
    told = claims.get(f"{CLAIM}roles")
    roles = {str(role) for role in told} if isinstance(told, list) else set()
    roles = {_SHORT_NAMES.get(role, role.rpartition("/")[2]) for role in roles}
    if not roles & {_TEACHER, _STUDENT}:
        raise LaunchRefused(NO_ROLE, "no role in the course")
    return _TEACHER in roles


def _language(claims: Mapping[str, Any]) -> str:
    """As browsers write it: platforms write de, de-DE or de_DE."""
    presented = _text(_part(claims, "launch_presentation"), "locale")
    told = presented or _text(claims, "locale")
    return told.replace("_", "-").lower()


def _chosen(custom: Mapping[str, Any], platform: LtiPlatform) -> tuple[int, str] | None:
    try:
        pk, course, lesson = signing.loads(str(custom.get("classmood")), salt=_LINK)
    except (signing.BadSignature, ValueError):
        return None
    return (int(course), str(lesson)) if pk == str(platform.pk) else None


def _deep_link(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    asked = claims.get(f"{DEEP_LINKING}deep_linking_settings")
    asked = asked if isinstance(asked, Mapping) else {}
    accepted = asked.get("accept_types")
    if not isinstance(accepted, list) or "ltiResourceLink" not in accepted:
        raise LaunchRefused(UNREADABLE, "a choice that takes no links to tools")
    data = asked.get("data")
    data = data if isinstance(data, str) else ""
    if _NO_TEXT.search(data):  # it is kept until it is sent back
        raise LaunchRefused(UNREADABLE, "a choice whose data no database takes")
    return {"return_url": _text(asked, "deep_link_return_url", 2000), "data": data}


def _part(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = claims.get(f"{CLAIM}{name}")
    return found if isinstance(found, Mapping) else {}


def _text(claims: Mapping[str, Any], name: str, longest: int = _LONGEST) -> str:
    """A text of printable letters; blank where there is none, or it is too long."""
    found = claims.get(name)
    if not isinstance(found, str) or len(found) > longest:
        return ""
    return "".join(letter for letter in found if letter.isprintable())
