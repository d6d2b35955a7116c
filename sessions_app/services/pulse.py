"""One tap of the pulse, on its way to the open minute."""

from uuid import UUID

from sessions_app.enums import Tap
from sessions_app.minutes.current_store import get_store
from sessions_app.minutes.store import TAKEN_BACK


def tap(session_id: UUID, participant_id: UUID, choice: Tap) -> None:
    """Make a choice the student's vote for the next five minutes."""
    get_store().tap(session_id, participant_id, choice.value)


def take_back(session_id: UUID, participant_id: UUID) -> None:
    """Let the last tap count no longer from now on, as if it had faded."""
    get_store().tap(session_id, participant_id, TAKEN_BACK)
