"""A running lesson as the frame's path and the dashboard know it: no row, no query."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sessions_app.enums import Inference, SessionState
from sessions_app.models import ClassSession
from sessions_app.models.choices import Stored
from sessions_app.models.session import MAX_INTERVAL_MS, MIN_INTERVAL_MS

_INTERVALS_A_MINUTE = 6  # at least


@dataclass(frozen=True, slots=True)
class RunningSession:
    """What the frame's path needs to know of a session."""

    id: UUID
    state: SessionState
    expression_on: bool  # the operator's ceiling and the teacher's choice together
    pulse_on: bool
    inference: Inference  # where its camera pictures may be read
    frame_interval_ms: int
    started_at: float | None  # seconds since the Unix epoch
    window_s: int
    closed_through: int
    choices: Stored | None = None  # of the pulse; None is the platform's own
    counted: int | None = None  # about how many, in the expression of the last minute
    result: dict[str, Any] | None = None  # for its students, where they see it
    replies: list[dict[str, Any]] = field(default_factory=list)  # of its teacher

    @property
    def needs_engine(self) -> bool:
        """Whether its students may send pictures to the server."""
        return self.expression_on and self.inference.allows(Inference.SERVER)

    @property
    def interval_ms(self) -> int:
        """How long a device adds up what it reads before it sends: short for a minute."""
        part_ms = self.window_s * 1000 // _INTERVALS_A_MINUTE
        return max(MIN_INTERVAL_MS, min(MAX_INTERVAL_MS, part_ms))

    def minute_at(self, now: float) -> int:
        """Index of the minute that a moment belongs to; -1 before the start."""
        if self.started_at is None or now < self.started_at:
            return -1
        return int((now - self.started_at) // self.window_s)


def running_session(
    session: ClassSession,
    counted: int | None = None,
    result: dict[str, Any] | None = None,
    replies: list[dict[str, Any]] | None = None,
) -> RunningSession:
    return RunningSession(
        id=session.pk,
        state=SessionState(session.state),
        expression_on=session.expression_offered,
        pulse_on=session.pulse_on,
        inference=session.promise.inference,
        frame_interval_ms=session.frame_interval_ms,
        started_at=session.started_at.timestamp() if session.started_at else None,
        window_s=session.window_s,
        closed_through=session.closed_through,
        choices=session.pulse_choices,
        counted=counted,
        result=result,
        replies=replies or [],
    )
