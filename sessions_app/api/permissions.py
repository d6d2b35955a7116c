"""What a token was made for. Settings name this module, so it imports no view."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from sessions_app.enums import TokenScope
from sessions_app.models import ApiToken


class WithinScope(BasePermission):
    """A token reads, and writes if it was made for that; a login does both."""

    message = "This token may only read. Make one with the scope “write”."

    def has_permission(self, request: Request, view: object) -> bool:
        token = request.auth
        return (
            not isinstance(token, ApiToken)
            or request.method in SAFE_METHODS
            or token.scope == TokenScope.WRITE
        )
