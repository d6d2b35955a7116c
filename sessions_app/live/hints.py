"""What the channel layer says to this process: look again, or a student went on elsewhere.

One channel for all sockets here. With one each, every hint would wake each student of the
lesson, though it concerns a few.
"""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from sessions_app.events import session_group


class Hints:
    def __init__(
        self,
        on_change: Callable[[UUID], None],
        on_elsewhere: Callable[[UUID, float], None],
    ) -> None:
        """Listen once the first socket enters.

        Args:
            on_change: Called with a lesson whose state or consents may have changed.
            on_elsewhere: Called with a student and the moment when the socket entered
                that was replaced by a newer one in another process.
        """
        self._on_change, self._on_elsewhere = on_change, on_elsewhere
        self._opening = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None
        self.channel_name = ""

    async def enter(self, session: UUID) -> None:
        """Hear of a lesson from now on; each socket that opens asks again for it."""
        layer = get_channel_layer()
        async with self._opening:
            if self._listening is None:
                self.channel_name = await layer.new_channel()
                self._listening = asyncio.create_task(self._listen(layer))
        await layer.group_add(session_group(session), self.channel_name)

    async def leave(self, session: UUID) -> None:
        """Hear of a lesson no more, as its last socket here closed."""
        layer = get_channel_layer()
        await layer.group_discard(session_group(session), self.channel_name)

    async def _listen(self, layer: Any) -> None:
        while True:
            message = await layer.receive(self.channel_name)
            if message["type"] == "session.changed":
                self._on_change(UUID(message["session"]))
            elif message["type"] == "continued.elsewhere":
                self._on_elsewhere(UUID(message["person"]), message["entered_at"])
