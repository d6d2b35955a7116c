"""A whole lesson that devices read ends in the minute that the server would have read."""

import asyncio

import pytest

from sessions_app.lab.camera_frames import astronaut_frames
from sessions_app.lab.devices import Device, read_by_the_engine
from sessions_app.lab.server_process import served
from sessions_app.lab.simulated_clients import Student, Teacher
from sessions_app.lab.tally import Tally
from tests.sessions_app.line import SOON_S

pytestmark = [pytest.mark.long, pytest.mark.real]

STUDENTS, WINDOW_S = 4, 20
SHOWN = ("groups", "groups_band", "shares", "band", "valence", "statement", "size")


@pytest.fixture(scope="module")
def server():  # without noise, and with a group of one: a demo
    with served({"FER_INFERENCE": "either", "FER_WINDOW_S": str(WINDOW_S)}) as running:
        yield running


@pytest.fixture(scope="module")
def faces():
    """Pictures of a face for each student, with what the engine reads in them."""
    read = read_by_the_engine(astronaut_frames(12))
    found = [(frame, reading) for frame, reading in read.items() if reading.scores]
    assert len(found) >= STUDENTS
    return found[:STUDENTS]


async def minute_of(teacher, path):
    """The second minute of a lesson, once it is closed: all were there for all of it."""
    async with asyncio.timeout(SOON_S + 3 * WINDOW_S):
        while len(minutes := (await teacher.timeline(path))["minutes"]) < 2:  # noqa: ASYNC110
            await asyncio.sleep(1)
    return minutes[1]


async def lesson(server, teacher, faces, *, by_devices):
    """Each student shows one face all the time; the minute, and what was answered."""
    tally = Tally()
    path, code = await teacher.open_class("A lesson", interval_s=1)
    students = [Student(server.url, code, tally) for _ in faces]
    sending = []
    for student, (frame, reading) in zip(students, faces, strict=True):
        await student.join()
        await student.connect()
        work = (
            student.send_readings(Device(lambda r=reading: r, 1.0))
            if by_devices
            else student.send(lambda f=frame: f, interval_s=1)
        )
        sending.append(asyncio.create_task(work))
    minute = await minute_of(teacher, path)
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    await asyncio.gather(*(student.leave() for student in students))
    return minute, tally


async def test_devices_and_server_release_the_same_minute(server, faces):
    teacher = Teacher(server.url)
    try:
        await teacher.log_in(server.email, server.password)
        by_server, frames = await lesson(server, teacher, faces, by_devices=False)
        by_devices, intervals = await lesson(server, teacher, faces, by_devices=True)
    finally:
        await teacher.leave()

    assert by_server["status"] == by_devices["status"] == "released"
    assert {name: by_devices[name] for name in SHOWN} == {
        name: pytest.approx(by_server[name], abs=1e-5) for name in SHOWN
    }
    assert set(frames.answers) <= {"ok", "dropped"}
    assert set(intervals.answers) <= {"counted", "dropped"}
    assert intervals.in_intervals >= STUDENTS * 20
