"""What a backup holds and leaves out, and what is refused; on SQLite and on PostgreSQL."""

import gc
import gzip
import io
import json
import sqlite3
import tarfile
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from sessions_app.backups import archive, making
from sessions_app.models import AuditEntry, ClassMinute, Course, LogIn, Participant
from sessions_app.models.session_store import SessionStore, stored_key
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    CourseFactory,
    ParticipantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _alone():
    """Close what threads of earlier tests left open: to `restore` they are a server."""
    for found in gc.get_objects():
        if issubclass(type(found), BaseDatabaseWrapper):
            found.inc_thread_sharing()
            found.close()
            found.dec_thread_sharing()


@pytest.fixture
def backup(tmp_path):
    """Make one; the folder of its files and its manifest."""

    def make():
        file, folder = tmp_path / "made.backup", tmp_path / "unpacked"
        file.unlink(missing_ok=True)
        call_command("backup", str(file))
        folder.mkdir(exist_ok=True)
        with file.open("rb") as source:
            return folder, archive.unpack(source, folder)

    return make


def rows(folder, manifest, model, *columns):
    """What a backup holds of a table, as texts."""
    table = model._meta.db_table
    if manifest.vendor == "sqlite":
        with sqlite3.connect(folder / "database.sqlite3") as database:
            found = database.execute(f'SELECT {", ".join(columns)} FROM "{table}"')
            return [tuple(map(str, row)) for row in found]
    [held] = [each for each in manifest.tables if each.name == table]
    at = [held.columns.index(column) for column in columns]
    lines = (folder / held.file).read_text().splitlines()
    return [tuple(line.split("\t")[n] for n in at) for line in lines]


def test_no_log_in_and_no_key_of_a_running_lesson_is_in_it(backup, tmp_path):
    log_in = SessionStore()
    log_in.create()
    person = ParticipantFactory(sign_in_hash="f00d" * 16)
    key = person.cell_key
    ClassMinuteFactory(released=True, numbers=[0.987654321, 0.5, 0.4])

    folder, manifest = backup()

    assert rows(folder, manifest, LogIn, "session_key") == []
    [(numbers,)] = rows(folder, manifest, ClassMinute, "numbers")
    assert numbers in {"None", "\\N"}
    [(kept, sign_in)] = rows(folder, manifest, Participant, "cell_key", "sign_in_hash")
    assert kept in {"None", "\\N"}
    assert sign_in == ""
    everything = gzip.decompress((tmp_path / "made.backup").read_bytes())
    for secret in (stored_key(log_in.session_key), str(key), "f00d" * 16, "987654321"):
        assert secret.encode() not in everything
    person.refresh_from_db()
    assert person.cell_key == key  # here nothing has changed


def test_it_is_of_one_moment_while_others_write(backup):
    """Each transaction writes two rows; a backup has both of them or neither."""
    teacher, stop, began = UserFactory(), threading.Event(), threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            with transaction.atomic():
                CourseFactory(teacher=teacher, title=f"pair {number}")
                AuditEntry.objects.create(action="made", detail=f"pair {number}")
            number += 1
            began.set()
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    began.wait()
    try:
        made = [backup() for _ in range(2)]
    finally:
        stop.set()
        writer.join()

    folder, manifest = made[-1]
    courses = {title for (title,) in rows(folder, manifest, Course, "title")}
    told = {detail for (detail,) in rows(folder, manifest, AuditEntry, "detail")}
    assert courses
    assert courses == {detail for detail in told if detail.startswith("pair")}


def test_the_audit_and_the_age_of_the_backup_follow(backup):
    assert making.last_made() is None

    backup()

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("exported", "")
    assert making.last_made() == entry.at


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    file = tmp_path / "made.backup"
    file.write_text("an older one")

    with pytest.raises(CommandError, match="name a new file"):
        call_command("backup", str(file))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", str(tmp_path / "no folder" / "made.backup"))

    assert file.read_text() == "an older one"
    assert AuditEntry.objects.count() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["made.backup"]


def test_only_its_owner_can_read_it(backup, tmp_path):
    backup()

    assert (tmp_path / "made.backup").stat().st_mode & 0o777 == 0o600


def repacked(file, **changes):
    """A backup whose manifest says something else."""
    out = io.BytesIO()
    with tarfile.open(file) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
        for member in old:
            body = old.extractfile(member).read()
            if member.name == "manifest.json":
                body = json.dumps(json.loads(body) | changes).encode()
            member.size = len(body)
            new.addfile(member, io.BytesIO(body))
    return out.getvalue()


def cut(file):
    return file.read_bytes()[:-300]


def flipped(file):
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    return bytes(raw)


OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda file: b"", "is no backup, or is damaged"),
        (lambda file: b"PGDMP and more", "is no backup, or is damaged"),
        (lambda file: gzip.compress(b"not a tar" * 100), "is no backup"),
        (cut, "damaged|not whole"),
        (flipped, "damaged|not whole"),
        (lambda file: repacked(file, files=["0.copy", "x"]), "damaged|not whole"),
        (lambda file: repacked(file, format=2, release="0.9.0"), "by Classmood 0.9.0"),
        (
            lambda file: repacked(
                file, release="0.9.0", migrations=[["sessions_app", "0044_later"]]
            ),
            r"made by Classmood 0\.9\.0; this is .*sessions_app\.0044_later.*Install",
        ),
        (
            lambda file: repacked(file, vendor=OTHER[connection.vendor]),
            "Set FER_DATABASE_URL as it was",
        ),
        (None, "bad.backup cannot be read: No such file"),
    ],
)
def test_what_is_no_backup_for_this_platform_changes_nothing(tmp_path, made, said):
    CourseFactory(title="kept")
    file, bad = tmp_path / "made.backup", tmp_path / "bad.backup"
    call_command("backup", str(file))
    if made:
        bad.write_bytes(made(file))

    with pytest.raises(CommandError, match=said) as error:
        call_command("restore", str(bad))

    assert str(error.value).endswith("Nothing was changed.")
    assert Course.objects.get().title == "kept"
    assert not list(tmp_path.glob("*.sqlite3*"))
