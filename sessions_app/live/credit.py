"""How many batches may be on their way to the engine at once."""

import itertools

TIMEOUT_S = 2.0
PROBE_EVERY_S = 2.0
GROWS_WITHIN_S = 0.5  # a reply that took longer says that enough is on its way


class Credit:
    """A window of batches in flight: grows with quick replies, halves on a timeout.

    Below one batch it probes: one batch every `PROBE_EVERY_S`, and only when the
    engine has nothing left to do. So waiting work is bounded even when the engine
    stands still, and it recovers by itself when the engine does.
    """

    def __init__(self, *, ceiling: int) -> None:
        self._ceiling = ceiling
        self._window = float(min(2, ceiling))
        self._sent_at: dict[int, float] = {}
        self._last_sent_at = float("-inf")
        self._ids = itertools.count()

    @property
    def window(self) -> float:
        return self._window

    @property
    def in_flight(self) -> int:
        return len(self._sent_at)

    def has_any(self, *, now: float, backlog: int) -> bool:
        """Whether a batch may be sent.

        Args:
            now: Seconds of the monotonic clock.
            backlog: Batches handed to the engine that it has not finished, those
                that timed out included.
        """
        if self._window >= 1:
            return len(self._sent_at) < int(self._window)
        return backlog == 0 and now - self._last_sent_at >= PROBE_EVERY_S

    def spend(self, *, now: float) -> int:
        """Take credit for one batch; the id gives it back."""
        batch_id = next(self._ids)
        self._sent_at[batch_id] = self._last_sent_at = now
        return batch_id

    def give_back(self, batch_id: int, *, now: float) -> bool:
        """A reply came. False if it is late: it returns no credit then."""
        sent_at = self._sent_at.pop(batch_id, None)
        if sent_at is None:
            return False
        if self._window < 1 or now - sent_at <= GROWS_WITHIN_S:
            self._window = min(self._window + 1, self._ceiling)
        return True

    def lose(self, batch_id: int) -> None:
        """The engine lost a batch: no reply will come."""
        if self._sent_at.pop(batch_id, None) is not None:
            self._window /= 2

    def expire(self, *, now: float) -> list[int]:
        """Take back credit that was out for too long; return those batches' ids."""
        late = [
            batch_id
            for batch_id, sent_at in self._sent_at.items()
            if now - sent_at > TIMEOUT_S
        ]
        for batch_id in late:
            self.lose(batch_id)
        return late
