"""Whether the database answers at all: one that hangs raises nothing.

It is frozen, its disk is, or what it says does not come through. Then nobody's no can be read
from it, and no page can tell whose browser says one.
"""

import os
import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from django.db import InterfaceError, OperationalError, connection
from django.db.backends.signals import connection_created

ASKED_EVERY_S = 0.25
SILENT_AFTER_S = (
    1.5  # with what it takes to ask and look, frames end within two seconds
)
# As long as for a lock or a new connection; then whoever waits is told.
GIVEN_UP_AFTER_S = 5.0

_used = WeakSet[Any]()  # this process's connections to a PostgreSQL
_lock = threading.Lock()


def _note(connection: Any, **_: Any) -> None:
    if connection.vendor != "sqlite":
        with _lock:
            _used.add(connection.connection)


connection_created.connect(_note, dispatch_uid="a database that may fall silent")


class SilentDatabase:
    """Asks for nothing, by a connection of its own, and knows for how long no answer came.

    A file answers with whoever reads it, so SQLite is not asked.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "database-silence")
        self._asking: Future[None] | None = None
        self._asked_at: float | None = None  # monotonic; None while nothing is asked
        self._own: Any = None  # the connection

    def ask(self) -> None:
        """Ask, unless the last question is still open; returns at once."""
        if connection.vendor == "sqlite":
            return
        if self._asking is None or self._asking.done():
            self._asking = self._thread.submit(self._ask)

    def is_silent(self, for_s: float = SILENT_AFTER_S) -> bool:
        """Whether the last question has been open for too long."""
        asked_at = self._asked_at
        return asked_at is not None and time.monotonic() - asked_at > for_s

    def give_up(self) -> None:
        """Cut all other connections, as pages and noes would wait for ever on them.

        They are told then that the database is away, and every no is tried again.
        """
        with _lock:
            used = [each for each in _used if each is not self._own]
            _used.clear()
        errors = connection.Database.Error  # type: ignore[attr-defined]  # all have one
        for each in used:
            # Whoever uses it may close it meanwhile, so another handle of its socket is made.
            with (
                suppress(OSError, errors),
                socket.socket(fileno=os.dup(each.fileno())) as line,
            ):
                line.shutdown(socket.SHUT_RDWR)

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        try:
            with connection.cursor() as cursor:
                self._own = connection.connection
                cursor.execute("SELECT 1")
        except (OperationalError, InterfaceError):  # whoever needs it says so
            connection.close()
        finally:
            self._asked_at = None
