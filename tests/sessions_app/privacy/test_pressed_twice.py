"""One press or many, one row: in a real browser, with answers that come late."""

import re
import time
import uuid

import httpx
import pytest
from playwright.sync_api import Error, sync_playwright

from sessions_app.management.commands.demo_accounts import PASSWORD
from tests.sessions_app.line import SOON_S
from tests.sessions_app.privacy.browser import ADMIN, TEACHER, Browser
from tests.sessions_app.privacy.late_proxy import late

pytestmark = [pytest.mark.long, pytest.mark.real]


@pytest.fixture(scope="module")
def slow(server):
    with late(server.url) as url:
        yield url


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def code(server):
    """Of a class that can be joined."""
    with Browser(server.url) as teacher:
        teacher.log_in(TEACHER)
        made = teacher.submit(
            "/sessions/new/", title="Rings", pulse_on="on", frame_interval_s="2"
        )
        return made.text.split("/j/")[1].split("/")[0]


@pytest.fixture(params=["scripts", "no scripts"])
def page(request, chromium, slow):
    """A page on a slow way to the server; without scripts it sends what is pressed."""
    context = chromium.new_context(
        base_url=slow, java_script_enabled=request.param == "scripts"
    )
    yield context.new_page()
    context.close()


def log_in(page, email=ADMIN):
    page.goto("/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r"//[^/]+/$"))


def press_twice(page, name, *, leads_to):
    """Wait for the page that holds this text, and for what a second press may do."""
    assert leads_to not in page.content()
    page.get_by_role("button", name=name).dblclick(delay=30, no_wait_after=True)
    ends_at = time.monotonic() + SOON_S
    while leads_to not in _held_by(page):
        assert time.monotonic() < ends_at, f"{leads_to!r} is not on {page.url}"
        page.wait_for_timeout(100)
    page.wait_for_timeout(2500)


def _held_by(page):
    try:
        return page.content()
    except Error:  # it is on its way to the next one
        return ""


def count(database, table, where):
    [[found]] = database.execute(
        f"SELECT count(*) FROM sessions_app_{table} WHERE {where}"
    )
    return found


def test_everything_that_a_page_makes_is_made_once(page, database, code, request):
    title = uuid.uuid4().hex[:8]
    log_in(page)

    page.goto("/sessions/new/")
    page.get_by_label("Title").fill(title)
    press_twice(page, "Create the lesson", leads_to=f"<title>{title}")
    assert count(database, "classsession", f"title = '{title}'") == 1

    page.goto("/courses/new/")
    page.get_by_label("Title").fill(title)
    press_twice(page, "Save", leads_to=f"<title>{title}")
    assert count(database, "course", f"title = '{title}'") == 1

    page.goto("/people/")
    page.get_by_label("E-mail address").fill(f"{title}@school.example")
    press_twice(page, "Send the invitation", leads_to="/welcome/")
    assert count(database, "invitation", f"email LIKE '{title}%'") == 1

    page.goto("/people/")
    asked_back = request.node.callspec.params["page"] == "scripts"
    again = f"Send again to {title}@school.example"
    if asked_back:
        page.get_by_role("button", name=again).click()
    press_twice(page, "Send it" if asked_back else again, leads_to="/welcome/")
    assert count(database, "invitation", f"email LIKE '{title}%'") == 1

    page.goto("/api/tokens/")
    page.get_by_label("Name").fill(title)
    press_twice(page, "Create token", leads_to="Your new token")
    assert count(database, "apitoken", f"name = '{title}'") == 1


def test_a_student_who_presses_twice_is_one_participant(page, database, code):
    name = uuid.uuid4().hex[:8]
    page.goto(f"/j/{code}/")
    page.get_by_label("Your name").fill(name)
    page.locator("input[name=pulse][value=yes]").check()

    press_twice(page, "Join the lesson", leads_to="data-student")

    assert count(database, "participant", f"display_name = '{name}'") == 1
    mine = page.context.request.get(f"/j/{code}/my-data/export/").json()
    assert mine["participant"]["display_name"] == name


def test_a_program_that_says_the_same_again_makes_nothing_more(server, database):
    with Browser(server.url) as teacher:
        made = teacher.log_in(TEACHER).submit(
            "/api/tokens/", name="timetable", scope="write", days="30"
        )
    secret = next(word for word in made.text.replace("<", " ").replace(">", " ")
                  .replace('"', " ").split() if word.startswith("fer_"))  # fmt: skip
    with httpx.Client(
        base_url=server.url, headers={"Authorization": f"Bearer {secret}"}
    ) as program:
        for path, body in (
            ("/api/v1/sessions/", {"title": "Again and again"}),
            ("/api/v1/courses/", {"title": "Again and again"}),
        ):
            headers = {"Idempotency-Key": uuid.uuid4().hex}
            answers = [program.post(path, json=body, headers=headers) for _ in "12"]
            assert [answer.status_code for answer in answers] == [201, 201]
            assert answers[0].json() == answers[1].json()
        course = f"{path}{answers[0].json()['id']}/"
        other = program.post(path, json={"title": "Another"}, headers=headers)
        assert other.status_code == 201  # the key is for this call alone
        assert count(database, "classsession", "title = 'Again and again'") == 1
        assert count(database, "course", "title = 'Again and again'") == 1
        assert program.delete(course).status_code == 204
        late = program.post(path, json=body, headers=headers)
        assert late.status_code == 409
        assert "another Idempotency-Key" in late.json()["detail"]
    assert count(database, "course", "title = 'Again and again'") == 0
