"""How often students are asked to send: slower when the engine falls behind."""

import random

from sessions_app.models.session import MAX_INTERVAL_MS, MIN_INTERVAL_MS

_MOST = MAX_INTERVAL_MS / MIN_INTERVAL_MS
# Times the factor: until then not everybody has heard of the last.
_CHECKS_EVERY_S = 2.0
_LAG_SOUGHT_S = 0.6  # while there are more frames than the engine can read
_STEP_PER_S = 0.2  # of lag above or below that
_IDLE_BELOW_S = 0.1
_SOONER = 0.7  # times the factor, where the engine has next to nothing to do
_DROPS_ALLOWED = 0.05
_SCATTER = 0.3


class Pace:
    """One factor on every class's interval, so that no class pays for another.

    It seeks the factor at which frames wait a little, so that the engine always has
    something to do and nothing is dropped. A change shows once the students have heard
    of it and sent again; faster steering than that swings between too much and too little.
    """

    def __init__(self) -> None:
        self._factor = 1.0
        self._since: float | None = None  # when the frames below began
        self._frames = self._dropped = 0
        self._lag_s = 0.0

    def note(self, *, now: float, dropped: bool, lag_s: float = 0.0) -> None:
        """Take one frame's fate into account."""
        if self._since is None:
            self._since = now
        self._frames += 1
        self._dropped += dropped
        self._lag_s += lag_s
        if now - self._since >= _CHECKS_EVERY_S * self._factor:
            self._factor = min(max(self._factor * self._change(), 1.0), _MOST)
            self._since, self._lag_s = now, 0.0
            self._frames = self._dropped = 0

    def delay_ms(self, interval_ms: int) -> int:
        """The next delay of a student whose class asks for `interval_ms`."""
        return int(
            min(max(interval_ms * self._factor, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
        )

    def scattered(self, delay_ms: int) -> int:
        """The same for one of many, who must not all come back at once."""
        if self._factor == 1:
            return delay_ms
        return max(MIN_INTERVAL_MS, int(delay_ms * random.uniform(1 - _SCATTER, 1)))

    def _change(self) -> float:
        share = self._dropped / self._frames
        if share > _DROPS_ALLOWED:
            return 1 / (1 - min(share, 0.5))
        lag_s = self._lag_s / (self._frames - self._dropped)
        if lag_s < _IDLE_BELOW_S:
            return _SOONER
        return 1 + _STEP_PER_S * (lag_s - _LAG_SOUGHT_S)
