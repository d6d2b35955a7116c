"""What must not grow, whatever happens: queues and memory, looked at every second."""

import threading
from collections import defaultdict

from redis import RedisError

from tests.cluster.topology import WEB

CHECKS_EVERY_S = 1.0
# Tasks: at 64 web processes stop sending; beat stops at ten.
MOST_QUEUED = {"inference": 64, "default": 12}
# MiB. Forty students, a class that lasts minutes: what is more was kept by mistake.
MOST_MB = {**dict.fromkeys(WEB, 250), "redis": 40, "live-redis": 40}


class Bounds:
    """The most that was seen of each."""

    def __init__(self, platform):
        self._platform = platform
        self._seen = defaultdict(float)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_again, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._over.set()
        self._thread.join()

    def check(self):
        """Compare the most that was seen with what may be."""
        too_much = {
            name: (self._seen[name], most)
            for name, most in (MOST_QUEUED | MOST_MB).items()
            if self._seen[name] > most
        }
        assert too_much == {}
        assert set(MOST_QUEUED | MOST_MB) <= set(self._seen)

    def _look_again(self):
        while not self._over.wait(CHECKS_EVERY_S):
            for name in MOST_MB:
                self._saw(name, self._platform.rss_mb(name))
            try:
                with self._platform.redis("redis") as broker:
                    for queue in MOST_QUEUED:
                        self._saw(queue, broker.llen(queue))
            except RedisError:
                continue  # it is down, and holds nothing

    def _saw(self, name, value):
        self._seen[name] = max(self._seen[name], value)
