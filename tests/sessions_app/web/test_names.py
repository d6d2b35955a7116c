"""Under which name the site is asked, and which name its links and sockets take.

A real server, and a real mail server that it sends its mails to.
"""

import asyncio
import re
import socketserver
import statistics
import threading
import time
from urllib.parse import urlsplit

import aiohttp
import pytest

from sessions_app.lab.server_process import served
from tests.sessions_app.live.consumers.real_class import SOON_S, School

pytestmark = pytest.mark.real

PUBLIC = "https://class.example.org:8443"
NEVER = "nobody@demo.example"


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it is sent; takes its time, as mail servers do."""

    daemon_threads = allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Delivery)
        self.mails, self.delay_s = [], 0.0
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def waited_for(self, count):
        ends_at = time.monotonic() + SOON_S
        while len(self.mails) < count and time.monotonic() < ends_at:
            time.sleep(0.05)
        return self.mails


class _Delivery(socketserver.StreamRequestHandler):
    def handle(self):
        time.sleep(self.server.delay_s)
        self._say("220 here")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                self.server.mails.append(self._text())
            self._say("221 bye" if word == b"QUIT" else "250 good")

    def _text(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines).replace(b"=\r\n", b"").decode()

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture(scope="module")
def mail_server():
    server = MailServer()
    yield server
    server.shutdown()
    server.server_close()


def settings(mail_server, **more):
    return {
        "FER_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "FER_EMAIL_HOST": "127.0.0.1",
        "FER_EMAIL_PORT": str(mail_server.port),
        "FER_EMAIL_TIMEOUT_S": "5",
        "FER_POOL_SIZE": "1",
    } | more


@pytest.fixture(scope="module")
def server(mail_server):
    with served(settings(mail_server, FER_MAIL_RATE="100/h")) as running:
        yield running


@pytest.fixture(scope="module")
def public_server(mail_server):
    named = settings(mail_server, FER_PUBLIC_URL=PUBLIC, FER_MAIL_RATE="4/h")
    with served(named) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_mail_yet(mail_server):
    mail_server.mails.clear()
    mail_server.delay_s = 0.0


def browser(address="127.0.0.1"):
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        connector=aiohttp.TCPConnector(local_addr=(address, 0)),
    )


async def ask_for_password(running, email, *, http, **headers):
    """Send the form; seconds until the answer, which is the same for everybody."""
    url = f"{running.url}/password-reset/"
    async with http.get(url) as page:
        assert page.status == 200
    token = next(c.value for c in http.cookie_jar if c.key == "csrftoken")
    form = {"email": email, "csrfmiddlewaretoken": token}
    began = time.monotonic()
    async with http.post(
        url, data=form, headers=headers, allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (
            302,
            "/password-reset/sent/",
        )
    return time.monotonic() - began


@pytest.mark.parametrize("host", ["web-1:8000", "10.0.0.7", "evil.example", "[::1]:9"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_supervisors_ask_by_any_name(server, path, host):
    headers = {"Host": host}
    if path == "/metrics":
        headers["Authorization"] = "Bearer a measurement of this machine"
    async with browser() as http, http.get(server.url + path, headers=headers) as said:
        assert said.status == 200


@pytest.mark.parametrize("path", ["/", "/login/", "/metrics/", "/api/v1/courses/"])
async def test_all_else_is_told_to_nobody_who_calls_by_another_name(server, path):
    headers = {"Host": "evil.example"}
    async with browser() as http, http.get(server.url + path, headers=headers) as said:
        assert said.status == 400


@pytest.mark.parametrize(
    "lie",
    [
        {"Host": "localhost:9999"},
        {"Daphne-Root-Path": "@evil.example"},
        {"Daphne-Root-Path": "/evil"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "9999"},
    ],
    ids=str,
)
async def test_nobody_chooses_where_the_link_of_a_mail_leads(server, mail_server, lie):
    async with browser() as http:
        email = server.email
        await ask_for_password(server, email, http=http, **lie)

    [mail] = mail_server.waited_for(1)
    [link] = re.findall(r"http\S+/password-reset/\S+", mail)
    assert urlsplit(link).netloc == urlsplit(server.url).netloc
    assert urlsplit(link).path.startswith("/password-reset/")


async def test_links_take_the_public_address(public_server, mail_server):
    async with browser() as http:
        await ask_for_password(public_server, public_server.email, http=http)

    [mail] = mail_server.waited_for(1)
    assert f"{PUBLIC}/password-reset/" in mail

    async with School(public_server).open() as school, school.a_class() as room:
        page = await school._teacher.get(room.where)
    assert f"{PUBLIC}/j/{room.code}/" in page


@pytest.mark.long
@pytest.mark.alone
async def test_the_answer_tells_nobody_who_has_an_account(server, mail_server):
    """Nor does the time until it comes, however slow the mail server is."""
    mail_server.delay_s = 2.0
    known, unknown = [], []
    async with browser("127.0.0.3") as http:
        for n in range(4):
            known.append(await ask_for_password(server, server.email, http=http))
            unknown.append(await ask_for_password(server, f"{n}{NEVER}", http=http))

    assert max(known) < 1.5
    assert statistics.median(known) < 2 * statistics.median(unknown) + 0.05
    assert len(mail_server.waited_for(len(known))) == len(known)  # before the next test


async def test_a_mailbox_gets_few_mails(public_server, mail_server):
    async with browser("127.0.0.4") as http:
        for _ in range(8):
            email = "admin@demo.example"
            await ask_for_password(public_server, email, http=http)
    await asyncio.sleep(2)

    assert len(mail_server.waited_for(4)) == 4


@pytest.mark.parametrize("other", ["https://{host}", "http://127.0.0.1:1", "null"])
async def test_a_page_of_another_scheme_or_port_opens_no_socket(server, other):
    origin = other.format(host=urlsplit(server.url).netloc)
    async with School(server).open() as school, school.a_class() as room:
        alice = await room.attendee()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await alice.open(origin=origin)
        assert refused.value.status in {400, 403}
        await alice.open(origin=server.url)


async def test_a_page_of_the_public_address_opens_a_socket(public_server):
    async with School(public_server).open() as school, school.a_class() as room:
        alice = await room.attendee()
        await alice.open(origin=PUBLIC)


@pytest.mark.parametrize("path", ["/", "/login/", "/people/", "/api/v1/courses/"])
async def test_no_page_is_kept_anywhere(server, path):
    async with browser() as http, http.get(server.url + path) as answer:
        assert "no-store" in answer.headers["Cache-Control"]
