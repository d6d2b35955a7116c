import json
import logging
import subprocess
import sys

import pytest

from fer_platform.logs import JsonFormatter, LogContext
from sessions_app.lab.server_process import served
from sessions_app.lab.simulated_clients import NotLetIn, Visitor
from tests.inference.frames import ASTRONAUT_JPEG
from tests.sessions_app.live.consumers.real_class import Attendee, School, frame

pytestmark = [pytest.mark.long, pytest.mark.real]

SESSION = "0d3f4c1e-6c2f-4f0e-9c39-0a6f3f2c9a11"


def line_of(record):
    return json.loads(JsonFormatter().format(record))


def record(message, **attached):
    made = logging.makeLogRecord({"name": "a.logger", "levelname": "INFO"} | attached)
    made.msg, made.created = message, 1_790_000_000.25
    return made


def test_a_line_holds_what_is_listed_and_nothing_that_a_library_attached():
    assert line_of(record("Closed.", sql="INSERT 'Alice'", request=object())) == {
        "time": "2026-09-21T14:13:20.250+00:00",
        "level": "INFO",
        "logger": "a.logger",
        "message": "Closed.",
    }


@pytest.mark.parametrize(
    "error",
    [
        'violates "one_email"\nDETAIL:  Key (email)=(alice@school.example) exists.',
        "Command # 2 (HSET alice@school.example 0.7) of pipeline caused error: full",
    ],
)
def test_what_a_database_quotes_in_an_error_is_left_out(error):
    failure = RuntimeError(error)

    line = line_of(record(error, exc_info=(RuntimeError, failure, None)))

    assert "alice@school.example" not in json.dumps(line)
    assert "RuntimeError" in line["error"]


async def said_within(scope):
    """A line of an application that logs, and the messages that it sends."""
    lines, sent = [], []

    async def application(scope, receive, send):
        lines.append(line_of(record("Hello.")))
        await send({"type": f"{scope['type']}.response.start", "headers": []})

    async def send(message):
        sent.append(message)

    await LogContext(application)(scope, None, send)
    return lines[0], sent[0]


async def test_a_request_gets_an_id_that_its_answer_repeats():
    line, start = await said_within({"type": "http", "path": "/", "headers": []})

    assert start["headers"] == [(b"x-request-id", line["request_id"].encode())]
    assert "session_id" not in line


@pytest.mark.parametrize(
    ("given", "taken"),
    [(b"proxy-0123456789", True), (b"short", False), (b'a "quoted" id, long', False)],
)
async def test_a_proxys_own_id_is_taken_if_it_is_one(given, taken):
    line, _ = await said_within(
        {"type": "http", "path": "/", "headers": [(b"x-request-id", given)]}
    )

    assert (line["request_id"] == given.decode()) is taken


async def test_lines_of_a_classs_socket_name_its_session():
    line, _ = await said_within(
        {"type": "websocket", "path": f"/ws/sessions/{SESSION}/student/"}
    )

    assert line["session_id"] == SESSION
    assert line["request_id"]


class Bob(Attendee):
    """A student who gives a name."""

    name = "Bob Hatter"

    async def post(self, path, **fields):
        named = {"display_name": self.name} if "display_name" in fields else {}
        return await super().post(path, **fields | named)


async def a_whole_class(server):
    """A class with everything that is worth a line; returns what no line may hold."""
    stranger, secrets = Visitor(server.url), {Bob.name, server.email, server.password}
    await stranger.get("/login/")
    await stranger.post("/login/", username="alice@school.example", password="guess")
    with pytest.raises(NotLetIn):
        await stranger.get("/sessions/nowhere/")
    await stranger.leave()
    async with School(server).open() as school, school.a_class() as room:
        bob = Bob(server.url, room.code)
        await bob.join(pulse=True)
        await bob.tap("lost")
        await bob.connect()
        await bob.news(expression=True)
        await bob.is_read()
        await bob.say(frame(next(bob.seq)))
        scores = (await bob.hear())["scores"] or {}
        secrets |= {str(score) for score in scores.values() if len(str(score)) > 4}
        secrets |= set(bob.cookie.split("="))
        await bob.say(frame(next(bob.seq), jpeg=b"\xff\xd8 no picture"))
        await bob.hear()
        await bob.say("text where a frame should be")
        await bob.closed()
        await bob.open()
        await bob.say(b"\x09 of another version")
        await bob.closed()
        await bob.leave()
        await room.turn("end")
    return secrets | {"alice@school.example", "guess", "Tess Teacher"}


async def test_the_log_of_a_whole_class_names_nobody_and_holds_no_frame_or_score():
    settings = {"FER_LOG_FORMAT": "json", "FER_LOG_LEVEL": "DEBUG"}
    with served(settings | {"FER_POOL_SIZE": "1"}) as server:
        secrets = await a_whole_class(server)
        log = server.log.read_text()
    still = {repr(ASTRONAUT_JPEG[:12])[2:-1], "/9j/", "JFIF"}

    assert {secret for secret in secrets | still if secret in log} == set()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert any("session_id" in line and "request_id" in line for line in lines)


def test_workers_write_the_same_lines():
    script = (
        "import logging, fer_platform.celery as celery;"
        "celery.app.log.setup(loglevel='WARNING');"
        "logging.getLogger('inference.cluster.tasks').info('Ready.')"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert json.loads(done.stderr)["message"] == "Ready."
