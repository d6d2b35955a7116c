"""A second factor of log-ins with a password: the codes of an app, and recovery codes.

allauth keeps and checks them. What is kept is encrypted with the server's secret: a thief of the database has no code.
"""

import base64
import hashlib
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction

from sessions_app.enums import AuditAction
from sessions_app.models import User
from sessions_app.services import audit, outbox

_Type = Authenticator.Type


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


def has_one(user: User) -> bool:
    """Whether a password alone does not let this person in."""
    found: bool = Authenticator.objects.filter(user=user, type=_Type.TOTP).exists()
    return found


def is_required(user: User) -> bool:
    """Whether the operator asks this person for one."""
    return settings.FER_SECOND_FACTOR == "staff" or (
        settings.FER_SECOND_FACTOR == "admins" and user.is_admin
    )


def new_secret() -> str:
    """What an app makes its codes of: 160 random bits, as RFC 4226 asks, in base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


@transaction.atomic
def turn_on(*, user: User, secret: str, code: str) -> list[str]:
    """Ask for a code at each log-in with the password from now on; its owner gets a mail.

    Returns:
        Recovery codes of eight digits, each good for one log-in. They are shown once.

    Raises:
        AlreadyOn: If the account has one.
        WrongCode: If the code is not made of this secret; nothing has changed.
    """
    User.objects.select_for_update().get(pk=user.pk)  # one after another
    if has_one(user):
        raise AlreadyOn
    box = MfaAdapter()
    app = Authenticator.objects.create(
        user=user, type=_Type.TOTP, data={"secret": box.encrypt(secret)}
    )
    if not app.wrap().validate_code(code):
        raise WrongCode
    seed = {"seed": box.encrypt(secrets.token_hex(40)), "used_mask": 0}
    spare = Authenticator.objects.create(
        user=user, type=_Type.RECOVERY_CODES, data=seed
    )
    _note(user, "second factor turned on", by=user)
    outbox.put("second_factor", to=user.email, user=user.pk, on=True)
    codes: list[str] = spare.wrap().get_unused_codes()
    return codes


def accepts(user: User, code: str) -> bool:
    """Whether a code lets somebody in, who has given the password; it does once."""
    for each in Authenticator.objects.filter(user=user).order_by("-type"):
        try:
            if each.wrap().validate_code(code):
                each.record_usage()
                if each.type == _Type.RECOVERY_CODES:
                    _note(user, "logged in with a recovery code", by=user)
                    outbox.put("recovery_code", to=user.email, user=user.pk)
                return True
        except InvalidToken:  # encrypted with a secret that the server had before
            continue
    return False


@transaction.atomic
def turn_off(*, user: User, by: User | None) -> bool:
    """Let the password alone be enough again, and mail its owner; whether it was not.

    Args:
        user: Whose.
        by: Who did it; None on the server, by a command.
    """
    found = has_one(user)
    Authenticator.objects.filter(user=user).delete()
    if found:
        _note(user, "second factor turned off", by=by)
        outbox.put("second_factor", to=user.email, user=user.pk, on=False)
    return found


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
