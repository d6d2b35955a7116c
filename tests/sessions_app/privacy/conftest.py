"""A real server with its database in a folder that a test can read."""

import sqlite3

import pytest

from sessions_app.lab.server_process import served
from tests.sessions_app.privacy.browser import Browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("privacy")


@pytest.fixture(scope="module")
def aside(folder):
    """Where SQLite writes what it keeps in no file of the database."""
    (folder / "aside").mkdir()
    return folder / "aside"


@pytest.fixture(scope="module")
def server(folder, aside):
    with served(
        {
            "FER_SQLITE": str(folder / "school.sqlite3"),
            "SQLITE_TMPDIR": str(aside),
            "FER_EMOTION_INFERENCE": "off",
            "FER_MIN_GROUP": "5",
            "FER_API_RATE": "100000/min",
        }
    ) as running:
        yield running


@pytest.fixture(scope="module")
def database(folder, server):
    """The file itself, as the operator may open it beside the server.

    While it is open, the server's connections leave the write-ahead log as it is.
    """
    with sqlite3.connect(folder / "school.sqlite3", timeout=120) as connection:
        yield connection
    connection.close()


@pytest.fixture
def browser(server):
    with Browser(server.url) as browser:
        yield browser
