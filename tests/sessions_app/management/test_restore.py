"""A backup is taken over by this version and a newer one, refused by an older one, and is the
way back from an upgrade that failed; each by the commands that an operator types."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from sessions_app.lab.prepared import prepared_once
from tests.postgresql import throw_away_postgresql
from tests.production_server import environment_of, prepare, production_server
from tests.sessions_app.line import SOON_S

pytestmark = [
    pytest.mark.long,
    pytest.mark.real,
    pytest.mark.timeout(1200),
]  # many commands

ROOT = Path(__file__).resolve().parents[3]
COPY = ".classmood-copy-*"  # the folder of one, while it is made
_MORE = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("sessions_app", "{after}")]
    operations = [{operation}]
"""
_COLUMN = (
    "migrations.AddField('course', 'colour', models.CharField(max_length=9, default='red', "
    "db_default='red'))"
)
_FAILS = "migrations.RunSQL('SELECT 1 FROM a_table_that_is_not_there')"
MAKE = (
    "from sessions_app.models.session_store import *; "
    "from tests.sessions_app.factories import *; SessionStore().create(); "
    "CourseFactory(title='History'); ParticipantFactory(session__state='live')"
)


AGREE = """
from sessions_app.enums import Purpose
from tests.sessions_app.factories import *
for name, state in (("runs", "live"), ("is over", "ended")):
    session = ClassSessionFactory(**{state: True})
    ParticipantFactory(display_name=name, session=session, agreed=[Purpose.PULSE])
"""
SAY_NO = """
from sessions_app.enums import Purpose
from sessions_app.models import Participant
from sessions_app.services import consent
student = Participant.objects.get(display_name="runs")
consent.decide(participant=student, decisions={Purpose.PULSE: False})
"""
FILL = """
import secrets
from sessions_app.models import Press
Press.objects.bulk_create(Press(digest=secrets.token_hex(32)) for _ in range(5000))
"""
ANSWERS = """
from sessions_app.models import Participant
from sessions_app.selectors.consent import choices_of
for each in Participant.objects.order_by("display_name"):
    print(each.display_name, sum(choices_of(each).values()), each.consents.count())
"""


