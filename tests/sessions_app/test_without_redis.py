"""A cluster's web process without one of its Redis: what goes on, and what stops.

A real server on PostgreSQL. The Redis is stopped (it refuses), or frozen (it is silent).
"""

import time

import aiohttp
import psycopg
import pytest

from sessions_app.lab.server_process import served
from sessions_app.lab.simulated_clients import Student, Teacher
from tests.postgresql import throw_away_postgresql
from tests.redis_server import RedisServer

pytestmark = [pytest.mark.long, pytest.mark.alone]

SOON_S = 60  # until it notices, on a busy machine
PAGE_S = 6.0  # a page; a Redis that is silent costs one of them a second


@pytest.fixture(scope="module")
def redis_servers():
    servers = {"redis": RedisServer().start(), "live_redis": RedisServer().start()}
    yield servers
    for server in servers.values():
        server.stop()


@pytest.fixture(scope="module")
def database():
    with throw_away_postgresql() as server:
        yield server


@pytest.fixture(scope="module")
def server(redis_servers, database):
    places = {
        "FER_DATABASE_URL": database.url,
        "FER_REDIS_URL": redis_servers["redis"].url,
        "FER_LIVE_REDIS_URL": redis_servers["live_redis"].url,
    }
    with served(places) as running:
        yield running


@pytest.fixture(params=["stopped", "frozen"])
def trouble(request, redis_servers):
    """Make one of them fail; it is well again afterwards."""
    failing = []

    def fail(name):
        failing.append(redis_servers[name])
        if request.param == "stopped":
            failing[0].stop()
        else:
            failing[0].freeze()

    yield fail
    if request.param == "stopped":
        failing[0].start()
    else:
        failing[0].thaw()


async def ready(server):
    url = f"{server.url}/readyz"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status, (await answer.json())


async def until(server, part, *, degraded):
    ends_at = time.monotonic() + SOON_S
    while True:
        status, said = await ready(server)
        assert (status, said["failed"]) == (200, [])
        if (part in said["degraded"]) == degraded:
            return
        assert time.monotonic() < ends_at, said


async def in_time(work):
    began = time.monotonic()
    result = await work
    assert time.monotonic() - began < PAGE_S
    return result


@pytest.mark.parametrize("part", ["redis", "live_redis"])
async def test_without_a_redis_everybody_gets_in_and_every_no_gets_through(
    server, database, trouble, part
):
    teacher = Teacher(server.url)
    await teacher.log_in(server.email, server.password)
    where, code = await teacher.open_class("A class", interval_s=1)
    alice, bob = Student(server.url, code), Student(server.url, code)
    await alice.join()
    await until(server, part, degraded=False)

    trouble(part)
    await until(server, part, degraded=True)
    late = Teacher(server.url)

    for path in ("/", "/login/", f"/j/{code}/", "/privacy/"):
        await in_time(late.get(path))
    await in_time(late.log_in(server.email, server.password))
    await in_time(late.get(where))
    await in_time(late.get("/sessions/"))
    await in_time(bob.join())
    await in_time(alice.post(f"/j/{code}/choices/", expression="off"))
    assert _answers(database, code) == [True, True, False]
    await in_time(bob.post(f"/j/{code}/leave/"))
    assert _answers(database, code) == [True, False]  # nothing of Bob is left
    await in_time(teacher.post(f"{where}end/"))
    for visitor in (teacher, late, alice, bob):
        await visitor.leave()


async def test_it_is_well_again_by_itself(server, redis_servers):
    for part in redis_servers:
        await until(server, part, degraded=False)


def test_none_of_it_was_a_fault(server):
    said = server.log.read_text()

    assert "Internal Server Error" not in said
    assert "Task exception" not in said


def _answers(database, code):
    """Every decision about expression in a class, the oldest first."""
    with psycopg.connect(database.url) as connection:
        rows = connection.execute(
            "SELECT given FROM sessions_app_consent consent"
            " JOIN sessions_app_participant person ON person.id = participant_id"
            " JOIN sessions_app_classsession class ON class.id = session_id"
            " WHERE purpose = 'expression' AND join_code = %s ORDER BY consent.id",
            (code,),
        )
        return [given for (given,) in rows]
