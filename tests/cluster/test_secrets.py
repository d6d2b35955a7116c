"""Redis and PostgreSQL of the cluster let nobody in who has no password."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from fer_platform.local_cluster import HERE

ANOTHER_ADDRESS = (
    "127.0.0.2"  # of this machine, too: a server that listens on all answers
)


@pytest.mark.parametrize("name", ["redis", "live-redis"])
def test_a_redis_answers_nobody_without_its_password(platform, name):
    with (
        redis.Redis(HERE, platform.port(name), socket_timeout=60) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    with platform.redis(name) as known:
        assert known.ping()


@pytest.mark.parametrize("name", ["redis", "live-redis"])
def test_a_redis_keeps_no_command_that_was_slow_or_its_last(platform, name):
    """They hold whose sums they are about, and are kept when those are forgotten."""
    with platform.redis(name) as known:
        kept = known.config_get("slowlog-log-slower-than", "crash-log-enabled")

    assert kept == {"slowlog-log-slower-than": "-1", "crash-log-enabled": "no"}


@pytest.mark.parametrize("user", ["postgres", "classmood"])
def test_postgresql_lets_nobody_in_without_a_password(platform, user):
    where = f"postgresql://{user}@{HERE}:{platform.port('database')}/classmood"

    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(where, connect_timeout=60)


def test_the_platform_works_with_a_role_that_is_no_superuser(platform):
    [role] = platform.rows(
        "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles "
        "WHERE rolname = current_user"
    )

    assert not any(role.values())


def test_the_administrators_database_is_closed_to_that_role(platform):
    url = (platform.folder / "secrets" / "database_url").read_text()

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(url.rpartition("/")[0] + "/postgres", connect_timeout=60)


def test_no_command_line_shows_a_password_and_no_other_user_can_read_one(platform):
    kept = platform.folder / "secrets"
    # The mail server's is empty where it asks for none.
    words = [word for file in kept.iterdir() for word in file.read_text().split()[-1:]]
    shown = b"".join(map(_command_line, Path("/proc").glob("[0-9]*/cmdline")))

    assert kept.stat().st_mode & 0o077 == 0
    assert (platform.folder / "supervisord.conf").stat().st_mode & 0o077 == 0
    assert len(words) >= 6
    assert [word for word in words if word.encode() in shown] == []


def _command_line(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("name", ["proxy", "redis", "live-redis", "database"])
def test_no_other_machine_reaches_any_part_of_it(platform, name):
    """Its accounts have published passwords; a name in `Host` anybody can send."""
    port = urlsplit(platform.url).port if name == "proxy" else platform.port(name)
    socket.create_connection((HERE, port), timeout=60).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((ANOTHER_ADDRESS, port), timeout=60)
