"""A PostgreSQL that hangs: no error, no answer. A real one, frozen, and real students."""

import asyncio
import time

import psycopg
import pytest

from sessions_app.lab.camera_frames import astronaut_frames, in_order
from sessions_app.lab.server_process import served
from sessions_app.lab.simulated_clients import Student, Teacher
from sessions_app.lab.tally import Tally
from tests.postgresql import throw_away_postgresql

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

STUDENTS = 3
# Two, and what a busy machine takes to look; without it, frames go on for ever.
ENDS_WITHIN_S = 5.0
FROZEN_S = 12.0
GOES_ON_WITHIN_S = 60.0
MORE_THAN_CONNECTIONS = 10
TOLD_WITHIN_S = 30.0  # ten, and what a busy machine takes; without it, never
NOES = "SELECT count(*) FROM sessions_app_consent WHERE NOT given AND purpose = 'expression'"


class Read(Tally):
    """When a student's frames were answered that had been read."""

    def __init__(self):
        super().__init__()
        self.at = []

    def note_answer(self, state, took_s, frames=1):
        super().note_answer(state, took_s, frames)
        if state in {"ok", "no_face"}:
            self.at.append(time.monotonic())


async def until(condition):
    ends_at = time.monotonic() + GOES_ON_WITHIN_S
    while time.monotonic() < ends_at:
        if condition():
            return
        await asyncio.sleep(0.1)
    pytest.fail("it was never so")


async def test_nothing_is_read_while_the_database_hangs():
    with (
        throw_away_postgresql() as database,
        served({"FER_DATABASE_URL": database.url}) as server,
    ):
        teacher, tallies = Teacher(server.url), [Read() for _ in range(STUDENTS)]
        await teacher.log_in(server.email, server.password)
        where, code = await teacher.open_class("Rings", interval_s=1)
        students = [Student(server.url, code, tally) for tally in tallies]
        for student in students:
            await student.join()
            await student.connect()
        jpeg = in_order(astronaut_frames())
        sending = asyncio.gather(*(s.send(jpeg, interval_s=1.0) for s in students))
        await until(lambda: all(tally.at for tally in tallies))

        database.freeze()
        try:
            frozen_at = time.monotonic()
            await asyncio.sleep(FROZEN_S)
        finally:
            database.thaw()
        thawed_at = time.monotonic()
        await until(lambda: all(tally.at[-1] > thawed_at for tally in tallies))

        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await teacher.post(f"{where}end/")
        for visitor in (teacher, *students):
            await visitor.leave()
        said = server.log.read_text()

    late = [
        at - frozen_at
        for tally in tallies
        for at in tally.at
        if frozen_at + ENDS_WITHIN_S < at < thawed_at
    ]
    assert late == []
    assert "no student may send" in said


async def test_who_waits_for_a_database_that_hangs_is_told_and_every_no_is_written():
    with (
        throw_away_postgresql() as database,
        served({"FER_DATABASE_URL": database.url}) as server,
    ):
        teacher, students = Teacher(server.url), []
        await teacher.log_in(server.email, server.password)
        where, code = await teacher.open_class("Rings", interval_s=1)
        for _ in range(MORE_THAN_CONNECTIONS):
            students.append(Student(server.url, code))
            await students[-1].join()

        database.freeze()
        try:
            noes = (s.post(f"/j/{code}/choices/", expression="off") for s in students)
            asked = asyncio.gather(*noes, teacher.get(where), return_exceptions=True)
            async with asyncio.timeout(TOLD_WITHIN_S):
                told = await asked
        finally:
            database.thaw()
        # No page is open that would say it again.
        with psycopg.connect(database.url, autocommit=True) as asking:
            await until(lambda: asking.execute(NOES).fetchone() == (len(students),))
        await teacher.post(f"{where}end/")
        for visitor in (teacher, *students):
            await visitor.leave()

    assert {str(each).rpartition(" ")[2] for each in told} == {"503."}
