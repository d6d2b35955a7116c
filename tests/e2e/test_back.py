"""The browser's "back": a page from its memory, or made new, says what holds now."""

import re

import pytest

from tests.e2e.conftest import Student, Teacher

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

LEFT_AND_KEPT = """() => {
  window.kept = "asked of the browser";
  addEventListener("pageshow", ({ persisted }) => { window.kept = persisted; });
}"""
GO_BACK = "() => setTimeout(() => history.back(), 0)"


@pytest.fixture
def remembering(launch):
    """A browser that keeps pages in memory, as people's do; Playwright's forgets them."""
    return launch(ignore_default_args=["--disable-back-forward-cache"])


def may_be_kept(route):
    """An answer as a browser treats it that keeps pages in spite of `no-store`."""
    answer = route.fetch()
    headers = {k: v for k, v in answer.headers.items() if k != "cache-control"}
    route.fulfill(response=answer, headers=headers)


def left_and_back(page):
    """Leave the page for another; come back to the very same one, out of memory."""
    page.evaluate(LEFT_AND_KEPT)
    page.goto("/login/")
    page.evaluate(GO_BACK)
    page.wait_for_function("window.kept === true")


@pytest.mark.parametrize("small", ["", "compact/"])
def test_a_dashboard_out_of_the_browser_s_memory_tells_what_holds_now(
    teacher, visitors, remembering, small
):
    teacher.open_class("Left for a moment")
    watching = visitors(Teacher, remembering)
    watching.log_in()
    page = watching.page
    page.route(re.compile(r"/sessions/[0-9a-f-]{36}/"), may_be_kept)
    page.goto(teacher.page.url + small)
    page.get_by_text("Live", exact=True).first.wait_for()

    page.evaluate(LEFT_AND_KEPT)
    page.goto("/login/")
    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    teacher.page.get_by_role("button", name="Resume").wait_for()
    page.evaluate(GO_BACK)
    page.wait_for_function("window.kept === true")

    page.get_by_text("Paused", exact=True).first.wait_for()
    teacher.page.get_by_role("button", name="Resume").click()
    page.get_by_text("Live", exact=True).first.wait_for()
