"""Passkeys as a second factor: Yubico's library asks and checks, allauth's row keeps them.

A question goes to the browser, which has a passkey made or used; its answer is taken once
(`web/passkey_question.py`). It is good for this host alone, whatever page a person was led to.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from django.db import transaction
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sessions_app.models import User
from sessions_app.services import second_factor

_Type = Authenticator.Type
_ALGORITHMS = CoseKey.supported_algorithms()
# The password was given: that somebody holds the device is enough.
_PRESENT = UserVerificationRequirement.DISCOURAGED


class WrongAnswer(Exception):
    """No passkey was made for this question, at this host."""


def question_for_new(user: User, host: str) -> tuple[str, dict[str, Any]]:
    """What a browser is to be asked for a new passkey, as JSON, and what to keep till then."""
    options, kept = _server(host).register_begin(
        PublicKeyCredentialUserEntity(
            id=str(user.pk).encode(), name=user.email, display_name=str(user)
        ),
        credentials=_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=_PRESENT,
    )
    return json.dumps(dict(options.public_key)), kept


@transaction.atomic
def add(
    *,
    user: User,
    name: str,
    answer: Mapping[str, Any],
    kept: Mapping[str, Any],
    host: str,
    first: bool,
) -> list[str]:
    """Let a new passkey be the second factor from now on.

    Returns:
        Recovery codes as `second_factor.added` does.

    Raises:
        AlreadyOn: If this was to be the account's first factor, and is not.
        WrongAnswer: If no passkey was made for this question, at this host.
    """
    second_factor.wait_for_turn(user, first=first)
    with _checked():
        found = _server(host).register_complete(kept, answer)
        # What a browser's extensions say is used for nothing, and may be any text.
        made = RegistrationResponse.from_dict({**answer, "clientExtensionResults": {}})
        made_by = found.credential_data
        if made_by is None or made_by.public_key.ALGORITHM not in _ALGORITHMS:
            raise WrongAnswer
    is_first = not second_factor.has_one(user)
    data = {"name": name, "credential": dict(made)}
    Authenticator.objects.create(user=user, type=_Type.WEBAUTHN, data=data)
    return second_factor.added(user, is_first=is_first, passkey=name)


def question(user: User, host: str) -> tuple[str, dict[str, Any]]:
    """What a browser is to be asked at a log-in, as JSON, and what to keep till then."""
    options, kept = _server(host).authenticate_begin(
        _credentials(user), user_verification=_PRESENT
    )
    return json.dumps(dict(options.public_key)), kept


def are_there(user: User) -> bool:
    """Whether this person has any."""
    return second_factor.factors(user).filter(type=_Type.WEBAUTHN).exists()


def accepts(
    *, user: User, answer: Mapping[str, Any], kept: Mapping[str, Any], host: str
) -> bool:
    """Whether a passkey of this account answered this question, at this host."""
    try:
        with _checked():
            used = _server(host).authenticate_complete(kept, _credentials(user), answer)
    except WrongAnswer:
        return False
    for each in _passkeys(user):
        if _credential(each).credential_id == used.credential_id:
            each.record_usage()
    return True


def _passkeys(user: User) -> list[Authenticator]:
    return list(second_factor.factors(user).filter(type=_Type.WEBAUTHN))


def _credentials(user: User) -> list[Any]:
    return [_credential(each) for each in _passkeys(user)]


def _credential(passkey: Authenticator) -> Any:
    return passkey.wrap().authenticator_data.credential_data


def _server(host: str) -> Fido2Server:
    name = settings.FER_SCHOOL_NAME or "Classmood"
    return Fido2Server(PublicKeyCredentialRpEntity(name=name, id=host))


@contextmanager
def _checked() -> Iterator[None]:
    """Take whatever the library cannot read for a wrong answer."""
    try:
        yield
    except (
        AssertionError,
        AttributeError,
        LookupError,
        NotImplementedError,
        RecursionError,
        TypeError,
        UnsupportedAlgorithm,
        ValueError,
        struct.error,
    ) as error:
        raise WrongAnswer from error
