"""Whose request is it? Asked of the function, and at the door of real servers."""

import asyncio

import aiohttp
import pytest
from django.http import HttpRequest

from sessions_app.lab.server_process import served
from sessions_app.lab.simulated_clients import Teacher
from sessions_app.live.protocol import CloseCode
from sessions_app.web.client_address import (
    client_address,
    locked_address,
    network_of,
)
from tests.sessions_app.line import Line
from tests.sessions_app.live.consumers.real_class import SOON_S, School

pytestmark = pytest.mark.real

PROXY = "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:51234", "2001:db8::7"),
        ('"[2001:db8::7]:51234"', "2001:db8::7"),
        ("fe80::7%eth0", "fe80::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.1,203.0.113.7:51234", "203.0.113.7"),
        ("unknown", PROXY),
        ("_hidden", PROXY),
        ("", PROXY),
        (",", PROXY),
        ("203.0.113.7, unknown", PROXY),
        ("203.0.113.300", PROXY),
        ("203.0.113.7\u00e9", PROXY),
        ("[2001:db8::7", "2001:db8::7"),
        ("'; DROP TABLE", PROXY),
    ],
)
def test_what_a_proxy_writes_is_read_as_a_plain_address_or_as_its_own(
    forwarded, expected
):
    assert client_address([forwarded], PROXY, 1) == expected


def test_nobody_is_believed_where_no_proxy_is_declared():
    assert client_address(["203.0.113.7"], PROXY, 0) == PROXY


def test_of_several_headers_the_last_one_is_the_proxys():
    assert client_address(["198.51.100.1", "203.0.113.7"], PROXY, 1) == "203.0.113.7"


def test_with_two_proxies_the_outer_ones_word_counts():
    forwarded = ["198.51.100.1, 203.0.113.7, 10.0.0.5"]

    assert client_address(forwarded, PROXY, 2) == "203.0.113.7"
    assert client_address(["203.0.113.7"], PROXY, 2) == PROXY  # one is missing


def test_limits_count_an_ipv6_network_as_one():
    assert network_of("2001:db8::7") == network_of("2001:db8::8:9")
    assert network_of("2001:db8:0:1::7") != network_of("2001:db8::7")
    assert network_of("203.0.113.7") == "203.0.113.7"


# --- Real servers ---------------------------------------------------------------------

SOCKETS = 2
NAME = "X-School-Name"
LIMITS = {
    "FER_SIGNED_IN_HEADER": NAME,
    "FER_JOIN_RATE": "2/m",
    "FER_LOGIN_RATE": "100/m",
    "FER_API_ANONYMOUS_RATE": "3/min",
    "FER_SOCKETS_PER_ADDRESS": str(SOCKETS),
    "FER_POOL_SIZE": "1",
}
MANY = 6


@pytest.fixture(scope="module", params=["alone", "behind a proxy"])
def server(request):
    options = ["--behind-proxy"] * (request.param == "behind a proxy")
    with served(LIMITS, *options) as running:
        yield running, bool(options)


def forged(behind, n):
    """What a liar's request looks like where it reaches the server.

    Without a proxy it is as they wrote it; a proxy adds the address that called it.
    """
    mine = ", 203.0.113.7:51234" if behind else ""
    return {"X-Forwarded-For": f"198.51.100.{n}{mine}"}


def browser(address):
    """One that calls from an address of this machine."""
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        connector=aiohttp.TCPConnector(local_addr=(address, 0)),
    )


async def get_status(http, url, headers):
    async with http.get(url, headers=headers) as answer:
        return answer.status


async def post_status(http, url, headers, **fields):
    """Send a form of a page that was opened before."""
    async with http.get(url) as page:
        assert page.status == 200
    token = next(c.value for c in http.cookie_jar if c.key == "csrftoken")
    form = fields | {"csrfmiddlewaretoken": token}
    async with http.post(url, data=form, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("token", [None, "fer_wrong", "fer_wr\u00f6ng"])
async def test_the_apis_limit_reaches_callers_without_a_right_token(server, token):
    running, behind = server
    url = f"{running.url}/api/v1/courses/"
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    async with browser("127.0.0.2") as http:
        statuses = [
            await get_status(http, url, headers | forged(behind, n))
            for n in range(MANY)
        ]

    assert statuses[-1] == 429
    assert set(statuses) <= {401, 429}


async def test_a_forged_address_lifts_no_limit_of_joins(server):
    running, behind = server
    statuses = []
    async with School(running).open() as school, school.a_class() as room:
        for n in range(MANY):
            async with browser("127.0.0.3") as http:
                url = f"{running.url}/j/{room.code}/"
                choices = {"expression": "no", "pulse": "yes", "display_name": ""}
                statuses.append(
                    await post_status(http, url, forged(behind, n), **choices)
                )

    assert statuses[0] == 200
    assert statuses[-1] == 429


async def test_a_forged_address_lifts_no_lock_of_log_ins(server):
    running, behind = server
    form = {"username": "someone@example.org", "password": "wrong"}

    async with browser("127.0.0.4") as http:
        statuses = [
            await post_status(http, f"{running.url}/login/", forged(behind, n), **form)
            for n in range(11)
        ]

    assert statuses[0] == 200
    assert statuses[-1] == 429


async def test_a_forged_address_lifts_no_limit_of_sockets(server):
    running, behind = server
    async with School(running).open() as school, school.a_class() as room:
        alice = await room.attendee()
        url = running.url.replace("http", "ws") + alice.path
        async with browser("127.0.0.5") as http:
            opened = [
                await http.ws_connect(
                    url,
                    origin=running.url,
                    headers={"Cookie": alice.cookie} | forged(behind, n),
                )
                for n in range(SOCKETS + 1)
            ]
            async with asyncio.timeout(SOON_S):
                async for _ in opened[-1]:
                    pass

    assert opened[-1].close_code == CloseCode.TOO_MANY


@pytest.mark.parametrize(
    "address",
    ["203.0.113.7:51234", "[2001:db8::7]:443", "unknown", "a, b", "\u00fc", ""],
)
async def test_whatever_a_proxy_writes_people_get_in(server, address):
    running, _ = server
    form = {"username": running.email, "password": running.password}

    async with browser("127.0.0.6") as http:
        url = f"{running.url}/login/"
        status = await post_status(http, url, {"X-Forwarded-For": address}, **form)

    assert status == 200


async def test_an_address_that_is_no_text_is_answered(server):
    """A proxy would take a connection that just closes for a server that is down."""
    running, _ = server
    line = await Line.to(running.url, source="127.0.0.8")
    await line.send(
        b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"X-Forwarded-For: \xff\xfe, 127.0.0.8\r\nConnection: close\r\n\r\n"
    )

    assert (await line.rest()).startswith(b"HTTP/1.1 200 ")


async def test_who_signed_in_is_heard_from_a_proxy_alone(server):
    running, behind = server
    teacher = Teacher(running.url)
    await teacher.log_in(running.email, running.password)
    _, code = await teacher.open_class("Maths", interval_s=2)
    await teacher.leave()
    url = f"{running.url}/j/{code}/sign-in/"

    async with (
        browser("127.0.0.7") as http,
        http.get(url, headers={NAME: "ann"}, allow_redirects=False) as answer,
    ):
        assert answer.status == (302 if behind else 403)


def test_none_of_it_left_a_fault_in_the_log(server):
    assert "Internal Server Error" not in server[0].log.read_text()


def test_a_request_without_an_address_locks_none():
    """As over a Unix socket, where nobody has one."""
    assert locked_address(HttpRequest()) == ""
