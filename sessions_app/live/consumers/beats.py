"""One clock for the beats of all sockets, so that a silent line is told from a dead one."""

import asyncio
import time
from typing import Protocol

# Browsers take 22 s without a word for a dead line: static/js/lib/live_socket.js. An
# answer each ten seconds, as devices get it, comes sooner than a beat would.
SILENT_FOR_S = 12.0
_LOOKS_EVERY_S = 1.0


class Listener(Protocol):
    """An open socket, as far as the beats know it."""

    def beat(self) -> None:
        """Say that the line stands."""


class Beats:
    """Who was told something when: the longest silent first, so a look costs what is due."""

    def __init__(self) -> None:
        self._told_at: dict[Listener, float] = {}
        self._looking = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def told(self, listener: Listener) -> None:
        """A socket opened, or was told something."""
        self._told_at.pop(listener, None)
        self._told_at[listener] = time.monotonic()
        if not self._looking or self._loop is not asyncio.get_running_loop():
            self._look_again()

    def leave(self, listener: Listener) -> None:
        """A socket closed."""
        self._told_at.pop(listener, None)

    def _look(self) -> None:
        self._looking = False
        until = time.monotonic() - SILENT_FOR_S
        due = []
        for listener, told_at in self._told_at.items():
            if told_at > until:
                break
            due.append(listener)
        for listener in due:
            self.told(listener)
            listener.beat()
        if self._told_at:
            self._look_again()

    def _look_again(self) -> None:
        self._looking, self._loop = True, asyncio.get_running_loop()
        self._loop.call_later(min(_LOOKS_EVERY_S, SILENT_FOR_S), self._look)
