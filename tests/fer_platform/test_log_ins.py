"""Log-ins of a production server: when they end, and what its log says of refusals."""

import asyncio

import aiohttp
import pytest

from tests.production_server import production_server

pytestmark = [pytest.mark.long, pytest.mark.real]

MADE = {"title": "Algebra", "frame_interval_s": "2", "pulse_on": "on"}
LOGGED_OUT = 4401
AGE = (
    "from sessions_app.models import LogIn; "
    "from django.utils import timezone; import datetime as dt; "
    "[LogIn.objects.filter(pk=row.pk).update("
    "expire_date=row.expire_date - dt.timedelta(minutes={minutes})) "
    "for row in LogIn.objects.all()]"
)


@pytest.fixture(scope="module")
def server():
    with production_server(FER_IDLE_LOGOUT_MINUTES="30") as running:
        yield running


def a_live_class(browser):
    assert browser.log_in().status == 302
    page = browser.send("/sessions/new/", **MADE).headers["Location"]
    assert browser.send(f"{page}start/", page=page).status == 302
    return page


async def closes_with(server, browser, page, within_s):
    """The code that an open dashboard is closed with after nobody used the log-in."""
    headers = {
        "Host": "localhost",
        "Origin": "https://localhost",
        "X-Forwarded-Proto": "https",
        "Cookie": browser.cookie_header(),
    }
    url = f"http://127.0.0.1:{server.port}/ws{page}dashboard/"
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(url, headers=headers, autoclose=False) as socket,
    ):
        await socket.receive_json(timeout=60)
        await asyncio.to_thread(server.shell, AGE.format(minutes=30))
        async with asyncio.timeout(within_s):
            async for _ in socket:
                pass
        return socket.close_code


async def test_a_dashboard_that_nobody_uses_closes_with_its_log_in(server):
    browser = server.browser()
    page = await asyncio.to_thread(a_live_class, browser)

    assert await closes_with(server, browser, page, within_s=120) == LOGGED_OUT
    assert (await asyncio.to_thread(browser.get, page)).status == 302


def test_the_cookie_is_renewed_with_each_use(server):
    browser = server.browser()
    browser.log_in()
    cookie = browser.jar["__Host-sessionid"].value
    server.shell(
        "from sessions_app.models.session_store import SessionStore; "
        f"(s := SessionStore({cookie!r})).update({{'used_at': 0}}) or s.save()"
    )
    browser.given.clear()

    assert browser.get("/sessions/").status == 200

    [renewed] = [c for c in browser.given if c.key == "__Host-sessionid"]
    assert renewed["max-age"] == str(30 * 60)


def test_a_refusal_is_one_line_in_the_log_and_no_traceback(server):
    browser = server.browser()
    browser.log_in()
    before = len(server.log.read_text())

    assert server.browser().get("/metrics").status == 403
    assert browser.ask("POST", "/sessions/new/").status == 403
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"}
    assert browser.ask("POST", "/login/", "username=ada", **form).status == 403
    assert browser.get("/welcome/no-such-invitation/").status == 410
    assert browser.get("/sessions/00000000-0000-4000-8000-000000000000/").status == 404

    said = server.log.read_text()[before:]
    assert "Forbidden" in said
    assert "Gone" in said
    assert "Traceback" not in said
