"""Take a backup over, in this order:

1. Read it to its end, into a folder beside the database; refuse what is damaged, of another
   kind of database, or of a newer version.
2. Make sure that no process is in the database.
3. Build it aside, with the tables of its own version, and bring it to this one's.
4. Put it in the place of the old one, which is kept.
5. Delete what the retention deletes, and note it all in the audit.

Whatever fails before step 4 has changed nothing.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db import DatabaseError, connection
from django.utils import timezone

from sessions_app.backups import archive, versions
from sessions_app.backups.archive import CannotRestore, Manifest
from sessions_app.backups.cut_off import own_folder
from sessions_app.backups.left_out import make_new_keys, withdraw_yeses
from sessions_app.backups.stores import ASIDE, store
from sessions_app.enums import AuditAction
from sessions_app.models.erasure import erase
from sessions_app.services import audit, retention


@dataclass(frozen=True, slots=True)
class Restored:
    """What was taken over, where the old state is, and whether the secret key is that of the backup."""

    manifest: Manifest
    replaced: str
    same_key: bool


def restore(source: BinaryIO, workplace: Path | None = None) -> Restored:
    """Put a backup in the place of what the database holds.

    Args:
        source: The backup, which is read from front to end.
        workplace: A folder with room for it, on the disk of an SQLite's file; by default
            the system's for such files.

    Raises:
        CannotRestore: If it was not taken over; nothing has changed then.
    """
    with own_folder(workplace) as folder:
        manifest = archive.unpack(source, folder)
        _refuse_other_kind(manifest)
        versions.refuse_newer(manifest.release, manifest.migrations)
        try:
            replaced = _taken_over(manifest, folder)
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            raise CannotRestore(f"The database refuses: {reason}.") from error
    now = timezone.now()
    said = f"Restored the backup of {manifest.made_at} ({manifest.release})"
    audit.record(action=AuditAction.CHANGED, actor=None, detail=said)
    retention.purge(now=now)
    retention.end_forgotten(now=now)
    erase()
    return Restored(manifest, replaced, manifest.key == archive.fingerprint())


def _taken_over(manifest: Manifest, folder: Path) -> str:
    ours = store()
    ours.require_alone()
    with ours.aside(folder, manifest) as restored:
        versions.bring_up_to_date(restored)
        make_new_keys(ASIDE)
        withdraw_yeses(ASIDE)
        moment = timezone.now().strftime("%Y%m%dt%H%M%S%f")
        return ours.replace(restored, folder, moment)


def _refuse_other_kind(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise CannotRestore(
            f"This backup is of {manifest.vendor}, and this platform works with "
            f"{connection.vendor}. Set FER_DATABASE_URL as it was."
        )
