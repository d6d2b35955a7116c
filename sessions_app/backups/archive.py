"""A backup's file: a compressed tar of a manifest and what a database gave."""

import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.crypto import salted_hmac

from sessions_app.backups.cut_off import own_folder

FORMAT = 1
_MANIFEST = "manifest.json"
_MOST_OF_A_MANIFEST = 10_000_000  # bytes


class CannotRestore(Exception):
    """The backup is not taken over, and nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one table as PostgreSQL's COPY writes them."""

    name: str
    columns: list[str]
    file: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of; says nothing of a person.

    `key` tells whether a server has the secret key of the one that made it.
    """

    release: str
    made_at: str  # ISO 8601, UTC
    vendor: str  # "sqlite" or "postgresql"
    migrations: list[tuple[str, str]]  # app, name: all that were applied
    files: list[str]
    tables: list[Table]
    key: str
    format: int = FORMAT


def fingerprint() -> str:
    """A mark of this server's secret key, from which nobody can learn the key."""
    return salted_hmac("sessions_app.backups", settings.SECRET_KEY).hexdigest()[:16]


def pack(manifest: Manifest, folder: Path, out: BinaryIO) -> None:
    """Write a backup.

    Args:
        manifest: Its files lie in the folder.
        folder: The manifest is written into it, too.
        out: Where the backup goes; it is written from front to back.
    """
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest)))
    with tarfile.open(fileobj=out, mode="w|gz") as tar:
        for name in (_MANIFEST, *manifest.files):
            tar.add(folder / name, arcname=name, filter=_of_nobody)


def unpack(source: BinaryIO, folder: Path) -> Manifest:
    """Read a backup, from front to end, into an empty folder.

    Raises:
        CannotRestore: If it is no backup, of a format to come, or not whole.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as tar:
            members = iter(tar)
            manifest = _manifest(tar, next(members, None))
            for member in members:
                _take(tar, member, manifest, folder)
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise CannotRestore(f"This is no backup, or is damaged: {error}.") from error
    if missing := {*manifest.files} - {path.name for path in folder.iterdir()}:
        raise CannotRestore(f"The backup is not whole: no {sorted(missing)[0]}.")
    return manifest


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A new file that its owner alone can read, and that is there once it is whole.

    Raises:
        FileExistsError: If there is one already.
    """
    if path.exists():
        raise FileExistsError(path)
    with own_folder(path.parent) as folder:
        part = folder / path.name
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.rename(path)


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    held = tar.extractfile(member) if member and member.name == _MANIFEST else None
    if held is None:
        raise tarfile.TarError("it does not begin with a manifest")
    try:
        told = json.loads(held.read(_MOST_OF_A_MANIFEST))
        if told["format"] != FORMAT:
            raise CannotRestore(
                f"This backup was made by Classmood {told['release']}, in a format "
                f"that {settings.FER_RELEASE} does not read. Install that version."
            )
        told["tables"] = [Table(**table) for table in told["tables"]]
        told["migrations"] = [(app, name) for app, name in told["migrations"]]
        return Manifest(**told)
    except (ValueError, KeyError, TypeError) as error:
        raise tarfile.TarError("its manifest cannot be read") from error


def _take(
    tar: tarfile.TarFile, member: tarfile.TarInfo, manifest: Manifest, folder: Path
) -> None:
    held = tar.extractfile(member) if member.name in manifest.files else None
    if held is None or "/" in member.name:
        raise tarfile.TarError(
            f"it holds {member.name}, which its manifest does not name"
        )
    with (folder / member.name).open("wb") as out:
        shutil.copyfileobj(held, out)


def _of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the name of who made it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
