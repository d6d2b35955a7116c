"""A copy of the database lies in a folder for a while: no end of the command leaves it there."""

import fcntl
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_ENDS = (signal.SIGTERM, signal.SIGHUP)  # of a timer, of a log-out (nohup ignores it)
_OURS, _NEW = ".classmood-copy-", ".classmood-new-"
_IN_USE = "in-use"  # a file in it, locked until its process ends, however that ends


@contextmanager
def tidy() -> Iterator[None]:
    """Let signals that end a command end it once it has tidied up.

    It ends by the signal itself, so Python writes nothing more to a pipe that nobody
    reads: that would wait for ever.
    """
    heard = [each for each in _ENDS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, _end) for each in heard}
    ended_by = None
    try:
        yield
    except _Ended as end:
        ended_by = end.number
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    if ended_by is not None:
        signal.raise_signal(ended_by)


@contextmanager
def own_folder(place: Path | None) -> Iterator[Path]:
    """A folder for a while; first those go that a killed process left in the same place.

    Args:
        place: In which folder; None: in the system's for such files.
    """
    place = place or Path(tempfile.gettempdir())
    delete_abandoned(place)
    new = Path(tempfile.mkdtemp(prefix=_NEW, dir=place))
    with (new / _IN_USE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Only now: others find no folder of ours that is not locked.
        folder = new.rename(new.with_name(new.name.replace(_NEW, _OURS)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def delete_abandoned(place: Path) -> None:
    """Delete the copies that killed processes left in a folder."""
    for left in place.glob(f"{_OURS}*"):
        _delete_unless_in_use(left)


def _delete_unless_in_use(folder: Path) -> None:
    try:
        lock = (folder / _IN_USE).open("r+")
    except OSError:  # somebody else's, or it goes at this moment
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder, ignore_errors=True)  # two may do it at once


def _end(number: int, _frame: FrameType | None) -> None:
    raise _Ended(number)


class _Ended(BaseException):
    """A signal has ended the command: not an Exception, which somebody might handle."""

    def __init__(self, number: int) -> None:
        self.number = number