def newer_version(folder, *, fails=False):
    """The checkout as it will be: one migration more, and perhaps one that fails."""
    for name in ("fer_platform", "sessions_app"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("inference", "templates", "static", "tests", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "manage.py", folder)
    package = folder / "fer_platform" / "__init__.py"
    package.write_text(package.read_text().replace('"0.1.0"', '"0.2.0"'))
    migrations = folder / "sessions_app" / "migrations"
    newest = max(path.stem for path in migrations.glob("0*.py"))
    more = _MORE.format(after=newest, operation=_COLUMN)
    (migrations / "0900_colour.py").write_text(more)
    if fails:
        more = _MORE.format(after="0900_colour", operation=_FAILS)
        (migrations / "0901_fails.py").write_text(more)
    return folder


class Operator:
    """Types commands of one version or another, for one database."""

    def __init__(self, environment):
        self.environment = environment

    def types(self, *command, version=ROOT, **settings):
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, command)],
            cwd=version,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            check=False,
        )

    def does(self, *command, version=ROOT, **settings):
        done = self.types(*command, version=version, **settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def asks(self, query):
        """The first column of a query, sorted, past the platform."""
        if url := self.environment.get("FER_DATABASE_URL"):
            with psycopg.connect(url) as database:
                rows = database.execute(query).fetchall()
        else:
            file = Path(self.environment["FER_VAR"]) / "platform.sqlite3"
            with closing(sqlite3.connect(file)) as database, database:
                rows = database.execute(query).fetchall()
        return sorted(row[0] for row in rows)

    def sees(self):
        """Titles of courses; how many log-ins, and students without a key."""
        counts = [
            self.asks(f"SELECT count(*) FROM sessions_app_{rest}")[0]
            for rest in ("login", "participant WHERE cell_key IS NULL")
        ]
        return [self.asks("SELECT title FROM sessions_app_course"), *counts]

    def has_had(self, migration):
        query = f"SELECT count(*) FROM django_migrations WHERE name = '{migration}'"
        return self.asks(query) == [1]


@contextmanager
def operator(folder, kind):
    environment = environment_of(str(folder / "var"))
    if kind == "sqlite":
        shutil.copytree(prepared_once("production", prepare), folder / "var")
        yield Operator(environment)
        return
    with throw_away_postgresql() as server:
        she = Operator(environment | {"FER_DATABASE_URL": server.url})
        she.does("migrate", "-v0")
        yield she


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_is_the_way_forward_and_the_way_back(kind, tmp_path):
    first, later = tmp_path / "first.backup", tmp_path / "later.backup"
    newer = newer_version(tmp_path / "newer")
    broken = newer_version(tmp_path / "broken", fails=True)
    with operator(tmp_path, kind) as she:
        she.does("shell", "-v0", "-c", MAKE)
        she.does("backup", first)
        assert she.sees() == [["History"], 1, 0]

        # An upgrade fails half-way: its first migration is there, its second is not.
        failed = she.types("migrate", "-v0", version=broken)
        assert "a_table_that_is_not_there" in failed.stderr
        assert she.has_had("0900_colour")

        # Back to the version before: all is as it was, but everybody logs in again.
        said = she.does("restore", first)
        assert "is kept as" in said
        assert "is not that of the backup" not in said
        assert she.sees() == [["History"], 0, 0]
        assert not she.has_had("0900_colour")

        # The newer version takes the same file over and brings it to its own tables.
        key = {"FER_SECRET_KEY": "another-key-0123456789-0123456789-0123"}
        said = she.does("restore", first, version=newer, **key)
        assert "FER_SECRET_KEY is not that of the backup" in said
        assert she.has_had("0900_colour")
        assert she.asks("SELECT colour FROM sessions_app_course") == ["red"]
        assert she.sees() == [["History"], 0, 0]

        # What it wrote is refused here, in one sentence, and stays there.
        she.does("backup", later, version=newer)
        refused = she.types("restore", later)
        assert refused.returncode == 1
        [sentence] = refused.stderr.splitlines()
        assert "made by Classmood 0.2.0; this is 0.1.0" in sentence
        assert "Install 0.2.0 or newer" in sentence
        assert she.asks("SELECT colour FROM sessions_app_course") == ["red"]

        deleted = she.does("restore", "--delete-replaced", version=newer)
        assert deleted.count("Deleted ") == 2


def test_nothing_is_restored_under_a_running_platform(tmp_path):
    with production_server() as server:
        she = Operator(server.environment)
        she.does("backup", tmp_path / "made.backup")

        refused = she.types("restore", tmp_path / "made.backup")

        assert refused.returncode == 1
        assert "Stop the platform" in refused.stderr
        assert server.browser().log_in().status == 302
        assert not list(server.folder.glob("*restore*"))


def test_a_no_that_was_said_since_the_backup_is_not_undone(tmp_path):
    with operator(tmp_path, "sqlite") as she:
        she.does("shell", "-v0", "-c", AGREE)
        she.does("backup", tmp_path / "made.backup")
        she.does("shell", "-v0", "-c", SAY_NO)

        said = she.does("restore", tmp_path / "made.backup")

        assert "decide again" in said
        answers = she.does("shell", "-v0", "-c", ANSWERS).splitlines()
        assert answers == ["is over 1 1", "runs 0 2"]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_command_that_is_ended_leaves_no_copy_of_the_database(
    tmp_path, command, sent
):
    """A timer ends a backup that nobody reads, or a person a restore that gets no end."""
    made = tmp_path / "made.backup"
    with operator(tmp_path, "sqlite") as she:
        she.does("shell", "-v0", "-c", FILL)
        she.does("backup", made)
        with subprocess.Popen(
            [sys.executable, "manage.py", command, "-"],
            cwd=ROOT,
            env=she.environment | {"TMPDIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as running:
            if command == "restore":
                running.stdin.write(made.read_bytes()[:-100])
                running.stdin.flush()
            until = time.monotonic() + SOON_S
            while not list(tmp_path.rglob(f"{COPY}/*.sqlite3")):
                assert running.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
            running.send_signal(sent)
            assert running.wait(SOON_S) == -sent
        if sent == signal.SIGKILL:  # nobody tidies up then, but the next one
            assert list(tmp_path.rglob(COPY))
            another = made.with_name("another.backup")
            she.does("backup", another, TMPDIR=str(tmp_path))
            assert another.exists()

    assert not list(tmp_path.rglob(COPY))


@pytest.mark.parametrize("damaged_from", [0, 4096], ids=["its head", "its pages"])
def test_a_damaged_database_is_replaced_and_kept(tmp_path, damaged_from):
    with operator(tmp_path, "sqlite") as she:
        she.does("shell", "-v0", "-c", MAKE)
        she.does("backup", tmp_path / "made.backup")
        file = tmp_path / "var" / "platform.sqlite3"
        whole = file.read_bytes()
        file.write_bytes(whole[:damaged_from] + b"\xa5" * (len(whole) - damaged_from))

        she.does("restore", tmp_path / "made.backup")

        assert she.sees() == [["History"], 0, 0]
        kept = sorted(file.parent.glob("*.before-restore-*"))
        assert kept[0].read_bytes()[damaged_from:] == b"\xa5" * (
            len(whole) - damaged_from
        )


def test_the_log_of_a_lost_database_is_not_written_into_the_new_one(tmp_path):
    with operator(tmp_path, "sqlite") as she:
        she.does("shell", "-v0", "-c", MAKE)
        she.does("backup", tmp_path / "made.backup")
        file = tmp_path / "var" / "platform.sqlite3"
        log = file.with_name(f"{file.name}-wal")
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("UPDATE sessions_app_course SET title = 'lost'")
            database.commit()
            left = log.read_bytes()  # as a crash leaves it
        file.unlink()
        log.write_bytes(left)

        she.does("restore", tmp_path / "made.backup")

        assert she.sees() == [["History"], 0, 0]
