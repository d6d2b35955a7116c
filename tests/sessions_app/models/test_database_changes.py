"""A quiet second is told from one in which somebody wrote, without a query."""

import sqlite3
from types import SimpleNamespace

import pytest

from sessions_app.models import database_changes
from sessions_app.models.database_changes import DatabaseChanges

LATER_S = 5.0  # than what is still late


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(database_changes.time, "monotonic", clock)
    return clock


@pytest.fixture
def configured(monkeypatch, tmp_path):
    """Where the platform's database is, as far as it is asked here."""
    path = tmp_path / "a name with 100% ?.sqlite3"
    configured = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(path)})
    monkeypatch.setattr(database_changes, "connection", configured)
    return configured


@pytest.fixture
def file(configured):
    """A database as the platform's is, with somebody else who writes to it."""
    writer = sqlite3.connect(configured.settings_dict["NAME"], isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE lesson (id INTEGER)")
    yield writer
    writer.close()


@pytest.fixture
def changes(file, clock):
    """One that has looked before, some time ago."""
    changes = DatabaseChanges()
    assert changes.any_lately()  # what is there is new at first
    clock.now += LATER_S
    assert not changes.any_lately()
    yield changes
    changes.close()


def test_a_change_is_news_for_two_seconds(changes, file, clock):
    file.execute("INSERT INTO lesson VALUES (1)")

    assert changes.any_lately()
    clock.now += 1.5
    assert changes.any_lately()
    clock.now += 1.0
    assert not changes.any_lately()


def test_who_only_reads_or_takes_back_changes_nothing(changes, file):
    file.execute("SELECT * FROM lesson").fetchall()
    file.execute("BEGIN IMMEDIATE")
    file.execute("INSERT INTO lesson VALUES (1)")
    assert not changes.any_lately()
    file.execute("ROLLBACK")

    assert not changes.any_lately()


def test_a_change_counts_once_it_is_committed(changes, file):
    file.execute("BEGIN IMMEDIATE")
    file.execute("INSERT INTO lesson VALUES (1)")
    assert not changes.any_lately()
    file.execute("COMMIT")

    assert changes.any_lately()


def test_it_keeps_no_log_from_being_emptied(changes, file):
    file.execute("INSERT INTO lesson VALUES (1)")
    changes.any_lately()

    [(busy, *_)] = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert not busy


def test_half_a_minute_later_it_is_looked_at_whatever_the_file_says(changes, clock):
    clock.now += 30.0

    assert changes.any_lately()


def test_a_file_that_is_gone_is_news(changes, clock, configured, tmp_path):
    changes.close()
    configured.settings_dict["NAME"] = str(tmp_path / "none")

    assert changes.any_lately()
    clock.now += LATER_S
    assert changes.any_lately()
    assert not (tmp_path / "none").exists()


def test_a_database_that_does_not_tell_always_has_news(changes, clock, configured):
    configured.vendor = "postgresql"

    for _ in range(3):
        assert changes.any_lately()
        clock.now += LATER_S
