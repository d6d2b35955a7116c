"""When the default worker keeps house: by a clock that is never set back.

Celery's own schedules ask the wall clock, which stops them for as long as it is set
back, and its expiry compares two machines' wall clocks. These ask the monotonic clock,
and what bounds the queue is its length.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from celery.schedules import schedstate, schedule

from inference.cluster.watchdog import BEAT, sign_key

_SIGN_TTL_MS = 10_000
_MOST_WAITING = 10  # tasks in the queue; each does all there is, so more help nobody


class Every(schedule):
    """Due at a fixed number of seconds of the monotonic clock, the first time at once."""

    def __init__(self, seconds: float) -> None:
        super().__init__(timedelta(seconds=seconds))
        self._seconds = seconds
        self._due_at = time.monotonic()

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Whether to run now, and in how many seconds to ask again."""
        now = time.monotonic()
        if now < self._due_at:
            return schedstate(False, self._due_at - now)
        self._due_at = now + self._seconds
        return schedstate(True, self._seconds)


class BoundedScheduler(Scheduler):
    """Keeps its times in memory, and sends nothing to a queue that nobody empties."""

    def apply_async(
        self,
        entry: ScheduleEntry,
        producer: Any = None,
        advance: bool = True,
        **kwargs: Any,
    ) -> Any:
        queue = self.app.conf.task_default_queue
        with self.app.connection_for_write() as connection:
            broker = connection.default_channel.client
            broker.set(sign_key(BEAT), 1, px=_SIGN_TTL_MS)
            waiting = broker.llen(queue)
        if waiting >= _MOST_WAITING:
            return None
        return super().apply_async(entry, producer, advance, **kwargs)


SCHEDULE = {
    name: {"task": f"sessions_app.tasks.{name}", "schedule": Every(seconds)}
    for name, seconds in {
        "close_minutes": 1,
        "send_what_waits": 5,
        "end_forgotten": 600,
        "apply_retention": 3600,
    }.items()
}
