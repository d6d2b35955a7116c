"""A database of an older checkout: taken over whole, or refused with what to do."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader

_HINT = (
    "Check out commit {last}, run `python manage.py migrate` there, and come back. "
    "A demo's database may be deleted instead: `make run` makes another."
)
_LAST = "cd8e647"  # the last commit with a migration for each change


@register(Tags.database)
def known_migrations(
    *, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Refuse a database that has some of the migrations that became one, and not all."""
    return [error for alias in databases or () for error in _errors(alias)]


def _errors(alias: str) -> list[CheckMessage]:
    loader = MigrationLoader(None)  # what stands on the disk alone
    connection = connections[alias]
    if "django_migrations" not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'sessions_app'")
        applied = {name for (name,) in cursor.fetchall()}
    replaced = {
        name
        for migration in loader.disk_migrations.values()
        if migration.app_label == "sessions_app"
        for _, name in migration.replaces
    }
    found = applied & replaced
    if not found or found == replaced:
        return []
    text = "This database is of an older checkout; its tables cannot be taken over."
    return [Error(text, hint=_HINT.format(last=_LAST), id="sessions_app.E001")]
