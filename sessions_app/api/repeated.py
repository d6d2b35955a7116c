"""A program that got no answer says the same again: `Idempotency-Key` tells."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from sessions_app.api.caller import staff
from sessions_app.api.problems import Conflict
from sessions_app.services.press import digest_of, made_before, once

_DELETED = (
    "What the same call made was deleted since. To make another, send another "
    "Idempotency-Key."
)
T = TypeVar("T", bound=Model)


def call_of(request: Request) -> str:
    """The digest of a call; blank where it has no key."""
    key = request.headers.get("Idempotency-Key", "")
    sent = json.dumps(request.data, sort_keys=True) if key else ""
    return digest_of(by=staff(request), where=request.path, key=key, sent=sent)


def create_once(
    request: Request,
    serializer: BaseSerializer[T],
    rows: QuerySet[T],
    make: Callable[..., T],
) -> None:
    """Make the row that a checked call asks for, or find what the same call made.

    Args:
        request: The call.
        serializer: With what it sent; it gets the row.
        rows: Among which the row is found again.
        make: Makes it from the values that were sent.

    Raises:
        Conflict: If that was deleted since; a late repetition must not bring it back.
    """
    values: dict[str, Any] = serializer.validated_data
    made = once(call_of(request), lambda: str(make(**values).pk))
    serializer.instance = rows.filter(pk=made).first()
    if serializer.instance is None:
        raise Conflict(_DELETED)


def found(request: Request, rows: QuerySet[T]) -> T | None:
    """The row that the same call made before, in whose way a new one would be."""
    made = made_before(call_of(request))
    return rows.filter(pk=made).first() if made else None
