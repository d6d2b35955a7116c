"""One address that asks for hundreds of pages at once waits for itself alone."""

import asyncio
import select
import socket
from urllib.parse import urlsplit

import pytest

from sessions_app.lab.server_process import served
from sessions_app.web.turns import AT_ONCE, Turns
from tests.sessions_app.line import SOON_S

CROWD = 700  # connections of one client, each with a request
FROM = "127.0.0.9"
PAGE = "/j/XXXXXXXX/"  # all ask for the same work


def scope(address):
    return {"type": "http", "client": [address, 5000]}


class Application:
    """Works on every request until it is told to go on."""

    def __init__(self):
        self.working, self.go_on = [], asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.working.append(scope["client"][0])
        await self.go_on.wait()


async def settled():
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def application():
    return Application()


@pytest.fixture
def asks(application):
    turns = Turns(application)

    async def send(message):
        sent.append(message)

    sent = []

    def ask(address):
        return asyncio.create_task(turns(scope(address), None, send))

    ask.turns, ask.sent = turns, sent
    return ask


@pytest.mark.asyncio
async def test_an_address_has_so_many_requests_worked_on_and_nobody_else_waits(
    application, asks
):
    crowd = [asks("203.0.113.7") for _ in range(3 * AT_ONCE)]
    await settled()
    other = asks("203.0.113.8")
    await settled()

    assert application.working.count("203.0.113.7") == AT_ONCE
    assert application.working.count("203.0.113.8") == 1
    application.go_on.set()
    await asyncio.gather(*crowd, other)
    assert application.working.count("203.0.113.7") == 3 * AT_ONCE


@pytest.mark.asyncio
async def test_a_network_of_one_machine_is_one_address(application, asks):
    for i in range(2 * AT_ONCE):
        asks(f"2001:db8::{i:x}")
    await settled()

    assert len(application.working) == AT_ONCE
    application.go_on.set()


@pytest.mark.asyncio
async def test_a_client_that_hangs_up_leaves_its_place(application, asks):
    crowd = [asks("203.0.113.7") for _ in range(AT_ONCE)]
    await settled()
    waiting = asks("203.0.113.7")
    await settled()
    for gone in crowd:
        gone.cancel()
    await settled()

    assert len(application.working) == AT_ONCE + 1
    application.go_on.set()
    await waiting
    assert not asks.turns._turns  # nobody is remembered


@pytest.mark.asyncio
async def test_no_more_wait_than_may_be_connected(application, asks, settings):
    settings.FER_CONNECTIONS_PER_ADDRESS = 2 * AT_ONCE
    for _ in range(2 * AT_ONCE):
        asks("203.0.113.7")
    await settled()

    await asks("203.0.113.7")

    assert asks.sent[0]["status"] == 429
    application.go_on.set()


def _ask(url, source):
    """A connection from an address, and the request that is to be sent on it."""
    where = urlsplit(url)
    line = socket.create_connection((where.hostname, where.port), SOON_S, (source, 0))
    return line, f"GET {PAGE} HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode()


def _still_wait(lines):
    poll = select.poll()
    for line in lines:
        poll.register(line, select.POLLIN)
    return len(lines) - len(poll.poll(0))


@pytest.mark.long
@pytest.mark.alone
def test_a_page_of_somebody_else_is_answered_before_a_crowd_of_one_client():
    with served({}) as server:
        crowd = [_ask(server.url, FROM) for _ in range(CROWD)]
        for line, request in crowd:
            line.sendall(request)

        line, request = _ask(server.url, "127.0.0.1")
        line.settimeout(300)  # what counts is who was answered before, not when
        line.sendall(request)
        answer = line.recv(12)
        waiting = _still_wait([each for each, _ in crowd])

        for each in (line, *(each for each, _ in crowd)):
            each.close()
    assert answer == b"HTTP/1.1 404"
    assert waiting > 0.6 * CROWD
