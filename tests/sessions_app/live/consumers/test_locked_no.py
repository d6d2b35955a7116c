"""A no that meets a locked database: through the real view, with frames on their way."""

import asyncio
import re
import sqlite3
import time
from contextlib import closing, contextmanager, suppress

import pytest
from yarl import URL

from sessions_app.lab.server_process import served
from sessions_app.live.protocol import CloseCode
from tests.sessions_app.live.consumers.real_class import SOON_S, School, frame

pytestmark = [pytest.mark.long, pytest.mark.alone]

PROMISED_S = 2.0
HEADER = "X-School-Name"


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return tmp_path_factory.mktemp("locked") / "class.sqlite3"


@pytest.fixture(scope="module")
def server(database):
    settings = {"FER_SQLITE": str(database), "FER_SIGNED_IN_HEADER": HEADER}
    with served(settings, "--behind-proxy") as running:
        yield running


@pytest.fixture
async def room(server):
    async with School(server).open() as school, school.a_class() as room:
        yield room


@contextmanager
def locked(database):
    """Hold the lock that every writer needs."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def say(student, path, **fields):
    """Send a form as the page's script does; its status and what it says."""
    cookies = student.http.cookie_jar.filter_cookies(URL(student.base))
    token = {"csrfmiddlewaretoken": cookies["csrftoken"].value}
    async with student.http.post(
        f"{student.base}{path}",
        data=fields | token,
        headers={"Accept": "application/json"},
    ) as answer:
        return answer.status, await answer.text()


async def last_read(student):
    """Send on until the socket is closed; when a frame was read for the last time."""
    read_at = time.monotonic()
    async with asyncio.timeout(SOON_S):
        while True:
            with suppress(ConnectionError):  # it was closed a moment ago: read why
                await student.say(frame(next(student.seq)))
            message = await student._socket.receive()
            if message.type.name != "TEXT":
                return read_at
            if message.json().get("state") == "ok":
                read_at = time.monotonic()
            await asyncio.sleep(0.15)


@pytest.mark.parametrize("no", ["choices", "leave"])
async def test_a_no_holds_at_once_and_is_written_later(no, room, database):
    student = await room.attendee()
    await student.is_read()
    fields = {"expression": "off"} if no == "choices" else {}
    with locked(database):
        said_at = time.monotonic()
        sending = asyncio.create_task(last_read(student))
        status, words = await say(student, f"/j/{room.code}/{no}/", **fields)

        read_at = await sending
        assert read_at - said_at < PROMISED_S
        assert student._socket.close_code == CloseCode.NOT_ALLOWED
        assert status == 503
        assert "No more data is read from you." in words
    async with asyncio.timeout(SOON_S):
        while not await _is_written(student, room, no):  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("sent_as", ["data", "json"], ids=["page", "api"])
async def test_what_cannot_be_written_is_said_so_and_may_be_tried_again(
    server, database, sent_as
):
    path = "/courses/new/" if sent_as == "data" else "/api/v1/courses/"
    async with School(server).open() as school:
        teacher = school._teacher
        page = await teacher.get("/courses/new/")
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]

        async def send():
            fields = {"title": "Chemistry", "term": sent_as}
            async with teacher.http.post(
                teacher.base + path,
                headers={"X-CSRFToken": token},
                **{sent_as: fields},
            ) as answer:
                return answer.status, answer.headers, await answer.text()

        with locked(database):
            status, headers, said = await send()

        assert (status, headers.get("Retry-After")) == (503, "5")
        assert "The database is busy, or cannot be reached. Nothing was saved." in said
        assert (await send())[0] < 300


async def test_a_no_from_a_second_browser_of_a_signed_in_student_holds_at_once(
    room, database
):
    """Who it is from is found without the lock that everything new needs."""
    with closing(sqlite3.connect(database, timeout=20)) as rows, rows:
        rows.execute("UPDATE sessions_app_classsession SET signed_in_only = 1")
    first, second = room.newcomer(), room.newcomer()
    for browser in (first, second):
        path = f"{browser.base}/j/{room.code}/sign-in/"
        async with browser.http.get(path, headers={HEADER: "eve"}) as answer:
            assert answer.status == 200
    await first.take_part()
    await first.is_read()
    with locked(database):
        said_at = time.monotonic()
        sending = asyncio.create_task(last_read(first))
        status, words = await say(
            second, f"/j/{room.code}/", expression="no", pulse="no"
        )

        read_at = await sending
        assert read_at - said_at < PROMISED_S
        assert first._socket.close_code == CloseCode.NOT_ALLOWED
        assert status == 503
        assert "No more data is read from you." in words
    async with asyncio.timeout(SOON_S):
        while not await _is_written(first, room, "choices"):  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.2)


async def _is_written(student, room, no):
    async with student.http.get(
        f"{student.base}/j/{room.code}/my-data/export/"
    ) as answer:
        if no == "leave":
            return answer.status == 403
        decisions = (await answer.json(content_type=None))["decisions"]
        return decisions[-1]["answer"] == "no"
