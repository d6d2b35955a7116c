"""Who gets in with an account of the school, as whom, and in which role.

A person is known by what the provider calls them for good (`uid`), never by the address alone: that may be
given to somebody else next year. An address decides once, at the first sign-on, and only where it was checked.
"""

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import AuditAction, Role
from sessions_app.models import Invitation, User
from sessions_app.models.people import OF_A_PLATFORM, LastAdmin
from sessions_app.services import audit, people
from sessions_app.web.single_sign_on import Identity, provider_id, provider_name

NO_ROLE = _(
    "Your school account has no role here. Ask your administrator to add you to the "
    "group of teachers."
)
NO_ADDRESS = _(
    "Your school account gives no usable e-mail address. Ask your administrator."
)
NOT_CHECKED = _(
    "The sign-on does not say that your e-mail address was checked, so it cannot be used "
    "here. Ask your administrator."
)
TAKEN = _(
    "There is already an account with your e-mail address. Log in with its password, then "
    "connect your school account on the page Your account."
)
ANOTHERS = _(
    "Your school account is connected with another account here. Ask your administrator."
)
OTHER = _(
    "This account is connected with another school account. Ask your administrator."
)
CLOSED = _("Your account is closed. Ask an admin to open it again.")
NOT_INVITED = _("You have no account here yet. Ask an admin for an invitation.")
AT_ONCE = _(
    "Somebody signed on with the same address at this moment. Please try again."
)


class SignOnRefused(Exception):
    """The person is known to the school, and does not get in; the text says why.

    It is told in the language of whoever reads it.
    """

    def __init__(self, why: Promise) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return str(self.why)


def account_of(identity: Identity) -> User:
    """The account that somebody has signed on to; made now where that is permitted.

    Raises:
        SignOnRefused: If there is none for them.
    """
    try:
        with transaction.atomic():
            role = _role_in(identity.claims)
            user = _owner(identity.uid) or _first_time(identity, role)
            if not user.is_active:
                raise SignOnRefused(CLOSED)
            return _in_role(user, role)
    except IntegrityError as error:  # two first times at once
        raise SignOnRefused(AT_ONCE) from error


def connection_of(identity: Identity, user: User) -> int:
    """The key of what lets somebody sign on to an account: a log-in ends with it.

    Raises:
        SignOnRefused: If there is none since a moment ago.
    """
    found = _links().filter(uid=identity.uid, user=user).first()
    if found is None:
        raise SignOnRefused(AT_ONCE)
    return int(found.pk)


def connect(identity: Identity, *, user: User) -> None:
    """Let somebody who is logged in sign on with their school account from now on.

    Raises:
        SignOnRefused: If either of the two accounts has another partner already.
    """
    try:
        with transaction.atomic():
            user.hold()
            owner = _owner(identity.uid)
            if owner is None:
                _connect(identity, user, "by its owner, logged in")
            elif owner != user:
                raise SignOnRefused(ANOTHERS)
    except IntegrityError as error:  # connected with two at once
        raise SignOnRefused(ANOTHERS) from error


@transaction.atomic
def disconnect(user: User) -> None:
    """Let nobody sign on to an account any more, which has a password."""
    gone, _of_each = _links().filter(user=user).delete()
    if gone:
        audit.record(
            action=AuditAction.CHANGED,
            actor=user,
            object_id=str(user.pk),
            detail=f"account {user.email}; disconnected from its school account",
        )


def is_connected(user: User) -> bool:
    """Whether somebody signs on with an account of the school."""
    return _links().filter(user=user).exists()


def note_refusal(
    why: SignOnRefused | Promise | str, identity: Identity | None = None
) -> None:
    """Write down that somebody did not get in, as for a wrong password."""
    known = (
        User.objects.filter(email__iexact=identity.email).first() if identity else None
    )
    with translation.override(settings.LANGUAGE_CODE):  # not in that person's language
        reason = str(why)
    audit.once_in_a_while(
        action=AuditAction.REFUSED,
        actor=None,
        object_id=str(known.pk) if known else "",
        detail=f"sign-on{f' of account {known.email}' if known else ''}: {reason}",
    )


def _links() -> "QuerySet[SocialAccount]":
    """The accounts that this provider opens, and not one that the operator named before.

    Versions before 1 December 2026 kept the kind of provider alone.
    """
    names = [provider_name(), provider_id()]
    found: QuerySet[SocialAccount] = SocialAccount.objects.filter(provider__in=names)
    return found


