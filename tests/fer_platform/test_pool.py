"""The pooled database of a cluster, against a PostgreSQL that is restarted."""

import os
import socket

import pytest
from django.db import ConnectionHandler

from fer_platform.addresses import database_at
from tests.postgresql import throw_away_postgresql

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def postgresql():
    with throw_away_postgresql() as server:
        yield server


@pytest.fixture
def database(postgresql, django_db_blocker):
    """A connection of our own, whatever database the other tests run on."""
    handler = ConnectionHandler({"default": {}, "own": database_at(postgresql.url)})
    with django_db_blocker.unblock():
        yield handler["own"]
        handler["own"].close()
        handler["own"].close_pool()


def ask(database):
    """What a request does: take a connection of the pool, use it, give it back."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [process] = cursor.fetchone()
    database.close()
    return process


def test_a_few_connections_serve_many_requests(database):
    assert len({ask(database) for _ in range(50)}) <= 3


def test_those_that_a_restart_cut_are_replaced_without_an_error(postgresql, database):
    before = {ask(database) for _ in range(5)}

    postgresql.stop()
    postgresql.start()

    assert before.isdisjoint({ask(database) for _ in range(5)})


def test_one_whose_machine_is_gone_is_given_up_within_seconds(database):
    """Nothing tells of that but the system's own timers, which wait for hours."""
    with database.cursor():
        own = os.dup(database.connection.pgconn.socket)
        with socket.socket(fileno=own) as line:
            idle, interval, count, unanswered_ms = (
                line.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                    socket.TCP_USER_TIMEOUT,
                )
            )

    assert idle + interval * count <= 15
    assert 0 < unanswered_ms <= 15_000
