"""One tap of the pulse, on its way to the open minute."""

from uuid import UUID

from sessions_app.enums import Tap
from sessions_app.minutes.current_store import get_store


def tap(session_id: UUID, participant_id: UUID, choice: Tap) -> None:
    """Make a choice the student's vote for the next five minutes."""
    get_store().tap(session_id, participant_id, choice.value)
