"""API tokens: shown once to their owner, kept as a hash."""

import datetime as dt
from typing import cast

from django.db import transaction

from sessions_app.enums import AuditAction
from sessions_app.models import ApiToken, User
from sessions_app.services import audit


@transaction.atomic
def issue(*, user: User, name: str, scope: str, lasts: dt.timedelta) -> str:
    """Make a token. What this returns can be read nowhere else."""
    made = ApiToken.objects.create(  # type: ignore[no-untyped-call]
        user, expiry=lasts, name=name, scope=scope
    )
    token, secret = cast(tuple[ApiToken, str], made)
    _note(AuditAction.MADE, token, f", {scope}, for {lasts.days} days")
    return secret


@transaction.atomic
def revoke(*, user: User, token_key: str) -> None:
    """Delete one of the user's own tokens; a foreign one stays."""
    for token in ApiToken.objects.filter(user=user, token_key=token_key):
        _note(AuditAction.REVOKED, token)
        token.delete()


def _note(action: AuditAction, token: ApiToken, more: str = "") -> None:
    audit.record(
        action=action,
        actor=token.user,
        object_id=token.token_key,
        detail=f"API token “{token.name}”{more}",
    )
