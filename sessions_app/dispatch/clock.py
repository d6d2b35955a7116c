"""Wall-clock time that no clock step can move."""

import time


class SteadyClock:
    """The wall clock as it was when the process began, carried on monotonically.

    Minutes are counted on it, so setting the machine's clock neither reopens a
    minute nor skips one while a class is running.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds since the Unix epoch."""
        return self._offset + time.monotonic()
