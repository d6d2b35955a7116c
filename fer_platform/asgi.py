"""HTTP to Django, sockets to the consumers; only pages of this site may open one."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

from fer_platform.logs import LogContext

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fer_platform.settings.demo")
django_application = get_asgi_application()

from fer_platform.routing import websocket_urlpatterns  # noqa: E402 -- needs the apps
from sessions_app.live.consumers.address_limit import AddressLimit  # noqa: E402
from sessions_app.web.frames import OwnCookies  # noqa: E402
from sessions_app.web.origin import SameOrigin  # noqa: E402
from sessions_app.web.turns import Turns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": LogContext(Turns(django_application)),
        "websocket": LogContext(
            SameOrigin(
                AddressLimit(
                    OwnCookies(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
                )
            )
        ),
    }
)
