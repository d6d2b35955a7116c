"""Whether the database answers at all: one that hangs raises nothing.

It is frozen, its disk is, or what it says does not come through. Then nobody's no can be read
from it, and no page can tell whose browser says one.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connection

ASKED_EVERY_S = 0.25
SILENT_AFTER_S = (
    1.5  # with what it takes to ask and look, frames end within two seconds
)


class SilentDatabase:
    """Asks for nothing, by a connection of its own, and knows for how long no answer came.

    A file answers with whoever reads it, so SQLite is not asked.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "database-silence")
        self._asking: Future[None] | None = None
        self._asked_at: float | None = None  # monotonic; None while nothing is asked

    def ask(self) -> None:
        """Ask, unless the last question is still open; returns at once."""
        if connection.vendor == "sqlite":
            return
        if self._asking is None or self._asking.done():
            self._asking = self._thread.submit(self._ask)

    def is_silent(self) -> bool:
        """Whether the last question has been open for too long."""
        asked_at = self._asked_at
        return asked_at is not None and time.monotonic() - asked_at > SILENT_AFTER_S

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (OperationalError, InterfaceError):  # whoever needs it says so
            connection.close()
        finally:
            self._asked_at = None
