"""What tests on either database need."""

import pytest

# Its plugin imports this when all tests are over. There Python 3.11's parser ended with a
# SystemError twice ("recursion depth mismatch"), after a run in which every test passed.
import schemathesis.reporting.html.writer  # noqa: F401
from django.db import connection
from hypothesis import settings

from fer_platform.texts import catalogues

pytest_plugins = ["tests.reruns"]

# A busy machine is no failure; pytest's own timeout ends what really hangs.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_sessionstart():
    """Compile the catalogues, which `make` has done where it started the tests."""
    for language in catalogues.languages():
        catalogues.compile_language(language)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, without a table of knox's that has no model here.

    Ours replaces its token, but its migrations leave the table; and PostgreSQL empties
    none that an unknown one refers to.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS knox_authtoken")
