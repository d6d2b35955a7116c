"""Warnings that may come a thousand times a second, written once a minute."""

import logging
import time
from collections import Counter
from collections.abc import Callable

EVERY_S = 60.0


class ThrottledLogger:
    """Writes the first warning of a kind, then at most one a minute with their number."""

    def __init__(
        self, logger: logging.Logger, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._logger = logger
        self._clock = clock
        self._written_at: dict[str, float] = {}
        self._held_back: Counter[str] = Counter()

    def warn(self, kind: str, detail: object = "") -> None:
        """Warn of one more of a kind.

        Args:
            kind: One of a few fixed texts.
            detail: What this one was; never content that came from outside.
        """
        now = self._clock()
        if now - self._written_at.get(kind, float("-inf")) < EVERY_S:
            self._held_back[kind] += 1
            return
        self._written_at[kind] = now
        more = self._held_back.pop(kind, 0)
        since = f" ({more} more since the last line)" if more else ""
        self._logger.warning("%s: %s%s", kind, detail, since)
