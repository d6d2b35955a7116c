"""Wall-clock time that no clock step can move.

Minutes are counted on it from a session's start, so setting the machine's clock
neither reopens a minute nor skips one while a class is running.
"""

import datetime as dt
import time

# The wall clock as it was when the process began; carried on monotonically from there.
_OFFSET_S = time.time() - time.monotonic()


def now_s() -> float:
    """Seconds since the Unix epoch."""
    return _OFFSET_S + time.monotonic()


def now() -> dt.datetime:
    """The same, as a moment that a row can keep."""
    return dt.datetime.fromtimestamp(now_s(), tz=dt.UTC)
