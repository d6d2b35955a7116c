"""What a token was made for, and who asks. Settings name this module, so it imports no view."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from sessions_app.enums import TokenScope
from sessions_app.models import ApiToken, User


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


class AdminsOnly(BasePermission):
    """What only admins may read and change."""

    message = "This is for admins."

    def has_permission(self, request: Request, view: object) -> bool:
        return isinstance(request.user, User) and request.user.is_admin
