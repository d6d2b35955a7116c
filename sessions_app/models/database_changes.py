"""Whether anybody wrote to the database lately: SQLite tells it without a query."""

import sqlite3
import time
from urllib.parse import quote

from django.db import connection

# What was read at once after a change may come from a cache that is half a second old.
_SETTLES_S = 2.0
# Whatever the file says: somebody may have put another one in its place.
_ASKED_AGAIN_AFTER_S = 30.0


class DatabaseChanges:
    """Asked by one thread at a time. Of a database that does not tell, there is always news.

    SQLite counts the changes to its file by all other connections, of whatever process:
    https://www.sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self, lasts_s: float = _SETTLES_S) -> None:
        """Speak of a change for so many seconds."""
        self._lasts_s = lasts_s
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._settled_at = self._asked_again_at = float("-inf")

    def any_lately(self) -> bool:
        """Whether somebody wrote in the last seconds, or a while ago unseen."""
        now = time.monotonic()
        if now >= self._asked_again_at:
            self.close()
            self._asked_again_at = now + _ASKED_AGAIN_AFTER_S
        version = self._read_version()
        if version is None or version != self._version:
            self._version = -1 if version is None else version
            self._settled_at = now + self._lasts_s
        return now < self._settled_at

    def close(self) -> None:
        """Forget what was seen, and begin again with the next question."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._version = None, -1

    def _read_version(self) -> int | None:
        """The number of changes so far; None where that cannot be told."""
        if connection.vendor != "sqlite":
            return None
        try:
            if self._connection is None:
                path = quote(str(connection.settings_dict["NAME"]))
                self._connection = sqlite3.connect(
                    f"file:{path}?mode=rw",
                    uri=True,
                    isolation_level=None,
                    check_same_thread=False,
                )
            [version] = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            self.close()
            return None
        return int(version)
