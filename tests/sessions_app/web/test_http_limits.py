"""What no browser sends over HTTP, sent to a real server while a class goes on.

Bob's frames are read before, during and after: see `_bobs_frames_are_read`.
"""

import asyncio
import contextlib
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from sessions_app.lab import server_process
from sessions_app.lab.server_process import served
from tests.ports import free_port
from tests.sessions_app.line import SOON_S, Line
from tests.sessions_app.live.consumers.real_class import School

PATIENCE_S = 4
CONNECTIONS = 60
MB = 1_000_000
SETTINGS = {
    "FER_SOCKET_IDLE_TIMEOUT_S": str(PATIENCE_S),
    "FER_CONNECTIONS_PER_ADDRESS": str(CONNECTIONS),
}

pytestmark = [
    pytest.mark.long,
    pytest.mark.alone,
    pytest.mark.asyncio(loop_scope="module"),
]
module_wide = pytest_asyncio.fixture(scope="module", loop_scope="module")


class Door:
    """`manage.py serve`, and where its visitors knock: itself, or a Caddy before it."""

    def __init__(self, running, url):
        self.running, self.url = running, url
        self.email, self.password = running.email, running.password

    @property
    def is_proxy(self):
        return self.url != self.running.url


PROXIED = "behind the three lines of README"


@pytest.fixture(scope="module", params=["alone", PROXIED])
def server(request, tmp_path_factory):
    large = server_process.prepared() / "var" / LARGE.lstrip("/")
    large.write_bytes(bytes(LARGE_BYTES))  # none of ours is as large
    if request.param == "alone":
        with served(SETTINGS) as running:
            yield Door(running, running.url)
        return
    folder = tmp_path_factory.mktemp("caddy")
    with (
        served(SETTINGS, "--behind-proxy") as running,
        _caddy(folder, running.url) as url,
    ):
        yield Door(running, url)


@contextlib.contextmanager
def _caddy(folder, upstream):
    door = f"http://127.0.0.1:{free_port()}"
    file = folder / "Caddyfile"
    global_options = "{\n\tadmin off\n\tpersist_config off\n}\n"
    lines = f"{door} {{\n\treverse_proxy {urlsplit(upstream).netloc}\n}}\n"
    file.write_text(global_options + lines)
    command = [shutil.which("caddy", path=f"{Path(sys.executable).parent}:/usr/bin")]
    command += ["run", "--config", str(file), "--adapter", "caddyfile"]
    home = os.environ | {"XDG_DATA_HOME": str(folder)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=home, stdout=log, stderr=log)
    try:
        _until_listening(door)
        yield door
    finally:
        process.terminate()
        process.wait(timeout=30)


def _until_listening(door):
    where = urlsplit(door)
    for _ in range(1500):
        with contextlib.suppress(OSError):
            socket.create_connection((where.hostname, where.port), 1).close()
            return
        time.sleep(0.2)
    raise RuntimeError("Caddy does not listen")


@module_wide
async def school(server):
    async with School(server).open() as school:
        yield school


@module_wide
async def bob(school):
    async with school.a_class() as room:
        bob = await room.attendee()
        sending = asyncio.create_task(bob.keeps_sending())
        yield bob
        sending.cancel()


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _bobs_frames_are_read(bob):
    yield
    before = bob.read
    await until(lambda: bob.read >= before + 2)


async def until(condition):
    async with asyncio.timeout(SOON_S):
        while not condition():  # noqa: ASYNC110 -- nobody is told
            await asyncio.sleep(0.1)


async def looked_on(worst):
    """Until the server has answered so often that it did what there was to do."""
    enough = worst["looks"] + ENOUGH_LOOKS
    await until(lambda: worst["looks"] >= enough)


class Caller(Line):
    """Speaks HTTP by hand."""

    async def say(self, *lines, body=b""):
        await self.send("\r\n".join([*lines, "", ""]).encode() + body)

    async def asks(self, door, method, path, *headers, body=b""):
        host = f"Host: {urlsplit(door).netloc}"
        await self.say(f"{method} {path} HTTP/1.1", host, *headers, body=body)

    async def status(self):
        """Of the next answer; its body stays unread."""
        head = await self.read_until(b"\r\n\r\n")
        return int(head.split(b" ")[1])


