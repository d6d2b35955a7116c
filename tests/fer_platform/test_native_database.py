"""The role that the platform works with, on a real PostgreSQL made by the same SQL."""

import psycopg
import pytest

from fer_platform.native_database import answers, make_role
from tests.postgresql import throw_away_postgresql

pytestmark = [pytest.mark.long, pytest.mark.real]


@pytest.fixture(scope="module")
def server():
    with throw_away_postgresql() as server:
        yield server


def asked(server, query):
    with psycopg.connect(server.url, connect_timeout=5) as link:
        return link.execute(query).fetchone()


def refused(server, query):
    with (
        psycopg.connect(server.url, autocommit=True) as link,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        link.execute(query)


def test_it_answers_only_where_it_runs(server):
    assert answers(int(server.port))
    assert not answers(1)


def test_the_role_owns_its_database_and_is_no_superuser(server):
    assert asked(
        server,
        "SELECT rolsuper, rolcreaterole, rolreplication, rolbypassrls "
        "FROM pg_roles WHERE rolname = current_user",
    ) == (False, False, False, False)
    assert asked(
        server,
        "SELECT pg_get_userbyid(datdba) FROM pg_database "
        "WHERE datname = current_database()",
    ) == ("classmood",)


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE ROLE another SUPERUSER",
        "ALTER SYSTEM SET log_statement = 'all'",
        "SELECT * FROM pg_authid",
    ],
)
def test_what_a_superuser_could_do_is_refused(server, query):
    refused(server, query)


def test_it_can_make_and_change_tables(server):
    with psycopg.connect(server.url) as link:
        link.execute("CREATE TABLE of_its_own (id int)")
        link.execute("ALTER TABLE of_its_own ADD COLUMN more text")
        link.execute("DROP TABLE of_its_own")


@pytest.mark.parametrize("user", ["postgres", "classmood", "nobody"])
def test_nobody_gets_in_without_a_password(server, user):
    where = f"postgresql://{user}@127.0.0.1:{server.port}/classmood"

    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(where, connect_timeout=5)


def test_the_sql_does_no_harm_a_second_time_and_shows_no_password(server, tmp_path):
    file = tmp_path / "password"
    password = server.url.partition("classmood:")[2].partition("@")[0]
    file.write_text(password)

    make_role(server.port, admin_password=password, password_file=file)

    assert asked(server, "SELECT 1") == (1,)
    assert password not in server.log()
