"""For health checks: `python -m fer_platform.probe inference [NODE]`, `... web|beat`.

Ends with 0 if that worker said within the last seconds that it works, with 1 and a
sentence if not. Without a node: the worker of that queue on this machine. `web` asks
the web process on port 8000 of this machine whether it is alive, `beat` whether a clock
has just asked the queue.
"""

import http.client
import sys
from collections.abc import Sequence

_ANSWER_WITHIN_S = 4


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


def _complaint(part: str, node: str = "") -> str:
    if part == "web":
        return web_complaint()
    # Slow imports, which the check of a web process every five seconds does without.
    from fer_platform import probe_redis  # noqa: PLC0415

    if part == "beat":
        return probe_redis.beat_complaint()
    return probe_redis.complaint(part, node)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in {1, 2}:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    said = _complaint(*arguments)
    if said:
        sys.stderr.write(f"{said}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