ENOUGH_LOOKS = 30


@contextlib.asynccontextmanager
async def measured(server):
    """The most memory and temporary disk it takes meanwhile, and the worst answer."""
    worst = {"rss_mb": 0.0, "disk_mb": 0.0, "answer_s": 0.0, "looks": 0}
    before_mb = server.running.rss_mb()

    async def look():
        async with aiohttp.ClientSession() as http:
            while True:
                began = time.monotonic()
                async with http.get(f"{server.url}/healthz") as answer:
                    assert answer.status == 200
                seen = {
                    "answer_s": time.monotonic() - began,
                    "rss_mb": server.running.rss_mb() - before_mb,
                    "disk_mb": _temporary_mb(server),
                    "looks": worst["looks"] + 1,
                }
                worst.update({k: max(worst[k], seen[k]) for k in worst})
                await asyncio.sleep(0.02)

    looking = asyncio.create_task(look())
    await until(lambda: worst["looks"] > 0)
    yield worst
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking


def _temporary_mb(server):
    """Files that it has open and that no folder names any more, as bodies would be."""
    total = 0
    for process in server.running.processes():
        for handle in Path(f"/proc/{process.id}/fd").glob("*"):
            with contextlib.suppress(OSError):
                if str(handle.readlink()).endswith("(deleted)"):
                    total += handle.stat().st_size
    return total / MB


