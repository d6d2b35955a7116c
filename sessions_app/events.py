"""The one message that crosses the channel layer: look again.

It only speeds things up. Every process refreshes its sessions once a second, so a
lost message costs a second, never a decision.
"""

import logging
import threading
import time
from collections import OrderedDict, deque
from typing import Literal, TypedDict
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.dispatch import Signal

logger = logging.getLogger(__name__)

# In the transaction that makes a lesson's last minute final, once: `session`. For what
# belongs to the end and stands in a higher room than the closing does.
lesson_ended = Signal()
# In the transaction that stores a minute, once: `session`, `minute`.
minute_closed = Signal()

# Each message has the roster read at once, and a no is never refused: a student who says
# it on and on must not keep the loop from the frames.
MOST, WITHIN_S = 5, 2.0
_REMEMBERED = 1000  # classes
_sent: OrderedDict[UUID, deque[float]] = OrderedDict()
_lock = threading.Lock()


class SessionChanged(TypedDict):
    type: Literal["session.changed"]
    session: str  # the hex of its key


def session_group(session_id: UUID) -> str:
    return f"session-{session_id.hex}"


def session_changed(session_id: UUID) -> None:
    """Tell the processes with sockets of a session that its state or a consent changed.

    After `MOST` messages in `WITHIN_S` there is none: the next refresh says it all.
    """
    if _is_one_too_many(session_id):
        return
    message: SessionChanged = {"type": "session.changed", "session": session_id.hex}
    try:
        async_to_sync(get_channel_layer().group_send)(
            session_group(session_id), message
        )
    except OSError as error:  # a Redis that is away; the next refresh says it all
        logger.warning("Session %s: message not sent (%s)", session_id, error)


def _is_one_too_many(session_id: UUID) -> bool:
    now = time.monotonic()
    with _lock:
        sent = _sent.pop(session_id, None) or deque(maxlen=MOST)
        _sent[session_id] = sent  # the newest is last
        if len(_sent) > _REMEMBERED:
            _sent.popitem(last=False)
        if len(sent) == MOST and now - sent[0] < WITHIN_S:
            return True
        sent.append(now)
    return False
