"""Requests to addresses outside, so that nothing inside can be reached by them.

The name is looked up here, each address that it has is checked, and the connection goes
to the checked address itself: a name that answers otherwise the next time gains nothing.
"""

import json
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from sessions_app.services.deliveries import CannotLeave
from sessions_app.services.hanging_up import hang_up_after

WITHIN_S = 15.0  # for all of it, redirects included
_EACH_S = 5.0
_REDIRECTS = 3
_MOST_READ = 256 * 1024  # bytes of an answer
_MOVED = {307, 308}  # those that repeat the body; others would make it a GET
_NAT64 = IPv6Network("64:ff9b::/96")  # its last four bytes are an IPv4 address
_OPEN = IPv6Network("2000::/3")  # all of the internet; `is_global` is true of more

Address = IPv4Address | IPv6Address


def check_url(url: str) -> SplitResult:
    """Refuse an address of a form that is never called.

    Raises:
        CannotLeave: With the reason; the name is not looked up here.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise CannotLeave(_("This is no web address."), for_good=True) from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        raise CannotLeave(_("This is no web address."), for_good=True)
    if parts.username is not None or parts.password is not None:
        raise CannotLeave(
            _("A web address here has no user or password."), for_good=True
        )
    if parts.scheme == "http" and not _is_named(parts.hostname):
        raise CannotLeave(_("The address must begin with https://."), for_good=True)
    if not url.isascii() or " " in url:
        raise CannotLeave(
            _("Write letters outside ASCII and spaces encoded."), for_good=True
        )
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body, follow redirects that repeat it, and return the status.

    Nothing of the answer's body is read.

    Raises:
        CannotLeave: If no answer came, or the address must not be called.
    """
    ends_at = time.monotonic() + WITHIN_S
    for _hop in range(_REDIRECTS + 1):
        parts = check_url(url)
        status, moved_to, _said = _ask_once("POST", parts, body, headers, ends_at)
        if status not in _MOVED or not moved_to:
            return status
        url = urljoin(url, moved_to)
    raise CannotLeave(_("It redirects more than %(n)s times.") % {"n": _REDIRECTS})


def read_json(
    url: str, headers: Mapping[str, str] | None = None, *, sent: object = None
) -> dict[str, Any]:
    """What an address answers: to a GET, or to a POST of something as JSON.

    Redirects are not followed.

    Raises:
        CannotLeave: If no answer came, the address must not be called, or the answer is
            no object of JSON, a refusal or too long.
    """
    parts, ends_at = check_url(url), time.monotonic() + WITHIN_S
    asks = {"Accept": "application/json", **(headers or {})}
    if sent is None:
        answer = _ask_once("GET", parts, None, asks, ends_at, most=_MOST_READ)
    else:
        asks["Content-Type"] = "application/json"
        body = json.dumps(sent).encode()
        answer = _ask_once("POST", parts, body, asks, ends_at, most=_MOST_READ)
    status, _moved_to, said = answer
    if not 200 <= status < 300:
        raise CannotLeave(_("It answered with status %(status)s.") % {"status": status})
    try:
        found = json.loads(said)
    except (RecursionError, ValueError):
        found = None
    if len(said) > _MOST_READ or not isinstance(found, dict):
        raise CannotLeave(_("Its answer could not be read."))
    return found


def is_public(address: Address) -> bool:
    """Whether an address is of the open internet, whatever form it is written in."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
        if address not in _OPEN:
            return False
    return address.is_global and not address.is_multicast


def _ask_once(
    method: str,
    parts: SplitResult,
    body: bytes | None,
    headers: Mapping[str, str],
    ends_at: float,
    *,
    most: int = -1,
) -> tuple[int, str, bytes]:
    """Status, where it moved to, and as much of the body as is wanted, and a byte more."""
    host, secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    path = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
    try:
        with _connection(host, port, secure=secure, ends_at=ends_at) as connection:
            connection.request(
                method,
                path,
                body,
                {**headers, "Host": parts.netloc, "Connection": "close"},
            )
            answer = connection.getresponse()
            return (
                answer.status,
                answer.headers.get("Location", ""),
                answer.read(most + 1),
            )
    except (OSError, HTTPException, ValueError) as error:
        raise CannotLeave(_said(error)) from None


@contextmanager
def _connection(
    host: str, port: int, *, secure: bool, ends_at: float
) -> Iterator[HTTPConnection]:
    """Connect to the checked address, and hang up when the time is over."""
    place = (str(_checked(host, port)), port)
    left_s = ends_at - time.monotonic()  # a slow look-up counts, too
    if left_s <= 0:
        raise TimeoutError
    sock = socket.create_connection(place, timeout=min(left_s, _EACH_S))
    if secure:
        sock = ssl.create_default_context().wrap_socket(
            sock, server_hostname=host, do_handshake_on_connect=False
        )
    connection = HTTPConnection(host, port, timeout=_EACH_S)
    connection.sock = sock
    try:
        with hang_up_after(left_s, sock):
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            yield connection
    finally:
        connection.close()


def _checked(host: str, port: int) -> Address:
    """The first address of a host, of which none may be inside.

    Raises:
        CannotLeave: If one is, and the operator has not named the host.
    """
    found = [
        ip_address(str(place[0]).partition("%")[0])
        for *_rest, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ]
    for address in found:
        private = not is_public(address)
        if address.is_link_local or (private and not _is_named(host)):
            raise CannotLeave(
                _(
                    "%(host)s leads to an address inside (%(address)s), which is not "
                    "called. The operator may name it in FER_WEBHOOK_PRIVATE_HOSTS."
                )
                % {"host": host, "address": address}
            )
    return found[0]


def _is_named(host: str) -> bool:
    """Whether the operator named a host, given in lower case."""
    return host in map(str.lower, settings.FER_WEBHOOK_PRIVATE_HOSTS)


def _said(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return _("The name is unknown.")
    if isinstance(error, ConnectionRefusedError):
        return _("Nobody listens there: the connection was refused.")
    if isinstance(error, TimeoutError):
        return _("It did not answer in time.")
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message.rstrip(".")
        return _("Its certificate is not trusted (%(reason)s).") % {"reason": reason}
    if isinstance(error, ssl.SSLError):
        return _("It does not speak TLS as it should.")
    return _("The connection ended without an answer (%(kind)s).") % {
        "kind": type(error).__name__
    }
