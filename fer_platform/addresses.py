"""Where a cluster's databases are, as one address each; no error repeats a password."""

from collections.abc import Collection
from string import ascii_lowercase, digits
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

POSTGRESQL = ("postgresql", "postgres")
REDIS = ("redis", "rediss")  # the second one speaks TLS
_IN_AN_ORIGIN = {*ascii_lowercase, *digits, *"-.:/[]"}
_LOCKED_FOR_MS = 5000
_CONNECT_WITHIN_S = 5
# A server whose machine is gone says nothing, not even that: without these a connection to
# it waits for a quarter of an hour, or two hours, though another has its address by now.
_GIVEN_UP = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 5,
    "tcp_user_timeout": 15_000,  # ms
}
_MOST_CONNECTIONS = 8  # of one process: pages, sockets and the clock together


def require_address(schemes: Collection[str], address: str) -> str:
    """Return an address like redis://host:port/0; blank is none.

    Raises:
        ValueError: If it is of another kind or names no host.
    """
    if address and not _is_whole(address, schemes):
        first = next(iter(schemes))
        raise ValueError(
            f"is no address of the form {first}://user:password@host:port/name."
        )
    return address


def require_origin(address: str) -> str:
    """Return an address like https://class.example.org; blank is none.

    Raises:
        ValueError: If it is more or less than scheme, name and port.
    """
    address = address.removesuffix("/")
    if address and not _is_origin(address):
        raise ValueError(
            f"is {address!r}; write https://class.example.org: a scheme, a name "
            "and perhaps a port. The platform needs a name of its own; under a path of "
            "another site it does not work."
        )
    return address


def require_frame_origin(address: str) -> str:
    """Return the origin of another site as a header may name it.

    Raises:
        ValueError: If it is none, a pattern, or has what a header would read otherwise.
    """
    origin = address.removesuffix("/").lower()
    if not (_is_origin(origin) and set(origin) <= _IN_AN_ORIGIN):
        raise ValueError(
            f"has {address!r}; write each site as in https://meet.example.org: a scheme, a "
            "name and perhaps a port. A pattern such as * is refused."
        )
    return origin


def require_issuer(address: str) -> str:
    """Return an OpenID provider's address; blank is none.

    Raises:
        ValueError: If it is none, or would be asked without encryption: by http only a
            provider on this machine is, as a trial.
    """
    parts = urlsplit(address)
    encrypted = parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    )
    if (
        (address and not (encrypted and parts.hostname))
        or parts.query
        or parts.fragment
    ):
        raise ValueError(
            f"is {address!r}; write the provider's address as it names itself, such as "
            "https://login.school.example/realms/staff."
        )
    return address.removesuffix("/.well-known/openid-configuration").removesuffix("/")


def require_plain_name(host: str) -> str:
    """Refuse what names no single host, or is more than a name.

    Raises:
        ValueError: If it is `*`, or has a scheme, port or path.
    """
    outside_brackets = host.rpartition("]")[2]
    if "*" in host or set(outside_brackets) & set(":/@"):
        raise ValueError(
            f"has {host!r}; write each name that people type, as in "
            "class.example.org,www.class.example.org: without scheme, port or path."
        )
    return host


def host_in(origin: str) -> str:
    """The name in it as `ALLOWED_HOSTS` has it: without port, IPv6 in brackets."""
    host = urlsplit(origin).hostname or ""
    return f"[{host}]" if ":" in host else host


def database_at(address: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL; its query (sslmode=...) becomes options."""
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": parts.port or 5432,
        "CONN_HEALTH_CHECKS": True,  # one that a restart cut is replaced, not used
        "OPTIONS": {
            "connect_timeout": _CONNECT_WITHIN_S,
            **_GIVEN_UP,
            # As long as SQLite waits for a lock; then the caller is told.
            "options": f"-c lock_timeout={_LOCKED_FOR_MS}",
            **dict(parse_qsl(parts.query)),
            "pool": {
                "min_size": 1,
                "max_size": _MOST_CONNECTIONS,
                "timeout": _CONNECT_WITHIN_S,
            },
        },
    }


def require_whole_cluster(*, database: str, redis: str, live_redis: str) -> None:
    """Refuse half a cluster.

    Raises:
        ValueError: If one of the three addresses lacks the others.
    """
    if redis and not database:
        raise ValueError(
            "FER_REDIS_URL is set, so this is a cluster; set FER_DATABASE_URL, too: "
            "several processes cannot share SQLite."
        )
    if bool(redis) != bool(live_redis):
        raise ValueError(
            "FER_REDIS_URL and FER_LIVE_REDIS_URL go together; set both or neither."
        )
    if redis and redis == live_redis:
        raise ValueError(
            "FER_LIVE_REDIS_URL is FER_REDIS_URL; it needs a Redis of its own, without "
            "persistence, so that no frame reaches a disk."
        )


def _is_whole(address: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is none, or brackets that don't match
        return False
    return named and parts.scheme in schemes and _names_its_database(parts)


def _is_origin(address: str) -> bool:
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    plain = f"{parts.scheme}://{parts.netloc}" == address
    # Where Django reads it among the allowed hosts, a pattern would allow any.
    plain = plain and not {"@", "*"} & {*parts.netloc} and parts.netloc[:1] != "."
    return named and plain and parts.scheme in {"http", "https"}


def _names_its_database(parts: SplitResult) -> bool:
    return parts.scheme in REDIS or len(parts.path) > 1
