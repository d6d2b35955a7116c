"""What lets its reader in is in no log and no database; forms of log-ins are not kept."""

import contextlib
import re

import pytest

from sessions_app.lab.server_process import served
from tests.sessions_app.privacy.browser import ADMIN, TEACHER, Browser

pytestmark = [pytest.mark.long, pytest.mark.real]

LINK = re.compile(r"/welcome/([\w-]{40,})/")


@pytest.fixture(scope="module", params=["plain", "json"])
def talkative(request, folder):
    """A server that logs all it can, in either form."""
    name = f"{request.param}.sqlite3"
    with served(
        {
            "FER_SQLITE": str(folder / name),
            "FER_EMOTION_INFERENCE": "off",
            "FER_LOG_LEVEL": "DEBUG",
            "FER_LOG_FORMAT": request.param,
            "FER_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        }
    ) as running:
        yield running, lambda: dict(_bytes_of(folder.glob(f"{name}*")))


def _bytes_of(paths):
    for path in paths:
        with contextlib.suppress(FileNotFoundError):  # SQLite makes and removes some
            yield path.name, path.read_bytes()


def said_by(server):
    return server.log.read_text().replace("\\u2026", "…")


@pytest.fixture
def invited(talkative):
    """An admin's browser, and the token that the admin was shown."""
    with Browser(talkative[0].url) as admin:
        page = admin.log_in(ADMIN).submit(
            "/people/", email="dora@school.example", role="teacher"
        )
        yield LINK.search(page.text)[1]


def test_an_invitations_token_is_in_no_log_whatever_happens_to_it(talkative, invited):
    server, files = talkative
    path = f"/welcome/{invited}/"
    with Browser(server.url) as dora:
        assert dora.get(path).status_code == 200
        assert (
            dora.post(path, data={"name": "Dora"}).status_code == 403
        )  # no CSRF token
        assert dora.get(f"{path}nothing/").status_code == 404
        assert dora.request("PUT", path).status_code == 403
        dora.get(path, headers={"Host": "elsewhere.example"})
        dora.get(f"/j/?code={invited}", headers={"Referer": server.url + path})

    log = said_by(server)
    assert "/welcome/…" in log
    assert invited not in log
    assert {f for f, held in files().items() if invited.encode() in held} == set()


def test_a_resets_token_and_a_class_code_are_in_no_log(talkative):
    server, _ = talkative
    with Browser(server.url) as person:
        for path in (
            "/password-reset/MQ/c3r-5ecre7-t0ken/",
            "/j/5ECRE7C9/",
            "/calendar/5ecre7.ics",
            "/lti/open/5ecre7-t1cket/",
            "/overlay/5ecre7:t0ken/",
            "/lti/register/5ecre7-l1nk/",
            "/login/code/mailed/1/c3r-5ecre7/",
        ):
            for method in ("GET", "POST"):
                person.request(method, path)
                person.request(method, f"{path}nothing/")

    log = said_by(server)
    assert "/password-reset/MQ/…" in log
    assert "/j/…" in log
    assert "5ecre7" not in log.lower()


def test_a_log_ins_cookie_is_in_no_log_and_in_no_file(talkative):
    server, files = talkative
    with Browser(server.url) as teacher:
        cookie = teacher.log_in(TEACHER).cookies["sessionid"]
        teacher.get("/security/")

    assert {f for f, held in files().items() if cookie.encode() in held} == set()
    assert cookie not in said_by(server)


def test_a_failed_log_in_keeps_nothing_that_was_typed(talkative):
    """A password in the field of the address is no rare mistake."""
    server, files = talkative
    typed = {"username": "my-secret-name", "password": "my-secret-word"}
    with Browser(server.url) as person:
        for _ in range(2):  # the first makes a row, the second adds to it
            person.submit("/login/", **typed, passwort="my-secret-too")

    kept = b"".join(files().values())
    assert b"/login/" in kept  # of a failure that was counted
    assert b"my-secret" not in kept
    assert b"csrfmiddlewaretoken" not in kept
    assert "my-secret" not in said_by(server)