def _owner(uid: str) -> User | None:
    """Whose account it is; a link of before is this provider's from now on."""
    newest_first = _links().filter(uid=uid).order_by("-pk")
    link = newest_first.select_related("user").first()
    if link is None:
        return None
    if link.provider != provider_name():
        link.provider = provider_name()
        link.save(update_fields=["provider"])
    owner: User = link.user
    return owner


def _first_time(identity: Identity, role: Role | None) -> User:
    try:
        validate_email(identity.email)
    except ValidationError as error:
        raise SignOnRefused(NO_ADDRESS) from error
    user = User.objects.filter(email__iexact=identity.email).first()
    if user is not None:
        return _join(identity, user)
    invitation = Invitation.objects.open().filter(email__iexact=identity.email).first()
    domain = identity.email.rpartition("@")[2]
    if invitation is None and domain not in settings.FER_SSO_DOMAINS:
        raise SignOnRefused(NOT_INVITED)
    if not _is_checked(identity):
        raise SignOnRefused(NOT_CHECKED)
    return _make(identity, invitation, role)


def _join(identity: Identity, user: User) -> User:
    """Open an account that was there before, only where the operator vouches for addresses."""
    if not user.is_active:
        raise SignOnRefused(CLOSED)
    if not settings.FER_SSO_TRUST_ADDRESSES or identity.email_checked is False:
        raise SignOnRefused(TAKEN)
    how = "by its address, which the sign-on has checked"
    if not (user.has_usable_password() or _is_known_here(user)):
        # A learning platform made it, and nobody has checked that the address is theirs.
        user.end_all_access()
        how += "; what a learning platform had opened has ended"
    _connect(identity, user, how)
    return user


def _make(identity: Identity, invitation: Invitation | None, role: Role | None) -> User:
    how = "of a domain whose people get one"
    if invitation is not None:
        role = role or Role(invitation.role)
        how = f"invited by {invitation.invited_by.email}"
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
    user = User.objects.create_user(
        identity.email,
        None,  # no password: nobody logs in with one until they reset it
        name=_fit(identity.name),
        role=role or Role.TEACHER,
    )
    SocialAccount.objects.create(user=user, provider=provider_name(), uid=identity.uid)
    audit.record(
        action=AuditAction.MADE,
        actor=user,
        object_id=str(user.pk),
        detail=f"own account as {user.role} by sign-on, {how}",
    )
    return user


def _connect(identity: Identity, user: User, how: str) -> None:
    if is_connected(user):
        raise SignOnRefused(OTHER)
    SocialAccount.objects.create(user=user, provider=provider_name(), uid=identity.uid)
    audit.record(
        action=AuditAction.CHANGED,
        actor=user,
        object_id=str(user.pk),
        detail=f"account {user.email}; connected with a school account {how}",
    )


def _is_known_here(user: User) -> bool:
    """Whether a provider of the school, this one or one before, has vouched for somebody."""
    accounts = SocialAccount.objects.filter(user=user)
    found: bool = accounts.exclude(provider__startswith=OF_A_PLATFORM).exists()
    return found


def _is_checked(identity: Identity) -> bool:
    if identity.email_checked is None:
        return bool(settings.FER_SSO_TRUST_ADDRESSES)
    return identity.email_checked


def _in_role(user: User, role: Role | None) -> User:
    """Follow the claim; but the last admin stays one, or nobody could steer the platform."""
    if role is None or user.role == role:
        return user
    try:
        return people.change(user=user, by=user, role=role)
    except LastAdmin:
        note_refusal(f"{user.email} stays an admin, as the last one")
        return User.objects.get(pk=user.pk)


def _role_in(claims: Mapping[str, Any]) -> Role | None:
    """The role that the claim gives; None where roles are given here."""
    if not settings.FER_SSO_ROLE_CLAIM:
        return None
    values = _values(claims, settings.FER_SSO_ROLE_CLAIM)
    if values & set(settings.FER_SSO_ADMINS):
        return Role.ADMIN
    if values & set(settings.FER_SSO_TEACHERS):
        return Role.TEACHER
    raise SignOnRefused(NO_ROLE)


def _values(claims: Mapping[str, Any], name: str) -> set[str]:
    """What a claim holds; `realm_access.roles` is looked for inside `realm_access`, too."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return {found}
    return {str(each) for each in found} if isinstance(found, list | tuple) else set()


def _fit(name: str) -> str:
    """A name without hidden characters, as long as the column takes."""
    return "".join(letter for letter in name if letter.isprintable())[:100]
