"""Learning platforms: registered by an admin, or by themselves with an admin's link."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_app.enums import AuditAction
from sessions_app.models import LtiLink, LtiPlatform, User
from sessions_app.models.lti import MAX_ADDRESS
from sessions_app.models.people import token_hash
from sessions_app.services import audit, lti, lti_keys, outward
from sessions_app.services.deliveries import CannotLeave
from sessions_app.web.lti import DEEP_LINK, RESOURCE_LINK

_TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
# Instructure's Canvas tells of itself at one name, and is called by another.
_CALLED_ELSEWHERE = {
    "sso.canvaslms.com": "canvas.instructure.com",
    "sso.beta.canvaslms.com": "canvas.beta.instructure.com",
    "sso.test.canvaslms.com": "canvas.test.instructure.com",
}
_IN_AN_ORIGIN = set("abcdefghijklmnopqrstuvwxyz0123456789.-:/[]")


class RegisteredAlready(Exception):
    """There is a registration with this issuer and client ID."""

    def __init__(self) -> None:
        super().__init__(
            _("A platform with this issuer and client ID is registered already.")
        )


class LinkIsOver(Exception):
    """The link was used, replaced or is too old."""


@transaction.atomic
def register(*, by: User, **values: Any) -> LtiPlatform:
    """Let the platform's people open lessons here.

    Args:
        by: The admin who registers it.
        values: Its fields; addresses are checked (`outward.check_url`).

    Raises:
        RegisteredAlready: If it is.
        AccessEnded: If that is no admin any more.
    """
    by.hold()
    return _register(by, "", values)


def _register(by: User, how: str, values: dict[str, Any]) -> LtiPlatform:
    try:
        with transaction.atomic():
            platform = LtiPlatform.objects.create(created_by=by, **values)
    except IntegrityError as error:  # perhaps a moment ago
        raise RegisteredAlready from error
    lti_keys.make_key()
    _note(platform, AuditAction.MADE, by, how)
    return platform


@transaction.atomic
def change(*, platform: LtiPlatform, by: User, **values: Any) -> None:
    """Change a registration; keys that were read from another address are forgotten.

    Raises:
        RegisteredAlready: If another has the issuer and client ID.
        AccessEnded: If that is no admin any more.
    """
    by.hold()
    before = LtiPlatform.objects.select_for_update().get(pk=platform.pk)
    taken = {*before.deployments} - {*values.get("deployments", before.deployments)}
    if changed := [n for n, value in values.items() if getattr(before, n) != value]:
        for name in changed:
            setattr(before, name, values[name])
        before.keys, before.keys_read_at, before.keys_asked_at = [], None, None
        try:
            with transaction.atomic():
                before.save()
        except IntegrityError as error:
            raise RegisteredAlready from error
        if {"issuer", "client_id"} & set(changed):  # others may be meant from now on
            lti.forget_people(before)
            before.contexts.all().delete()
        elif taken or "jwks_url" in changed:
            lti.end_log_ins(before)
        _note(before, AuditAction.CHANGED, by, "; ".join(changed))


@transaction.atomic
def delete(*, platform: LtiPlatform, by: User) -> None:
    """Take no launch of it any more; accounts and courses stay."""
    before = LtiPlatform.objects.select_for_update().get(pk=platform.pk)
    lti.forget_people(before)
    _note(before, AuditAction.DELETED, by)
    before.delete()


@transaction.atomic
def make_link(*, by: User) -> str:
    """A token of a link with which one platform registers itself; others of before end."""
    by.hold()
    LtiLink.objects.all().delete()  # also one that is in use
    token = secrets.token_urlsafe(32)
    LtiLink.objects.create(token_hash=token_hash(token), created_by=by)
    audit.record(
        action=AuditAction.MADE,
        actor=by,
        detail="link with which one learning platform registers itself",
    )
    return token


def register_by_link(
    *, token: str, configuration: str, access: str, tool: dict[str, str]
) -> LtiPlatform:
    """Have the platform that opened a link register us, and register it.

    Args:
        token: Of the link. It is used up where this succeeds.
        configuration: The address at which the platform tells of itself.
        access: What it lets us register with; blank where it asks for nothing.
        tool: Our addresses: `login`, `launch`, `keys` and `home`.

    Raises:
        LinkIsOver: If the link registers nothing any more, maybe since a moment ago.
        CannotLeave: If the platform is away, tells nothing usable, or refuses.
        RegisteredAlready: If it is registered.
    """
    link = LtiLink.objects.opened_by(token).select_related("created_by").first()
    if link is None:
        raise LinkIsOver
    # By its own columns alone: with a join PostgreSQL would let two at once through.
    if not LtiLink.objects.filter(pk=link.pk, used_at=None).update(
        used_at=timezone.now()
    ):
        raise LinkIsOver
    try:
        values = _registered(configuration, access, tool)
        return _register_by(link, values)
    except Exception:
        LtiLink.objects.filter(pk=link.pk).update(used_at=None)  # it may be tried again
        raise


@transaction.atomic
def _register_by(link: LtiLink, values: dict[str, Any]) -> LtiPlatform:
    """It ends with another link and with its admin: then its row is gone."""
    if not LtiLink.objects.select_for_update().filter(pk=link.pk).exists():
        raise LinkIsOver
    return _register(link.created_by, "by a link", values)


def origin_of(url: str) -> str:
    """Scheme, name and port of an address, as a policy for frames names it.

    Raises:
        CannotLeave: If the address has a form that is never called, or other letters than
            names have: they would mean something else in the policy.
    """
    parts = outward.check_url(url)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if not set(origin) <= _IN_AN_ORIGIN:
        raise CannotLeave(_("This is no web address."), for_good=True)
    return origin


def _registered(
    configuration: str, access: str, tool: dict[str, str]
) -> dict[str, Any]:
    about_access = {"Authorization": f"Bearer {access}"} if access else {}
    told = outward.read_json(configuration, about_access)
    issuer = _text(told, "issuer")
    auth, keys = _text(told, "authorization_endpoint"), _text(told, "jwks_uri")
    _check_name(configuration, issuer)
    origins = {origin_of(url) for url in (configuration, issuer, auth)}
    outward.check_url(keys)
    answer = outward.read_json(
        _text(told, "registration_endpoint"), about_access, sent=_about_us(tool)
    )
    installed = answer.get(_TOOL)
    deployment = installed.get("deployment_id") if isinstance(installed, dict) else None
    return {
        "name": str(urlsplit(issuer).hostname)[:100],
        "issuer": issuer,
        "client_id": _text(answer, "client_id"),
        "auth_url": auth,
        "jwks_url": keys,
        "deployments": [str(deployment)] if deployment else [],
        "pages": sorted(origins),
    }


def _check_name(configuration: str, issuer: str) -> None:
    """Let nobody register in the name of another: it must be the one that tells."""
    teller = urlsplit(configuration).hostname or ""
    try:
        named = urlsplit(issuer).hostname
    except ValueError:
        named = None
    if not named or named not in {teller, _CALLED_ELSEWHERE.get(teller)}:
        raise CannotLeave(_("It calls itself by the name of another platform."))


def _about_us(tool: dict[str, str]) -> dict[str, Any]:
    """What the platform is asked for: names and addresses for accounts, and no service.

    Without a scope there are no grades and no list of a course's people.
    """
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool["login"],
        "redirect_uris": [tool["launch"]],
        "client_name": "Classmood",
        "jwks_uri": tool["keys"],
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "",
        _TOOL: {
            "domain": urlsplit(tool["home"]).netloc,
            "target_link_uri": tool["launch"],
            "description": "How is my class doing right now?",
            "claims": ["iss", "sub", "name", "email"],
            "messages": [
                {"type": RESOURCE_LINK, "target_link_uri": tool["launch"]},
                {"type": DEEP_LINK, "target_link_uri": tool["launch"]},
            ],
        },
    }


def _text(told: dict[str, Any], name: str) -> str:
    """A text that must be there.

    Raises:
        CannotLeave: If it is not.
    """
    found = told.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ADDRESS:
        raise CannotLeave(_("It does not say its “%(name)s”.") % {"name": name})
    return found


def _note(platform: LtiPlatform, action: AuditAction, by: User, more: str = "") -> None:
    audit.record(
        action=action,
        actor=by,
        object_id=str(platform.pk),
        detail=f"learning platform “{platform}”{'; ' * bool(more)}{more}",
    )
