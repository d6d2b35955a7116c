"""Accounts in a real browser: those of `make run`, and a log-in that is ended elsewhere."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Platform, Teacher, Visitor

pytestmark = pytest.mark.e2e


@pytest.fixture
def demo(tmp_path):
    """What a visitor has who types `make run` in a fresh clone."""
    demo = Platform(tmp_path)
    demo.make_run()
    yield demo
    demo.stop()


def test_a_visitor_of_the_demo_finds_its_accounts_on_the_log_in_page(browser, demo):
    visitor = Visitor(browser, demo.url)
    visitor.page.goto("/login/")

    visitor.page.get_by_role("button", name="Admin: admin@demo.example").click()

    visitor.page.wait_for_url(re.compile(r"//[^/]+/$"))
    assert visitor.page.get_by_role("link", name="People").is_visible()
    visitor.close()


def test_a_log_in_ended_elsewhere_closes_the_dashboard_and_its_question(
    browser, platform
):
    """Within the half minute after which a dashboard asks again."""
    here, elsewhere = (Teacher(browser, platform.url) for _ in range(2))
    for window in (here, elsewhere):
        window.log_in()
    here.open_class("Ended elsewhere")
    here.page.get_by_role("button", name="End", exact=True).click()
    question = here.page.get_by_role("dialog")
    expect(question.get_by_role("button", name="End the lesson")).to_have_class(
        "button primary danger"
    )

    elsewhere.page.goto("/security/")
    elsewhere.page.get_by_role("button", name="Log out all others").click()
    elsewhere.page.get_by_role("dialog").get_by_role("button", name="Log out").click()
    expect(
        elsewhere.page.get_by_text("All other devices have been logged out.")
    ).to_be_visible()

    expect(here.page.get_by_text("You are logged out.")).to_be_visible(timeout=60_000)
    expect(question).to_be_hidden()
    for window in (here, elsewhere):
        window.close()
