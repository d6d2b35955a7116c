"""What pages and the API say while the database is busy or away."""

import sqlite3

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

DATABASE_AWAY = _(
    "The database is busy, or cannot be reached. Nothing was saved. Try again in some seconds."
)
DATABASE_BACK_S = 5  # after so long it is worth another try
_PRIMARY = 0xFF  # of a code; the rest says more about it


def is_busy(error: BaseException | None) -> bool:
    """Whether a database is busy or away, so that it is worth another try.

    SQLite calls a table or column that is not there an operational error, too: of a database
    that was not migrated. No waiting makes one.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "sqlite_errorcode", sqlite3.SQLITE_BUSY)
    return bool(code & _PRIMARY != sqlite3.SQLITE_ERROR)
