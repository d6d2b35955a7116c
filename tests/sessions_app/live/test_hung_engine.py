"""A process of the engine hangs under a class of a real server: `make serve` alone."""

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import time
import urllib.error
import urllib.request
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from sessions_app.lab.camera_frames import astronaut_frames, in_order
from sessions_app.lab.server_process import served
from sessions_app.lab.simulated_clients import Student, Teacher
from sessions_app.lab.tally import Tally

pytestmark = [pytest.mark.long, pytest.mark.real]

STUDENTS = 5  # as many as make a minute: one who does not count would be missed
WINDOW_S = 15
SOON_S = 60
NOTICED_WITHIN_S = 10


@asynccontextmanager
async def a_class(server):
    """Students who send real frames for as long as it lasts; the path of the class."""
    teacher = Teacher(server.url)
    await teacher.log_in(server.email, server.password)
    _, code = await teacher.open_class("Under fire", interval_s=1)
    students = [Student(server.url, code, Tally()) for _ in range(STUDENTS)]
    for student in students:
        await student.join()
        await student.connect()
    frames = astronaut_frames()
    sending = [
        asyncio.create_task(student.send(in_order(frames, start=i), interval_s=1.0))
        for i, student in enumerate(students)
    ]
    try:
        yield
    finally:
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        for person in (teacher, *students):
            await person.leave()


def statuses(server):
    """Of the closed minutes, in order."""
    database = server.log.parent / "served.sqlite3"
    with closing(sqlite3.connect(database, timeout=20)) as rows:
        query = 'SELECT status FROM sessions_app_classminute ORDER BY "index"'
        return [status for (status,) in rows.execute(query)]


def readiness(server):
    try:
        with urllib.request.urlopen(f"{server.url}/readyz", timeout=10) as answer:
            return answer.status, json.load(answer)["degraded"]
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def workers(server):
    return {each.id for each in server.processes() if each.part == "workers"}


def is_gone(process_id):
    return not Path(f"/proc/{process_id}").exists()


async def until(condition, *, within_s=SOON_S):
    """Wait; returns how long it took, in seconds."""
    began = time.monotonic()
    while not await asyncio.to_thread(condition):
        assert time.monotonic() - began < within_s, f"not within {within_s} s"
        await asyncio.sleep(0.2)
    return time.monotonic() - began


@contextlib.contextmanager
def server_with(workers):
    settings = {"FER_POOL_SIZE": str(workers), "FER_WINDOW_S": str(WINDOW_S)}
    with served(settings | {"FER_MIN_GROUP": str(STUDENTS)}) as server:
        yield server


@pytest.mark.alone
async def test_the_class_is_interrupted_goes_on_and_everybody_counts():
    with server_with(workers=1) as server:
        async with a_class(server):
            await until(lambda: "released" in statuses(server))
            assert readiness(server) == (200, [])
            [hung] = workers(server)
            os.kill(hung, signal.SIGSTOP)

            took_s = await until(lambda: readiness(server) == (200, ["engine"]))
            took_s += await until(lambda: is_gone(hung))
            assert took_s < NOTICED_WITHIN_S
            await until(lambda: readiness(server) == (200, []))
            [other] = workers(server)
            assert other != hung
            closed = len(statuses(server))
            await until(lambda: statuses(server)[closed:].count("released") > 0)

        found = statuses(server)
    assert "too_few" not in found[found.index("released") :]
    assert "interrupted" in found


@pytest.mark.alone
async def test_one_of_two_is_replaced_and_no_minute_is_missed():
    with server_with(workers=2) as server:
        async with a_class(server):
            await until(lambda: "released" in statuses(server))
            hung, other = sorted(workers(server))
            os.kill(hung, signal.SIGSTOP)

            assert await until(lambda: is_gone(hung)) < NOTICED_WITHIN_S
            assert readiness(server) == (200, [])
            await until(lambda: len(workers(server)) == 2)
            closed = len(statuses(server))
            await until(lambda: len(statuses(server)) > closed + 1)
            assert other in workers(server)

        found = statuses(server)
    assert set(found[found.index("released") :]) == {"released"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_ends_leaves_no_process_that_hangs(how):
    with server_with(workers=1) as server:
        [hung] = workers(server)
        os.kill(hung, signal.SIGSTOP)
        os.kill(server.process_id, how)
        ends_at = time.monotonic() + SOON_S
        while not is_gone(hung):
            assert time.monotonic() < ends_at
            time.sleep(0.1)
