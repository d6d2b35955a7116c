"""How a process of a cluster speaks to a Redis: bounded waits, no password in a text."""

from urllib.parse import urlsplit

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_WITHIN_S = 1.0
ANSWER_WITHIN_S = 2.0


class RedisAway(RuntimeError):
    """A Redis does not answer; the text says which and where, without its password."""


def shown(url: str) -> str:
    """An address without what is secret in it."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or 6379}{parts.path}"


def connect(url: str) -> Redis:
    """A client that waits two seconds at most and tries a cut connection a second time."""
    client: Redis = Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_WITHIN_S,
        socket_timeout=ANSWER_WITHIN_S,
        retry=Retry(NoBackoff(), 1),
    )
    return client


def require(name: str, url: str) -> None:
    """Make sure that a Redis answers.

    Args:
        name: The setting that the address comes from.
        url: Its value.

    Raises:
        RedisAway: If it does not.
    """
    with connect(url) as client:
        try:
            client.ping()
        except RedisError as error:
            raise RedisAway(away(name, url, error)) from error


def away(name: str, url: str, error: Exception) -> str:
    """The sentence about a Redis that does not answer."""
    return f"The Redis of {name}, {shown(url)}, does not answer: {error}"
