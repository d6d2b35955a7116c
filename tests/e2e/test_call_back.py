"""A teacher who looks at the meeting is called back: by the tab, and if wanted by one notification."""

import re

import pytest

from tests.e2e.pictures import looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(600)]

# What the page would show, kept; the window is behind the meeting's.
LISTEN = """
  window.told = [];
  window.Notification = class {
    static permission = "granted";
    static async requestPermission() { return "granted"; }
    constructor(title, options) { window.told.push({ title, ...options }); }
  };
  document.hasFocus = () => false;
"""
NO_NOTIFICATIONS = "delete window.Notification;"
REFUSED = """
  window.Notification = class {
    static permission = "denied";
    static async requestPermission() { return "denied"; }
  };
"""
NO_FLOATING_WINDOW = "delete window.documentPictureInPicture;"
NO_WINDOW = NO_FLOATING_WINDOW + "window.open = () => null;"


def switch_on(page):
    page.get_by_text("Notifications", exact=True).click()
    page.get_by_label("Notify me when").click()


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("many_lost", r"^\(!\) Many are lost · Integration"),
        ("fifteen", r"^Fifteen of us"),
        ("paused", r"^Paused · A break"),
    ],
)
def test_the_tab_tells_the_state_of_the_class(open_lesson, place, title):
    page = open_lesson(place)
    icon = page.locator("link[rel=icon]")

    page.wait_for_function(
        "pattern => new RegExp(pattern).test(document.title)", arg=title
    )
    calls = place != "fifteen"
    assert icon.get_attribute("href").startswith("data:image/svg") is calls


def test_who_asks_for_it_gets_one_notification_without_a_sound(open_lesson):
    page = open_lesson("many_lost", script=LISTEN)
    assert page.evaluate("told") == []  # nobody asked for any
    switch_on(page)
    page.get_by_text("at most once in ten minutes").wait_for()
    looked_at(page, "notifications-on")

    page.reload()
    page.wait_for_function("() => told.length > 0")
    [told] = page.evaluate("told")
    assert re.match("Half or more of those who answered", told["body"])
    assert told["silent"] is True

    page.get_by_text("Notifications", exact=True).click()
    page.get_by_label("With a sound").check()
    page.reload()
    page.wait_for_function("() => told.length > 0")
    assert page.evaluate("told[0].silent") is False


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (REFUSED, "Notifications are blocked for this site."),
        (NO_NOTIFICATIONS, "This browser shows no notifications."),
    ],
)
def test_where_notifications_are_not_to_be_had_the_page_says_so(
    open_lesson, script, words
):
    page = open_lesson("many_lost", script=script)

    switch_on(page)

    page.get_by_text(words).wait_for()
    assert not page.get_by_label("Notify me when").is_checked()
    assert page.get_by_label("With a sound").is_disabled()
    looked_at(page, "notifications-refused")


def test_without_a_floating_window_the_small_view_gets_one_of_its_own(open_lesson):
    page = open_lesson("many_lost", script=NO_FLOATING_WINDOW)

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Small view").click()

    page.get_by_text("This browser has no floating window.").wait_for()
    small = opened.value
    small.get_by_text("Half or more of those who answered").wait_for()
    small.get_by_text("What students say").wait_for()
    small.get_by_text("What faces look like").wait_for()


def test_a_small_view_that_the_browser_does_not_open_is_said_to_be_missing(open_lesson):
    page = open_lesson("many_lost", script=NO_WINDOW)

    page.get_by_role("button", name="Small view").click()

    page.get_by_text("The browser did not open the small view.").wait_for()
