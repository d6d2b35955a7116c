"""A shared machine in a staff room: after a log-out, Back shows nothing of anybody."""

import pytest

from tests.e2e.conftest import Teacher

pytestmark = pytest.mark.e2e

PAGES = ("/sessions/", "/api/v1/courses/")
OTHER_PAGES = (
    "/sessions/totals/",
    "/people/",
    "/policy/",
    "/audit/",
    "/api/tokens/",
)


@pytest.mark.parametrize(
    "path",
    [*PAGES, *(pytest.param(path, marks=pytest.mark.long) for path in OTHER_PAGES)],
)
def test_after_a_log_out_back_shows_nothing(visitors, path):
    boss = visitors(Teacher)
    boss.log_in(account=1)
    page = boss.page
    page.goto(path)
    page.evaluate("document.body.dataset.seen = 'while logged in'")
    page.goto("/privacy/")
    with page.expect_navigation(url=lambda url: not url.endswith("/privacy/")):
        page.locator("form[action='/logout/'] button").evaluate("it => it.click()")

    for _ in range(2):
        page.go_back(wait_until="load")

    assert page.evaluate("document.body.dataset.seen") is None
    text = page.locator("body").inner_text()
    assert "Log in" in text or "not provided" in text
    assert page.locator("form[action='/logout/']").count() == 0
