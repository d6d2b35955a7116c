"""Make a backup, and know when the last one was made."""

import datetime as dt
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.utils import timezone

from sessions_app.backups import archive, versions
from sessions_app.backups.cut_off import delete_abandoned, own_folder
from sessions_app.backups.stores import store
from sessions_app.enums import AuditAction
from sessions_app.models import AuditEntry
from sessions_app.services import audit

_DONE = "Backup of everything"  # what the audit says


def make(out: BinaryIO, workplace: Path | None = None) -> archive.Manifest:
    """Write a backup of what the database holds at this moment.

    Args:
        out: Where it goes, from front to back.
        workplace: A folder with room for a copy; by default the system's for such files.
    """
    if beside := store().workplace():  # where restores unpack
        delete_abandoned(beside)
    with own_folder(workplace) as folder:
        moment = timezone.now()
        files, tables = store().dump(folder)
        manifest = archive.Manifest(
            release=settings.FER_RELEASE,
            made_at=moment.isoformat(),
            vendor=connection.vendor,
            migrations=versions.applied(connection),
            files=files,
            tables=tables,
            key=archive.fingerprint(),
        )
        archive.pack(manifest, folder, out)
    return manifest


def note() -> None:
    """Note in the audit that one was made, for admins and for `last_made`."""
    audit.record(action=AuditAction.EXPORTED, actor=None, detail=_DONE)


def last_made() -> dt.datetime | None:
    """When the newest backup was made; None if the audit knows of none."""
    made = AuditEntry.objects.filter(
        action=AuditAction.EXPORTED, actor="", detail=_DONE
    )
    newest = made.order_by("-at").first()
    return newest.at if newest else None
