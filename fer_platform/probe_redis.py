"""What a worker and the clock said of themselves in a Redis; see `probe`."""

import socket
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from redis import Redis

from fer_platform.environment.groups import Stores
from inference.cluster.redis_away import RedisAway
from inference.cluster.redis_client import answering, connect, shown
from inference.cluster.watchdog import BEAT, STALLS_AFTER_S, last_sign, sign_key


def complaint(queue: str, node: str = "") -> str:
    """What is wrong with a worker; blank if it works."""
    node = node or f"{queue}@{socket.gethostname()}"

    def ask(live: Redis) -> str:
        sign = last_sign(live, queue, node)
        if sign is None:
            return f"{node} has fallen silent, or is not ready yet."
        if sign.stalled_s >= STALLS_AFTER_S:
            return (
                f"{node} has finished nothing for {sign.stalled_s} s while tasks wait."
            )
        return ""

    return _asked("FER_LIVE_REDIS_URL", ask)


def beat_complaint() -> str:
    """What is wrong with the clock that keeps house; blank if it ticks."""

    def ask(broker: Redis) -> str:
        if broker.exists(sign_key(BEAT)):
            return ""
        return "The clock has fallen silent, or has not started yet."

    return _asked("FER_REDIS_URL", ask)


def _asked(name: str, ask: Callable[[Redis], str]) -> str:
    try:
        url = Stores.read().address(name)
    except ImproperlyConfigured as error:
        return str(error)
    try:
        with connect(url) as redis, answering(f"The Redis of {name}, {shown(url)},"):
            return ask(redis)
    except RedisAway as error:
        return str(error)