def chunked(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


OTHERS_WAIT_S = 5  # far less than it would take to read 200 MB as a form
BIG = 200 * MB
PIECE = bytes(64 * 1024)
CHUNKED = "Transfer-Encoding: chunked"
AS_FORM = "Content-Type: application/x-www-form-urlencoded"
FORM = b"a&" * (32 * 1024)


OTHER_PATHS = ["/healthz", "/j/", "/login/", "/api/v1/me/"]


@pytest.mark.parametrize("path", ["/", *OTHER_PATHS])
@pytest.mark.parametrize(
    ("headers", "pieces"),
    [
        ([f"Content-Length: {BIG}"], [PIECE] * (BIG // len(PIECE))),
        ([CHUNKED, AS_FORM], [chunked(FORM)] * (BIG // len(FORM))),
    ],
    ids=["told", "chunked"],
)
async def test_200_megabytes_to_any_address_are_refused_and_cost_nothing(
    server, path, headers, pieces
):
    caller = await Caller.to(server.url)
    async with measured(server) as worst:
        await caller.asks(server.url, "POST", path, *headers)
        sending = asyncio.create_task(caller.send_all(pieces))
        assert await caller.status() == 413
        assert b"1 MB at most" in await caller.read_until(b"\n")
        await sending
    caller.close()

    assert worst["rss_mb"] < 20
    assert worst["disk_mb"] < 1
    assert worst["answer_s"] < OTHERS_WAIT_S


async def test_a_body_that_is_announced_too_large_is_refused_before_it_is_sent(server):
    if server.is_proxy:
        pytest.skip("Caddy itself says 100 Continue")
    caller = await Caller.to(server.url)
    headers = (f"Content-Length: {MB + 1}", "Expect: 100-continue")

    await caller.asks(server.url, "POST", "/", *headers)

    assert await caller.status() == 413
    caller.close()


@pytest.mark.parametrize("shape", ["told", "chunked"])
async def test_a_megabyte_frame_reaches_the_page(server, shape):
    caller = await Caller.to(server.url)
    body, header = bytes(MB), f"Content-Length: {MB}"
    if shape == "chunked":
        header = "Transfer-Encoding: chunked"
        body = b"".join(chunked(PIECE[: MB // 20]) for _ in range(20)) + b"0\r\n\r\n"

    await caller.asks(server.url, "POST", "/healthz", header, body=body)

    assert await caller.status() == 403  # of the page itself: no CSRF token
    caller.close()


async def test_a_body_in_very_many_pieces_is_refused_before_they_are_read(server):
    """Each piece takes time of the event loop, in which nobody's frame is read."""
    pieces = chunked(b"x") * 10_000
    caller = await Caller.to(server.running.url)

    await caller.asks(server.running.url, "POST", "/", CHUNKED, body=pieces)

    assert await caller.status() == 400
    assert b"too many pieces" in await caller.read_until(b"\n")
    caller.close()


async def test_a_body_in_many_pieces_is_read(server):
    caller = await Caller.to(server.running.url)
    pieces = chunked(b"x" * 100) * 900 + b"0\r\n\r\n"

    await caller.asks(server.running.url, "POST", "/healthz", CHUNKED, body=pieces)

    assert await caller.status() == 403  # of the page itself: no CSRF token
    caller.close()


async def test_many_bodies_at_once_from_one_address_have_a_bound_together(server):
    async def nearly_a_megabyte():
        caller = await Caller.to(server.url)
        await caller.asks(server.url, "POST", "/", f"Content-Length: {MB}")
        await caller.send_all([bytes(MB - 1)])
        return caller

    async with measured(server) as worst:
        callers = [await nearly_a_megabyte() for _ in range(40)]
        await looked_on(worst)
    for caller in callers:
        caller.close()

    assert worst["rss_mb"] < 60
    assert worst["disk_mb"] < 1


LARGE = "/static/large.txt"
LARGE_BYTES = 4 * MB  # more than a connection takes on by itself


async def _asks_and_never_reads(server, times):
    where = urlsplit(server.running.url)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await asyncio.to_thread(line.connect, (where.hostname, where.port))
    ask = f"GET {LARGE} HTTP/1.1\r\nHost: {where.netloc}\r\n"
    close = "Connection: close\r\n" if times == 1 else ""
    line.sendall(f"{ask}{close}\r\n".encode() * times)
    return line


async def test_what_is_asked_for_here_is_large(server):
    async with aiohttp.ClientSession() as http, http.get(server.url + LARGE) as answer:
        assert len(await answer.read()) == LARGE_BYTES


async def test_who_asks_on_and_on_and_never_reads_gets_one_answer(server):
    async with measured(server) as worst:
        line = await _asks_and_never_reads(server, times=110)
        await until(lambda: _has_an_answer(line))
        await looked_on(worst)
    line.close()

    assert worst["rss_mb"] < 40


async def test_answers_that_nobody_reads_have_a_bound_together(server):
    waiting = [await _asks_and_never_reads(server, times=1) for _ in range(50)]

    def still_wait():
        waiting[:] = [line for line in waiting if not _is_cut_off(line)]
        return len(waiting)

    await until(lambda: still_wait() < 20)  # 4 MB each
    await until(lambda: still_wait() == 0)


def _is_cut_off(line):
    return line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0


def _has_an_answer(line):
    return bool(select.select([line], [], [], 0)[0])


async def test_who_sends_a_header_now_and_then_is_cut_off(server):
    if server.is_proxy:
        pytest.skip("Caddy waits for headers; none of them reaches the server")
    caller = await Caller.to(server.url)
    await caller.say("GET / HTTP/1.1", "Host: 127.0.0.1", body=b"")

    async def trickle():
        yield b"GET / HTTP/1.1\r\n"
        while True:
            yield b"X-Slow: yes\r\n"
            await asyncio.sleep(0.5)

    assert await caller.status() == 200  # the first one was whole
    sending = asyncio.create_task(_send_all(caller, trickle()))
    assert await _last_status(caller) == 408  # while it still sends
    sending.cancel()
    caller.close()


async def test_who_sends_a_body_byte_by_byte_is_cut_off(server):
    caller = await Caller.to(server.url)
    began = time.monotonic()
    await caller.asks(server.url, "POST", "/login/", "Content-Length: 1000")

    async def trickle():
        while not server.is_proxy or time.monotonic() - began < 3 * PATIENCE_S:
            yield b"x"
            await asyncio.sleep(0.5)
        yield bytes(1000)  # Caddy hands an early answer on once it has the whole body

    sending = asyncio.create_task(_send_all(caller, trickle()))
    assert await caller.status() == 408
    sending.cancel()
    caller.close()


async def _send_all(caller, pieces):
    with contextlib.suppress(ConnectionError):
        async for piece in pieces:
            await caller.send(piece)


async def _last_status(caller):
    return int(re.findall(rb"HTTP/1.1 (\d+)", await caller.rest())[-1])


async def test_a_connection_that_rests_between_two_pages_stays(server):
    caller = await Caller.to(server.url)

    for _ in range(6):
        await caller.asks(server.url, "GET", "/healthz")
        assert await caller.status() == 200
        await caller.read_until(b"}")
        await asyncio.sleep(0.25 * PATIENCE_S)
    caller.close()


async def test_connections_of_one_address_have_a_bound_and_others_get_in(server):
    if server.is_proxy:
        pytest.skip("one address cannot be told from another on this machine")
    crowd = [await Caller.to(server.url) for _ in range(CONNECTIONS + 10)]
    elsewhere = await Caller.to(server.url, source="127.0.0.2")
    await elsewhere.asks(server.url, "GET", "/healthz")

    assert await crowd[-1].status() == 429
    assert await elsewhere.status() == 200
    for caller in (*crowd, elsewhere):
        caller.close()

    async with asyncio.timeout(SOON_S):
        while await _status_of_a_newcomer(server) != 200:  # it hears of the closed ones
            pass


async def _status_of_a_newcomer(server):
    caller = await Caller.to(server.url)
    await caller.asks(server.url, "GET", "/healthz")
    status = await caller.status()
    caller.close()
    return status


async def test_behind_a_proxy_requests_on_their_way_have_a_bound(server):
    """By the student's address, which the proxy writes; this test is the proxy."""
    if not server.is_proxy:
        pytest.skip("there, connections are counted")
    door = server.running.url

    async def half_a_request(address):
        caller = await Caller.to(door)
        forwarded = f"X-Forwarded-For: {address}"
        await caller.asks(door, "POST", "/", "Content-Length: 9", forwarded)
        return caller

    crowd = [await half_a_request("203.0.113.7:5000") for _ in range(CONNECTIONS + 1)]
    [refused] = await _answered(crowd)  # whichever it read last
    assert await refused.status() == 429

    elsewhere = await half_a_request("203.0.113.8")
    await elsewhere.send(b"123456789")
    assert await elsewhere.status() == 403  # of the page itself
    for caller in (*crowd, elsewhere):
        caller.close()


async def _answered(callers):
    """Those that hear something first."""
    lines = {caller.plain: caller for caller in callers}
    readable, *_ = await asyncio.to_thread(select.select, list(lines), [], [], SOON_S)
    return [lines[line] for line in readable]


async def test_sockets_do_not_count_as_connections_for_pages(server, school):
    async with school.a_class() as room:
        for _ in range(CONNECTIONS + 5):
            person = room.newcomer()
            await person.join()
            await person.connect()
        assert (await _get(f"{server.url}/healthz")) == 200


async def _get(url):
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status


async def test_what_says_both_lengths_is_refused(server):
    if server.is_proxy:
        pytest.skip("Caddy drops one of the two")
    caller = await Caller.to(server.url)
    lengths = ("Content-Length: 5", "Transfer-Encoding: chunked")

    await caller.asks(server.url, "POST", "/", *lengths, body=b"0\r\n\r\n")

    assert await caller.status() == 400
    caller.close()


async def test_an_api_call_with_a_chunked_body_is_read(server, school):
    teacher = school._teacher.http
    cookies = {cookie.key: cookie.value for cookie in teacher.cookie_jar}

    async def in_pieces():
        yield b'{"title": '
        yield b'"Sent in pieces"}'

    async with teacher.post(
        f"{server.url}/api/v1/courses/",
        data=in_pieces(),
        headers={
            "X-CSRFToken": cookies["csrftoken"],
            "Content-Type": "application/json",
        },
    ) as answer:
        assert answer.status == 201, await answer.text()


async def test_none_of_it_left_a_fault_in_the_log(server):
    said = server.running.log.read_text()

    assert "Traceback" not in said
    assert "Exception" not in said
