"""What a request says: the caller, and what is asked for."""

from typing import Any, cast
from uuid import UUID

from rest_framework.request import Request
from rest_framework.serializers import Serializer

from sessions_app.enums import Right
from sessions_app.models import ClassSession, User
from sessions_app.selectors.visible import visible_session_or_404


def staff(request: Request) -> User:
    """The member of staff behind a request that `IsAuthenticated` let in."""
    return cast(User, request.user)


def session_of(request: Request, pk: UUID, right: Right = Right.SEE) -> ClassSession:
    """The session, if the caller may see it and has the right; nobody learns of others."""
    return visible_session_or_404(user=staff(request), session_id=pk, right=right)


def query(request: Request, expected: type[Serializer[Any]]) -> dict[str, Any]:
    """The checked query parameters; a wrong one is a problem, never left out."""
    given = expected(data=request.query_params.dict())  # no HTML form: strict
    given.is_valid(raise_exception=True)
    return cast(dict[str, Any], given.validated_data)
