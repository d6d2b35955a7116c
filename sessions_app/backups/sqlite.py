"""SQLite: the copy of a file, and a file in the place of another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from sessions_app.backups.archive import CannotRestore, Manifest, Table
from sessions_app.backups.in_use import claim
from sessions_app.backups.left_out import BLANK, NO_ROWS
from sessions_app.backups.stores import ASIDE, Store

_FILE = "database.sqlite3"
_BEFORE = "before-restore-"
_LOGS = ("-wal", "-shm")  # of a damaged file; SQLite would write them into the new one


class SqliteStore(Store):
    """Restores into a file aside, and then renames two."""

    def dump(self, folder: Path) -> tuple[list[str], list[Table]]:
        copy = folder / _FILE
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        with closing(sqlite3.connect(copy)) as database, database:
            database.execute("PRAGMA secure_delete=ON")
            _take_out(database)
        return [_FILE], []

    def workplace(self) -> Path | None:
        return _here().parent  # what is unpacked stays there

    def require_alone(self) -> None:
        connection.close()
        here = _here()
        if not (claim(here, alone=True) and _is_closed(here)):
            raise CannotRestore(
                f"A process has {here} open. Stop the platform, then restore."
            )

    @contextmanager
    def aside(self, folder: Path, manifest: Manifest) -> Iterator[BaseDatabaseWrapper]:
        if fault := _fault(folder / _FILE):
            raise CannotRestore(f"The database in the backup is damaged: {fault}.")
        restored: BaseDatabaseWrapper = connection.copy(ASIDE)
        restored.settings_dict["NAME"] = str(folder / _FILE)
        connections[ASIDE] = restored
        try:
            yield restored
        finally:
            restored.close()
            del connections[ASIDE]

    def replace(self, restored: BaseDatabaseWrapper, folder: Path, moment: str) -> str:
        restored.close()  # empties its write-ahead log
        self.require_alone()
        here, new = _here(), folder / _FILE
        new.chmod(0o600)
        before = here.with_name(f"{here.name}.{_BEFORE}{moment}")
        for suffix in ("", *_LOGS):
            if (old := _beside(here, suffix)).exists():
                old.rename(_beside(before, suffix))
        new.rename(here)
        return str(before)

    def delete_replaced(self) -> list[str]:
        here = _here()
        files = sorted(here.parent.glob(f"{here.name}.{_BEFORE}*"))
        for file in files:
            file.unlink()
        return [str(file) for file in files]


def _here() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(f"{file.name}{suffix}")


def _is_closed(here: Path) -> bool:
    """Whether no process has a connection: SQLite gives up the log only then.

    A file that is damaged cannot be asked; a server does not serve from it.
    """
    if not here.exists():
        return True
    try:
        with closing(sqlite3.connect(here, timeout=1)) as database:
            [(mode,)] = database.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
    return bool(mode == "delete")


def _take_out(database: sqlite3.Connection) -> None:
    """What no backup holds; an older database may lack the tables."""
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    for table in NO_ROWS & tables:
        database.execute(f'DELETE FROM "{table}"')
    for table in BLANK.keys() & tables:
        for column, value in BLANK[table].items():
            database.execute(f'UPDATE "{table}" SET "{column}" = ?', [value])


def _fault(file: Path) -> str:
    """What is wrong with a database's file; blank if nothing is."""
    with closing(sqlite3.connect(file)) as database:
        try:
            [(said, *_), *_] = database.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.DatabaseError as error:
            return str(error)
    return "" if said == "ok" else str(said)
