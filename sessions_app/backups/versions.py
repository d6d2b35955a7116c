"""Which migrations a database has had, and whether this version knows them."""

from collections.abc import Collection

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from sessions_app.backups.archive import CannotRestore

Migration = tuple[str, str]  # app, name


def applied(connection: BaseDatabaseWrapper) -> list[Migration]:
    """All that a database has had, sorted; none where it is empty."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def unknown(names: Collection[Migration]) -> list[Migration]:
    """Those that this version does not have: the database is of a newer one."""
    on_disk = MigrationLoader(None).disk_migrations
    replaced = {tuple(name) for each in on_disk.values() for name in each.replaces}
    return sorted({*names} - {*on_disk} - replaced)


def refuse_newer(release: str, names: Collection[Migration]) -> None:
    """Refuse a backup of a newer version.

    Raises:
        CannotRestore: If it has had a migration that this version does not know.
    """
    if newer := unknown(names):
        app, name = newer[0]
        raise CannotRestore(
            f"This backup was made by Classmood {release}; this is "
            f"{settings.FER_RELEASE}, which does not know its tables ({app}.{name}). "
            f"Install {release} or newer, then restore."
        )


def bring_to(connection: BaseDatabaseWrapper, names: Collection[Migration]) -> None:
    """Give an empty database the tables that one with these migrations has."""
    executor = MigrationExecutor(connection)
    executor.migrate(_newest(executor.loader.graph, {*names}))


def bring_up_to_date(connection: BaseDatabaseWrapper) -> None:
    """Apply what this version has more."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _newest(graph: MigrationGraph, names: set[Migration]) -> list[Migration]:
    """The last ones of each app; an earlier one as a target would go back to it."""
    return sorted(
        name
        for name in names & graph.nodes.keys()
        if not any(
            child.key in names and child.key[0] == name[0]
            for child in graph.node_map[name].children
        )
    )
