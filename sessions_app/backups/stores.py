"""What a kind of database does for a backup."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from sessions_app.backups.archive import Manifest, Table

ASIDE = "restored"  # the alias of what is built aside


class Store(ABC):
    """A database that is copied, and built aside from a copy."""

    @abstractmethod
    def dump(self, folder: Path) -> tuple[list[str], list[Table]]:
        """Copy the database as it is at one moment; who writes meanwhile is not held up.

        Returns:
            The names of the files in the folder, and the tables in them where one file
            is one table.
        """

    def workplace(self) -> Path | None:
        """Where a backup is unpacked; None: in the system's folder for such files."""
        return None

    @abstractmethod
    def require_alone(self) -> None:
        """Make sure that no other process has the database open.

        Raises:
            CannotRestore: If one has.
        """

    @abstractmethod
    def aside(
        self, folder: Path, manifest: Manifest
    ) -> AbstractContextManager[BaseDatabaseWrapper]:
        """The database of a backup under the alias `ASIDE`, as it was when it was made.

        What is not put in the old one's place is gone at the end.

        Raises:
            CannotRestore: If it is damaged.
        """

    @abstractmethod
    def replace(self, restored: BaseDatabaseWrapper, folder: Path, moment: str) -> str:
        """Put what was built aside in the place of the old one; where that is kept.

        Raises:
            CannotRestore: As `require_alone`.
        """

    @abstractmethod
    def delete_replaced(self) -> list[str]:
        """Delete what earlier restores replaced; what that was."""


def store() -> Store:
    """That of this platform."""
    if connection.vendor == "postgresql":
        from sessions_app.backups.postgresql import (  # noqa: PLC0415 -- only there
            PostgresqlStore,
        )

        return PostgresqlStore()
    from sessions_app.backups.sqlite import SqliteStore  # noqa: PLC0415 -- the same

    return SqliteStore()
