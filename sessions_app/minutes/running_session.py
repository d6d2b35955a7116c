"""A running class as the frame's path and the dashboard know it: no row, no query."""

from dataclasses import dataclass
from uuid import UUID

from sessions_app.enums import SessionState
from sessions_app.models import ClassSession


@dataclass(frozen=True, slots=True)
class RunningSession:
    """What the frame's path needs to know of a session."""

    id: UUID
    state: SessionState
    expression_on: bool  # the operator's ceiling and the teacher's choice together
    pulse_on: bool
    frame_interval_ms: int
    started_at: float | None  # seconds since the Unix epoch
    window_s: int
    closed_through: int
    counted: int | None = None  # about how many, in the expression of the last minute

    def minute_at(self, now: float) -> int:
        """Index of the minute that a moment belongs to; -1 before the start."""
        if self.started_at is None or now < self.started_at:
            return -1
        return int((now - self.started_at) // self.window_s)


def running_session(
    session: ClassSession, counted: int | None = None
) -> RunningSession:
    return RunningSession(
        id=session.pk,
        state=SessionState(session.state),
        expression_on=session.expression_offered,
        pulse_on=session.pulse_on,
        frame_interval_ms=session.frame_interval_ms,
        started_at=session.started_at.timestamp() if session.started_at else None,
        window_s=session.window_s,
        closed_through=session.closed_through,
        counted=counted,
    )
