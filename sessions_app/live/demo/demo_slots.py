"""The public demo's few places, counted in the cache that all web processes share."""

from django.core.cache import cache
from django.http import HttpRequest
from django_ratelimit.core import is_ratelimited

PLACES = 4
LASTS_S = 120.0  # then the place is somebody else's
_FORGOTTEN_AFTER_S = LASTS_S + 10  # where a process died that had it
_STARTS = "20/m"  # per address


async def take() -> int | None:
    """Take a place; None while all are taken."""
    for place in range(PLACES):
        if await cache.aadd(_key(place), True, timeout=_FORGOTTEN_AFTER_S):
            return place
    return None


async def give_back(place: int) -> None:
    """Let somebody else have a place that `take` returned."""
    await cache.adelete(_key(place))


def starts_too_often(address: str) -> bool:
    """Count a start; whether it is one too many from that address."""
    request = HttpRequest()  # the library reads addresses from requests alone
    request.META["REMOTE_ADDR"] = address
    return bool(
        is_ratelimited(request, group="demo", key="ip", rate=_STARTS, increment=True)
    )


def _key(place: int) -> str:
    return f"demo-place-{place}"
