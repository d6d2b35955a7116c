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
    user.hold()
    made = ApiToken.objects.create(  # type: ignore[no-untyped-call]
        user, expiry=lasts, name=name, scope=scope
    )
    token, secret = cast(tuple[ApiToken, str], made)
    _note(AuditAction.MADE, token, f", {scope}, for {lasts.days} days")
    return secret


@transaction.atomic
def revoke(*, user: User, by: User, token_key: str = "") -> int:
    """Delete one of somebody's tokens, or all; return how many. A foreign one stays."""
    tokens = ApiToken.objects.filter(user=user)
    if token_key:
        tokens = tokens.filter(token_key=token_key)
    for token in tokens:
        _note(AuditAction.REVOKED, token, by=by)
        token.delete()
    return len(tokens)


def _note(
    action: AuditAction, token: ApiToken, more: str = "", *, by: User | None = None
) -> None:
    owner = f" of {token.user.email}" if by and by != token.user else ""
    audit.record(
        action=action,
        actor=by or token.user,
        object_id=token.token_key,
        detail=f"API token “{token.name}”{owner}{more}",
    )
