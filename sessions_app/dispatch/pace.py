"""How often students are asked to send: slower when the engine falls behind."""

from sessions_app.models.session import MAX_INTERVAL_MS, MIN_INTERVAL_MS

_SLOWER, _FASTER = 1.25, 0.98
_STEP_EVERY_S = 0.5
_LAG_IS_HIGH_S = 0.5
_MOST = MAX_INTERVAL_MS / MIN_INTERVAL_MS


class Pace:
    """One factor on every class's interval, so that no class pays for another.

    It grows by a quarter at most twice a second while frames are dropped or answered
    late, and shrinks slowly while they are not.
    """

    def __init__(self) -> None:
        self._factor = 1.0
        self._stepped_at = float("-inf")

    @property
    def factor(self) -> float:
        return self._factor

    def note(self, *, now: float, dropped: bool, lag_s: float = 0.0) -> None:
        """Take one frame's fate into account."""
        if now - self._stepped_at < _STEP_EVERY_S:
            return
        behind = dropped or lag_s > _LAG_IS_HIGH_S
        self._stepped_at = now
        changed = self._factor * (_SLOWER if behind else _FASTER)
        self._factor = min(max(changed, 1.0), _MOST)

    def delay_ms(self, interval_ms: int) -> int:
        """The next delay of a student whose class asks for `interval_ms`."""
        return int(
            min(max(interval_ms * self._factor, MIN_INTERVAL_MS), MAX_INTERVAL_MS)
        )
