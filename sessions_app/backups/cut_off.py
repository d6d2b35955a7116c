"""A copy of the database lies in a folder for a while: no end of the command leaves it there."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDS = (signal.SIGTERM, signal.SIGHUP)  # of a timer, of a log-out


@contextmanager
def tidy() -> Iterator[None]:
    """Let signals that end a command end it as Ctrl-C does, so that it tidies up."""
    before = {each: signal.signal(each, _end) for each in _ENDS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
