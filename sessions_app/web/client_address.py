"""Which address a request comes from: read here, once, for pages, sockets and the API."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest

_IPV6_PREFIX = 64  # what one household or one machine is given


def client_address(forwarded: Sequence[str], peer: str, proxies: int) -> str:
    """The client's address, as the proxies in front wrote it.

    Each proxy adds the address that it was called from to the end of the list. So only
    the last entries are theirs, and what stands before them anybody may have written.

    Args:
        forwarded: The values of `X-Forwarded-For`, in the order in which they came.
        peer: The address at the other end of the connection.
        proxies: How many proxies are in front; 0 if clients call directly.

    Returns:
        A plain IPv4 or IPv6 address; the proxy's own where it wrote none.
    """
    entries = [entry for value in forwarded for entry in value.split(",")]
    if not 0 < proxies <= len(entries):
        return _plain(peer) or peer
    return _plain(entries[-proxies]) or _plain(peer) or peer


def network_of(address: str) -> str:
    """The key that limits count by: the address, or the network of an IPv6 address.

    One machine has all the addresses of its IPv6 network.
    """
    found = _parsed(address)
    if not isinstance(found, IPv6Address):
        return address
    return str(IPv6Network((int(found), _IPV6_PREFIX), strict=False))


def locked_address(request: HttpRequest) -> str:
    """The address that failed log-ins count for; of an IPv6 network its first one."""
    address = request.META.get("REMOTE_ADDR", "")  # none where no browser asked
    return network_of(address).partition("/")[0]


def _plain(entry: str) -> str:
    """An entry without quotes, brackets, port or zone; blank if it is no address."""
    text = entry.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    found = _parsed(text.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found or "")


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
