"""Whether a Celery worker works: frames wait and nothing is done means it does not.

Of a cluster's workers; without a cluster see `sessions_app/live/pool_executor.py`.
Workers on Redis are known to stall after a reconnect: the process lives, the socket is
open, and no task is taken. So the sign of life is work done, not a process that runs.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from redis import Redis, RedisError

logger = logging.getLogger(__name__)

CHECKS_EVERY_S = 1.0
BEAT = "beat"  # the clock is no worker: its sign is in the broker and says no more
STALLS_AFTER_S = 6  # tasks wait and none is finished for so long: give up
SIGN_STANDS_S = 5


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """What a worker last said of itself; gone five seconds after it fell silent."""

    finished: int  # tasks since its start
    stalled_s: int  # since when tasks wait while none is finished
    model: str = ""  # hash of its artefact; blank where it has none


def sign_key(queue: str, node: str = "") -> str:
    """Where a worker's sign of life is; without a node: the last one of its queue."""
    return f"alive:{queue}:{node}" if node else f"alive:{queue}"


def last_sign(live: Redis, queue: str, node: str = "") -> SignOfLife | None:
    """Read a worker's sign of life, or any one's of a queue; None if it fell silent."""
    found = live.get(sign_key(queue, node))
    return None if found is None else SignOfLife(**json.loads(found))


class Watchdog:
    """Checks once a second whether a worker works; ends it if it does not.

    Args of its making: the two Redis; the queue and the worker's own name; whether it
    can do a task yet; how many it has finished; what ends it.
    """

    def __init__(
        self,
        *,
        broker: Redis,
        live: Redis,
        queue: str,
        node: str,
        ready: Callable[[], bool],
        finished: Callable[[], int],
        give_up: Callable[[], None],
        model: str = "",
    ) -> None:
        self._broker = broker
        self._live = live
        self._queue = queue
        self._node = node
        self._ready = ready
        self._finished = finished
        self._give_up = give_up
        self._model = model
        self._thread: threading.Thread | None = None
        self._finished_before = -1
        # Checks, not seconds: a worker that was frozen has not stalled meanwhile.
        self._stalled_checks = 0

    def start(self) -> None:
        """Check for as long as the process lives; once, however often it is asked."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def check(self) -> None:
        """Check once; a Redis that is away is no fault of the worker's."""
        finished = self._finished()
        try:
            waiting = self._broker.llen(self._queue)
        except RedisError:
            waiting = 0
        idle = waiting > 0 and finished == self._finished_before
        self._stalled_checks = self._stalled_checks + 1 if idle else 0
        self._finished_before = finished
        self._sign(SignOfLife(finished, self._stalled_checks, self._model))
        if self._stalled_checks * CHECKS_EVERY_S >= STALLS_AFTER_S:
            logger.critical(
                "Tasks wait in %s and none was finished for %d s: this worker ends.",
                self._queue,
                STALLS_AFTER_S,
            )
            self._give_up()

    def _sign(self, sign: SignOfLife) -> None:
        body = json.dumps(asdict(sign))
        try:
            with self._live.pipeline(transaction=False) as pipe:
                for key in (sign_key(self._queue, self._node), sign_key(self._queue)):
                    pipe.set(key, body, ex=SIGN_STANDS_S)
                pipe.execute()
        except RedisError as error:
            logger.debug("No sign of life could be left: %s", error)

    def _run(self) -> None:
        while True:
            if self._ready():
                self.check()
            time.sleep(CHECKS_EVERY_S)
