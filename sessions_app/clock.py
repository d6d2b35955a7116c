"""Wall-clock time that no clock step can move.

Minutes are counted on it from a session's start, so setting the machine's clock
neither reopens a minute nor skips one while a class is running.
"""

import datetime as dt
import time

# A clock that also counts while the machine sleeps; on macOS the other one does.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
# The wall clock as it was when the process began; carried on steadily from there.
_OFFSET_S = time.time() - time.clock_gettime(_STEADY)


def now_s() -> float:
    """Seconds since the Unix epoch."""
    return _OFFSET_S + time.clock_gettime(_STEADY)


def now() -> dt.datetime:
    """The same, as a moment that a row can keep."""
    return dt.datetime.fromtimestamp(now_s(), tz=dt.UTC)


def carry_on_from(seconds: float) -> None:
    """Count from a moment that several machines agreed on.

    Args:
        seconds: Since the Unix epoch, now.
    """
    global _OFFSET_S
    _OFFSET_S = seconds - time.clock_gettime(_STEADY)
