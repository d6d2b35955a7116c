"""How often one may ask, by member of staff or by address."""

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from sessions_app.web.client_address import network_of


class StrangerThrottle(AnonRateThrottle):
    """Counts by address; of IPv6 by network, as all other limits do."""

    def get_ident(self, request: Request) -> str:
        return network_of(str(super().get_ident(request)))
