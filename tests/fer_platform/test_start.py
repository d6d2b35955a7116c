"""What a server that cannot start tells the person who starts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgresql import throw_away_postgresql
from tests.redis_server import redis_server  # noqa: F401

pytestmark = [pytest.mark.long, pytest.mark.real]

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct-horse"
NOBODY = "127.0.0.1:1"  # where nothing listens


@pytest.fixture(scope="module")
def postgresql():
    with throw_away_postgresql() as server:
        yield server


def manage(tmp_path, *command, **settings):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FER_")}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=clean | {"FER_VAR": str(tmp_path)} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("away", "sentence"),
    [
        ("FER_DATABASE_URL", f"The database at {NOBODY}/classes does not answer"),
        ("FER_REDIS_URL", f"FER_REDIS_URL, redis://{NOBODY}/0, does not answer"),
        ("FER_LIVE_REDIS_URL", f"FER_LIVE_REDIS_URL, redis://{NOBODY}/1, does not"),
    ],
)
def test_a_server_whose_part_is_away_ends_with_one_sentence_that_says_where(
    tmp_path,
    postgresql,
    redis_server,  # noqa: F811
    away,
    sentence,
):
    addresses = {
        "FER_DATABASE_URL": f"postgresql://fer:{PASSWORD}@{NOBODY}/classes",
        "FER_REDIS_URL": f"redis://:{PASSWORD}@{NOBODY}/0",
        "FER_LIVE_REDIS_URL": f"redis://:{PASSWORD}@{NOBODY}/1",
    }
    if away != "FER_DATABASE_URL":
        addresses["FER_DATABASE_URL"] = postgresql.url
    if away == "FER_LIVE_REDIS_URL":
        addresses["FER_REDIS_URL"] = redis_server.url

    done = manage(tmp_path, "serve", "--port", "0", **addresses)

    assert done.returncode == os.EX_UNAVAILABLE
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert PASSWORD not in done.stderr


def test_a_migration_without_its_database_ends_with_the_same_sentence(tmp_path):
    database = f"postgresql://fer:{PASSWORD}@{NOBODY}/classes"

    done = manage(tmp_path, "migrate", FER_DATABASE_URL=database)

    assert done.returncode != 0
    assert f"The database at {NOBODY}/classes does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert PASSWORD not in done.stderr
