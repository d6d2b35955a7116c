"""Only a page of this site may open a socket: same scheme, name and port."""

from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

from channels.security.websocket import WebsocketDenier
from django.core.handlers.asgi import ASGIRequest
from django.middleware.csrf import CsrfViewMiddleware

Application = Callable[..., Awaitable[None]]
_forms: Any = CsrfViewMiddleware(lambda _: None)  # type: ignore[arg-type]


class SameOrigin:
    """Refuse a socket whose `Origin` no form could have come from either."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], *ways: Any) -> None:
        allowed = is_of_this_site(scope)
        await (self._application if allowed else WebsocketDenier())(scope, *ways)


def is_of_this_site(scope: dict[str, Any]) -> bool:
    """Whether Django's check of forms lets the origin of a handshake pass.

    It compares with scheme and `Host` of the request, and with the trusted origins.
    """
    handshake = ASGIRequest(scope | {"type": "http", "method": "GET"}, BytesIO())
    if "HTTP_ORIGIN" not in handshake.META:
        return False
    return bool(_forms._origin_verified(handshake))
