"""PostgreSQL: tables by COPY out of one snapshot, and a schema in the place of another."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import DataError, sql

from sessions_app.backups.archive import CannotRestore, Manifest, Table
from sessions_app.backups.left_out import BLANK, NO_ROWS
from sessions_app.backups.stores import ASIDE, Store
from sessions_app.backups.versions import bring_to

_BEFORE = "before_restore_"
_PIECE = 1 << 20  # bytes
_CONNECTIONS_END_WITHIN_S = 5.0
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "JOIN information_schema.tables USING (table_schema, table_name) "
    "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' "
    "AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position"
)
_COUNTED = (  # columns whose values a sequence gives
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND is_identity = 'YES'"
)


class PostgresqlStore(Store):
    """Restores into a schema of its own, and then renames two."""

    def dump(self, folder: Path) -> tuple[list[str], list[Table]]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            tables = _tables(cursor)
            for table in tables:
                with (
                    (folder / table.file).open("wb") as out,
                    cursor.copy(_copied(table)) as copy,
                ):
                    for block in copy:
                        out.write(block)
        return [table.file for table in tables], tables

    def require_alone(self) -> None:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        own = _unpooled()
        try:
            _require_alone(own)
        finally:
            own.close()

    @contextmanager
    def aside(self, folder: Path, manifest: Manifest) -> Iterator[BaseDatabaseWrapper]:
        restored = _unpooled(schema=ASIDE)
        _drop(restored, ASIDE)
        with restored.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {ASIDE}")
        connections[ASIDE] = restored
        try:
            bring_to(restored, manifest.migrations)
            _fill(restored, manifest.tables, folder)
            yield restored
        finally:
            _drop(restored, ASIDE)  # renamed by now, if all went well
            restored.close()
            del connections[ASIDE]

    def replace(self, restored: BaseDatabaseWrapper, folder: Path, moment: str) -> str:
        _require_alone(restored)
        before = f"{_BEFORE}{moment}"
        own = _unpooled()
        with own.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            [home] = cursor.fetchone()
        own.close()
        with transaction.atomic(using=ASIDE), restored.cursor() as cursor:
            cursor.execute(f'ALTER SCHEMA "{home}" RENAME TO "{before}"')
            cursor.execute(f'ALTER SCHEMA {ASIDE} RENAME TO "{home}"')
        return f"the schema {before}"

    def delete_replaced(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)",
                [_BEFORE],
            )
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            _drop(connection, name)
        return [f"the schema {name}" for name in names]


def _unpooled(*, schema: str = "") -> BaseDatabaseWrapper:
    """A connection of its own to the platform's database, which sees one schema."""
    own: BaseDatabaseWrapper = connection.copy(ASIDE)
    options = own.settings_dict["OPTIONS"]
    options.pop("pool", None)
    if schema:
        options["options"] = f"{options.get('options', '')} -c search_path={schema}"
    return own


def _require_alone(own: BaseDatabaseWrapper) -> None:
    ends_at = time.monotonic() + _CONNECTIONS_END_WITHIN_S
    while True:
        with own.cursor() as cursor:
            cursor.execute(_OTHERS)
            [others] = cursor.fetchone()
        if not others:
            return
        if time.monotonic() > ends_at:
            raise CannotRestore(
                f"The database has {others} other connections. Stop the web processes, "
                "the housekeeper and beat, then restore."
            )
        time.sleep(0.1)


def _tables(cursor: Any) -> list[Table]:
    cursor.execute(_COLUMNS)
    columns: dict[str, list[str]] = {}
    for table, column in cursor.fetchall():
        columns.setdefault(table, []).append(column)
    return [
        Table(name, names, f"{number}.copy")
        for number, (name, names) in enumerate(columns.items())
    ]


def _copied(table: Table) -> sql.Composed:
    """COPY of a table, without what no backup holds."""
    blank = BLANK.get(table.name, {})
    chosen = [
        sql.Literal(blank[name]) if name in blank else sql.Identifier(name)
        for name in table.columns
    ]
    return sql.SQL("COPY (SELECT {} FROM {} WHERE {}) TO STDOUT").format(
        sql.SQL(", ").join(chosen),
        sql.Identifier(table.name),
        sql.SQL("false" if table.name in NO_ROWS else "true"),
    )


def _fill(restored: BaseDatabaseWrapper, tables: list[Table], folder: Path) -> None:
    """Put the rows of a backup in the place of those that migrations have made."""
    try:
        with transaction.atomic(using=ASIDE), restored.cursor() as cursor:
            for table in tables:  # what migrations have written
                cursor.execute(_emptied(table))
            for table in tables:
                with (
                    cursor.copy(_filled(table)) as copy,
                    (folder / table.file).open("rb") as rows,
                ):
                    while piece := rows.read(_PIECE):
                        copy.write(piece)
            _count_on(cursor)
    except DataError as error:
        raise CannotRestore(f"The backup is damaged: {error}") from error


def _emptied(table: Table) -> sql.Composed:
    return sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name))


def _filled(table: Table) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), columns
    )


def _count_on(cursor: Any) -> None:
    """Let each sequence go on after the largest value that is there."""
    cursor.execute(_COUNTED)
    for table, column in cursor.fetchall():
        largest = sql.SQL(
            "SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {} "
            "HAVING max({}) IS NOT NULL"
        )
        name, of = sql.Identifier(table), sql.Identifier(column)
        quoted = sql.Literal(f'"{table}"')
        cursor.execute(largest.format(quoted, sql.Literal(column), of, name, of))


def _drop(where: Any, schema: str) -> None:
    with where.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
