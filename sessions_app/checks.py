"""What may not go together, with what to do: an older checkout's database, two networks."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from inference.artefact import load_calibration
from sessions_app.enums import Inference

_HINT = (
    "Check out commit {last}, run `python manage.py migrate` there, and come back. "
    "A demo's database may be deleted instead: `make run` makes another."
)
BROWSERS_DETECTOR, BROWSERS_FORM = "blazeface", "int8"  # static/js/device
_LAST = "3464226"  # the last commit with a migration for each change


@register(Tags.database)
def known_migrations(
    *, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Refuse a database that has some of the migrations that became one, and not all."""
    return [error for alias in databases or () for error in _errors(alias)]


@register()
def devices_read_with_the_same_network(**_: Any) -> list[CheckMessage]:
    """Refuse files for browsers that were not built, or from another network than the server's.

    Every page would say that it is older than the server, however often it is loaded again.
    """
    if not _devices_read():
        return []
    built = finders.find("engine/engine.json")
    served = load_calibration(settings.FER_ARTEFACT).artefact_hash
    if built and json.loads(Path(built).read_text())["hash"] == served:
        return []
    text = (
        f"Students' devices would read with another network than {settings.FER_ARTEFACT}."
        if built
        else f"Students' devices have no files to read with {settings.FER_ARTEFACT}."
    )
    hint = "Run `npm run build` with the same FER_ARTEFACT, then start again."
    return [Error(text, hint=hint, id="sessions_app.E002")]


@register()
def devices_read_as_the_server_does(**_: Any) -> list[CheckMessage]:
    """Refuse an engine here that finds or reads faces otherwise than browsers do."""
    if not _devices_read():
        return []
    chosen = {
        "FER_DETECTOR": (settings.FER_ENGINE.detector, BROWSERS_DETECTOR),
        "FER_CLASSIFIER": (
            settings.FER_ENGINE.classifier or BROWSERS_FORM,
            BROWSERS_FORM,
        ),
    }
    return [
        Error(
            f"{name} is {here}; students' devices read with {there} alone.",
            hint=f"Set {name}={there}, or FER_INFERENCE=server.",
            id="sessions_app.E003",
        )
        for name, (here, there) in chosen.items()
        if here != there
    ]


def _devices_read() -> bool:
    by_device = Inference(settings.FER_INFERENCE).allows(Inference.DEVICE)
    return by_device and settings.FER_EMOTION_INFERENCE


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
