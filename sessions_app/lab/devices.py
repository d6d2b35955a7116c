"""What students' own devices read of their frames, for students made of code."""

import time
from collections.abc import Callable
from math import ceil

from django.conf import settings

from inference.contracts import FrameState, Reading
from inference.engine import load_engine
from sessions_app.live.intervals import expected_engine
from sessions_app.live.protocol import IncomingInterval, pack_interval
from sessions_app.minutes.store import PersonSums

_GREY_D = 1000  # tenths; nothing depends on it


def read_by_the_engine(frames: list[bytes]) -> dict[bytes, Reading]:
    """What the engine that browsers have, too, reads in each frame, once and for all.

    Raises:
        ValueError: If it reads none of them.
    """
    readings = zip(frames, load_engine(settings.FER_ENGINE).read(frames), strict=True)
    read = {f: r for f, r in readings if r.state in {FrameState.OK, FrameState.NO_FACE}}
    if not read:
        raise ValueError("The engine can read no picture of these; give others.")
    return read


class Device:
    """Adds up what it reads, as the page's script does; takes no time for the reading."""

    def __init__(self, look: Callable[[], Reading], every_s: float) -> None:
        """Look at a frame's reading every so many seconds, at least one."""
        self._look, self._every_s = look, every_s
        self._began = self._since = time.monotonic()
        self._read = 0  # frames so far

    def interval(self, seq: int) -> tuple[bytes, int]:
        """The message about all since the last one, and its number of frames."""
        now = time.monotonic()
        lasted_s, self._since = now - self._since, now
        due = round((now - self._began) / self._every_s) - self._read
        most = ceil(lasted_s)  # a frame a second is the most that is counted
        sums = PersonSums()
        for _ in range(min(max(1, due), most)):
            sums.add(self._look())
        self._read += sums.frames
        interval = IncomingInterval(
            seq,
            int(time.time() * 1000),
            expected_engine(),
            ceil(lasted_s * 10),
            sums.frames,
            sums.faces,
            _GREY_D,
            tuple(sums.scores.tolist()),
            tuple(map(int, sums.arg_max)),
            sums.max_score,
        )
        return pack_interval(interval), sums.frames
