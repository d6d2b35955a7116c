"""For health checks: `python -m fer_platform.probe inference [NODE]`, `... web|beat`.

Ends with 0 if that worker said within the last seconds that it works, with 1 and a
sentence if not. Without a node: the worker of that queue on this machine. `web` asks
the web process on port 8000 of this machine whether it is alive, `beat` whether a clock
has just asked the queue.
"""

import http.client
import socket
import sys
from collections.abc import Callable, Sequence

from django.core.exceptions import ImproperlyConfigured
from redis import Redis, RedisError

from fer_platform.addresses import REDIS, env_address
from inference.cluster.redis_client import away, connect
from inference.cluster.watchdog import BEAT, STALLS_AFTER_S, last_sign, sign_key

_ANSWER_WITHIN_S = 4


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


def web_complaint(port: int = 8000) -> str:
    """What is wrong with the web process of this machine; blank if it is alive."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_WITHIN_S)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except OSError as error:
        return f"The web process does not answer on port {port}: {error}."
    finally:
        connection.close()
    return "" if status == 200 else f"The web process answered with status {status}."


def _asked(name: str, ask: Callable[[Redis], str]) -> str:
    try:
        url = env_address(name, REDIS)
    except ImproperlyConfigured as error:
        return str(error)
    if not url:
        return f"{name} is not set; a cluster needs it."
    try:
        with connect(url) as redis:
            return ask(redis)
    except RedisError as error:
        return away(name, url, error)


_COMPLAINTS = {"web": web_complaint, "beat": beat_complaint}


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in {1, 2}:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    said = _COMPLAINTS.get(" ".join(arguments), lambda: complaint(*arguments))()
    if said:
        sys.stderr.write(f"{said}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
