"""How a process of a cluster speaks to a Redis: bounded waits, no password in a text."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import redis.asyncio
import redis.asyncio.retry
from redis import Redis, RedisError, ResponseError
from redis.backoff import NoBackoff
from redis.retry import Retry

from inference.cluster.redis_away import RedisAway


@dataclass(frozen=True, slots=True)
class TimeOuts:
    """How long a process waits for a Redis, in seconds, each time that it tries."""

    connect_s: float
    answer_s: float


# A Redis in the same house answers in a millisecond.
FOR_BATCHES = TimeOuts(1.0, 2.0)  # also at the start and for health checks
FOR_LOOP = TimeOuts(1.0, 1.0)  # what the event loop says of the open minutes
FOR_CLOCK = TimeOuts(0.5, 0.5)  # a longer wait holds up the clock of a web process


def shown(url: str) -> str:
    """An address without what is secret in it."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or 6379}{parts.path}"


def connect(url: str, time_outs: TimeOuts = FOR_BATCHES) -> Redis:
    """A client for threads, which tries a cut connection a second time."""
    client: Redis = Redis.from_url(
        url,
        socket_connect_timeout=time_outs.connect_s,
        socket_timeout=time_outs.answer_s,
        retry=Retry(NoBackoff(), 1),
    )
    return client


def connect_async(
    url: str, time_outs: TimeOuts, *, tries: int = 1
) -> redis.asyncio.Redis:
    """A client for the event loop; it connects when it is first used."""
    client: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
        url,
        socket_connect_timeout=time_outs.connect_s,
        socket_timeout=time_outs.answer_s,
        retry=redis.asyncio.retry.Retry(NoBackoff(), tries - 1),
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
    with connect(url) as client, answering(f"The Redis of {name}, {shown(url)},"):
        client.ping()


def writes_to_a_disk(name: str, url: str) -> bool:
    """Whether a Redis keeps snapshots or a log; one that hides its settings does not.

    Raises:
        RedisAway: If it does not answer.
    """
    with connect(url) as client, answering(f"The Redis of {name}, {shown(url)},"):
        try:
            kept = client.config_get("save", "appendonly")
        except ResponseError:
            return False
    return bool(kept.get("save")) or kept.get("appendonly") == "yes"


@contextmanager
def answering(which: str) -> Iterator[None]:
    """Say in our words that a Redis does not answer.

    Raises:
        RedisAway: Instead of any error of the client.
    """
    try:
        yield
    except RedisError as error:
        raise RedisAway(f"{which} does not answer: {error}") from error
