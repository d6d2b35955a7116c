"""The one message that crosses the channel layer: look again.

It only speeds things up. Every process refreshes its sessions once a second, so a
lost message costs a second, never a decision.
"""

import logging
from typing import Literal, TypedDict
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


class SessionChanged(TypedDict):
    type: Literal["session.changed"]


def session_group(session_id: UUID) -> str:
    return f"session-{session_id.hex}"


def session_changed(session_id: UUID) -> None:
    """Tell the session's open sockets that its state or a consent changed."""
    message: SessionChanged = {"type": "session.changed"}
    try:
        async_to_sync(get_channel_layer().group_send)(
            session_group(session_id), message
        )
    except OSError as error:  # a Redis that is away; the next refresh says it all
        logger.warning("Session %s: message not sent (%s)", session_id, error)
