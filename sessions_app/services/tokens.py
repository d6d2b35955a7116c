"""API tokens: shown once to their owner, kept as a hash."""

import datetime as dt
from typing import cast

from sessions_app.models import ApiToken, User


def issue(*, user: User, name: str, scope: str, lasts: dt.timedelta) -> str:
    """Make a token. What this returns can be read nowhere else."""
    made = ApiToken.objects.create(  # type: ignore[no-untyped-call]
        user, expiry=lasts, name=name, scope=scope
    )
    return cast(tuple[ApiToken, str], made)[1]


def revoke(*, user: User, token_key: str) -> None:
    """Delete one of the user's own tokens; a foreign one stays."""
    ApiToken.objects.filter(user=user, token_key=token_key).delete()
