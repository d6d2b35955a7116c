"""A second factor of log-ins with a password: an app's codes, passkeys, and recovery codes.

allauth keeps them, and checks the codes. What those are made of is encrypted with the server's secret: a thief
of the database has no code. Of a passkey (`services/passkeys.py`) the database has nothing that opens anything.
"""

import base64
import hashlib
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from sessions_app.enums import AuditAction
from sessions_app.models import User
from sessions_app.services import audit, mail, outbox
from sessions_app.services.mailbox_links import mailbox_links

_Type = Authenticator.Type
_CODES_AT_A_TIME = 3  # that are good: one of half a minute, and its neighbours


class WrongCode(Exception):
    """The code is not of this app, is too old, or was used before."""


class AlreadyOn(Exception):
    """Somebody else was first, at this moment; the codes that they read stay good."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth finds it by its name (MFA_ADAPTER)."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def factors(user: User) -> QuerySet[Authenticator]:
    """The app and the passkeys of an account, oldest first; not the recovery codes."""
    kinds = [_Type.TOTP, _Type.WEBAUTHN]
    found: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=user, type__in=kinds
    )
    return found.order_by("pk")


def has_one(user: User) -> bool:
    """Whether a password alone does not let this person in."""
    return factors(user).exists()


def has_app(user: User) -> bool:
    """Whether an app shows this person codes."""
    return factors(user).filter(type=_Type.TOTP).exists()


def is_required(user: User) -> bool:
    """Whether the operator asks this person for one."""
    return settings.FER_SECOND_FACTOR == "staff" or (
        settings.FER_SECOND_FACTOR == "admins" and user.is_admin
    )


def mail_link(*, user: User, site: str) -> None:
    """Mail somebody who must have one the link with which it is set up.

    Args:
        user: Who has given the password.
        site: What the link begins with.
    """
    if not mail.is_one_too_many(user.email):
        outbox.put("second_factor_link", to=user.email, user=user.pk, site=site)


def reader_of_mail(pk: int, token: str) -> User | None:
    """Whose address the link was mailed to; None if it opens nothing any more."""
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and mailbox_links.check_token(user, token) else None


def new_secret() -> str:
    """What an app makes its codes of: 160 random bits, as RFC 4226 asks, in base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


@transaction.atomic
def turn_on(*, user: User, secret: str, code: str, first: bool) -> list[str]:
    """Ask for a code at each log-in with the password from now on; its owner gets a mail.

    Args:
        user: Whose.
        secret: What the app makes its codes of.
        code: The one that it shows.
        first: Whether the account must have no factor yet: a password alone adds none.

    Returns:
        Recovery codes as `added` does.

    Raises:
        AlreadyOn: If the account has an app, or is to have none.
        WrongCode: If the code is not made of this secret; nothing has changed.
    """
    wait_for_turn(user, first=first)
    if has_app(user):
        raise AlreadyOn
    is_first = not has_one(user)
    app = Authenticator.objects.create(
        user=user, type=_Type.TOTP, data={"secret": MfaAdapter().encrypt(secret)}
    )
    if not _takes(app, code):
        raise WrongCode
    return added(user, is_first=is_first)


def wait_for_turn(user: User, *, first: bool) -> None:
    """Let one after another add a factor to an account, inside a transaction.

    Raises:
        AlreadyOn: If this was to be the first one, and is not.
    """
    user.hold()
    if first and has_one(user):
        raise AlreadyOn


def added(user: User, *, is_first: bool, passkey: str = "") -> list[str]:
    """Note a new factor, and mail its owner.

    Args:
        user: Whose.
        is_first: Whether there was none; then recovery codes come with it.
        passkey: Its name; blank for the app.

    Returns:
        Recovery codes of eight digits, each good for one log-in. They are shown once.
    """
    if not is_first:
        _changed(user, passkey, added=True)
        return []
    seed = {"seed": MfaAdapter().encrypt(secrets.token_hex(40)), "used_mask": 0}
    spare = Authenticator.objects.create(
        user=user, type=_Type.RECOVERY_CODES, data=seed
    )
    _note(user, f"second factor turned on: {_words(passkey)}", by=user)
    outbox.put("second_factor", to=user.email, user=user.pk, on=True)
    codes: list[str] = spare.wrap().get_unused_codes()
    return codes


def accepts(user: User, code: str) -> bool:
    """Whether a code lets somebody in, who has given the password; it does once."""
    codes = Authenticator.objects.filter(user=user).exclude(type=_Type.WEBAUTHN)
    for each in codes.order_by("-type"):
        try:
            if _takes(each, code):
                each.record_usage()
                if each.type == _Type.RECOVERY_CODES:
                    _note(user, "logged in with a recovery code", by=user)
                    outbox.put("recovery_code", to=user.email, user=user.pk)
                return True
        except InvalidToken:  # encrypted with a secret that the server had before
            continue
    return False


@transaction.atomic
def _takes(factor: Authenticator, code: str) -> bool:
    """Whether a code is right; the same one is not right again.

    allauth notes in the cache which codes of an app were used, and the cache of a cluster
    forgets while its Redis is away. So their marks are in the row, too.
    """
    row = Authenticator.objects.select_for_update().filter(pk=factor.pk).first()
    if row is None:  # taken away meanwhile
        return False
    mark = _mark(row, code)
    used = row.data.get("used", [])
    if (row.type == _Type.TOTP and mark in used) or not row.wrap().validate_code(code):
        return False
    if row.type == _Type.TOTP:
        row.data["used"] = [*used, mark][-_CODES_AT_A_TIME:]
        row.save(update_fields=["data"])
    return True


def _mark(app: Authenticator, code: str) -> str:
    """Tells a code again, and nobody who reads the database which one it was."""
    digits = "".join(filter(str.isdecimal, code))
    return salted_hmac("code of an app", f"{app.pk} {digits}").hexdigest()[:16]


@transaction.atomic
def remove(*, user: User, factor: Authenticator) -> None:
    """Take one of several away, as a lost key; with the last one it is off."""
    user.hold()
    if not factors(user).exclude(pk=factor.pk).exists():
        turn_off(user=user, by=user)
        return
    gone, _of_each = factors(user).filter(pk=factor.pk).delete()
    if gone:
        passkey = "" if factor.type == _Type.TOTP else factor.wrap().name
        _changed(user, passkey, added=False)


@transaction.atomic
def turn_off(*, user: User, by: User | None) -> bool:
    """Let the password alone be enough again, and mail its owner; whether it was not.

    Args:
        user: Whose.
        by: Who did it; None on the server, by a command.
    """
    if by is not None:
        by.hold()
    found = has_one(user)
    Authenticator.objects.filter(user=user).delete()
    if found:
        _note(user, "second factor turned off", by=by)
        outbox.put("second_factor", to=user.email, user=user.pk, on=False)
    return found


def _changed(user: User, passkey: str, *, added: bool) -> None:
    did = "added" if added else "removed"
    _note(user, f"second factor {did}: {_words(passkey)}", by=user)
    outbox.put(
        "another_factor", to=user.email, user=user.pk, passkey=passkey, added=added
    )


def _words(passkey: str) -> str:
    return f"passkey “{passkey}”" if passkey else "authenticator app"


def _note(user: User, what: str, *, by: User | None) -> None:
    audit.record(
        action=AuditAction.CHANGED,
        actor=by,
        object_id=str(user.pk),
        detail=f"account {user.email}; {what}",
    )


def _box() -> Fernet:
    key = hashlib.sha256(f"second factor {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
