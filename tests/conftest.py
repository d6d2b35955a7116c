"""What tests on either database need."""

import pytest

# Its plugin imports this when all tests are over. There Python 3.11's parser ended with a
# SystemError twice ("recursion depth mismatch"), after a run in which every test passed.
import schemathesis.reporting.html.writer  # noqa: F401
from django.db import connection
from django.utils import translation
from hypothesis import settings

from fer_platform.texts import catalogues

pytest_plugins = ["tests.reruns"]

# A busy machine is no failure; pytest's own timeout ends what really hangs.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Where files run beside each other, those that wait take turns with those that compute."""
    if not hasattr(config, "workerinput"):
        return
    waiting = {item.path for item in items if item.get_closest_marker("real")}
    place = {}
    for kind in (waiting, {item.path for item in items} - waiting):
        files = list(dict.fromkeys(item.path for item in items if item.path in kind))
        place |= {path: (n + 0.5) / len(files) for n, path in enumerate(files)}
    items.sort(key=lambda item: place[item.path])


def pytest_sessionstart():
    """Compile the catalogues, which `make` has done where it started the tests."""
    for language in catalogues.languages():
        catalogues.compile_language(language)


@pytest.fixture(autouse=True)
def own_language():
    """A page that was asked for in another language leaves that one behind in its thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, without a table of knox's that has no model here.

    Ours replaces its token, but its migrations leave the table; and PostgreSQL empties
    none that an unknown one refers to.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS knox_authtoken")
