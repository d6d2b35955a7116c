"""The whole of a student's story in a real Firefox, also with its guard of canvases."""

import pytest

from tests.e2e.conftest import SCREENSHOTS, until
from tests.e2e.firefox import Firefox

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300)]

HIDDEN_FOR_S = 20


@pytest.fixture
def firefox(tmp_path):
    """Start a Firefox with these preferences."""
    started = []

    def start(**preferences):
        started.append(Firefox(tmp_path, **preferences).__enter__())
        return started[-1]

    yield start
    for browser in started:
        browser.__exit__()


def join(browser, url, code):
    browser.goto(f"{url}/j/{code}/")
    for name in ("expression", "pulse"):
        browser.evaluate(
            f"(document.querySelector('[name={name}][value=yes]').click(), true)"
        )
    browser.press("Join the lesson")
    browser.until("location.pathname.endsWith('/class/')")


def wait_for_state(browser, state):
    browser.until(
        f"document.querySelector('[data-student]')?.dataset.state === '{state}'"
    )


def camera_is_on(browser):
    return browser.evaluate("Boolean(document.querySelector('video').srcObject)")


def test_a_students_story_from_consent_to_leaving(teacher, platform, firefox):
    code = teacher.open_class("In Firefox")
    browser = firefox()

    join(browser, platform.url, code)
    wait_for_state(browser, "live")
    sent = platform.frames_answered()
    until(lambda: platform.frames_answered() >= sent + 3)
    assert camera_is_on(browser)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    browser.picture(SCREENSHOTS / "firefox-live.png")

    browser.press("All good")
    browser.until(
        "document.querySelector('[data-tap=ok]').ariaPressed === 'true' && "
        "document.querySelector('[data-pulse-note]').textContent.startsWith('Your tap counts')"
    )
    browser.press("Pause camera")
    wait_for_state(browser, "camera_off")
    assert not camera_is_on(browser)
    browser.press("Turn camera on")
    wait_for_state(browser, "live")

    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    wait_for_state(browser, "paused")
    assert not camera_is_on(browser)
    teacher.page.get_by_role("button", name="Resume").click()
    wait_for_state(browser, "live")

    browser.press("Leave")
    browser.press("Leave and delete")
    browser.until(
        "document.querySelector('h1')?.textContent.startsWith('You have left')"
    )


@pytest.mark.alone
def test_a_hidden_tab_keeps_sending(teacher, platform, firefox):
    code = teacher.open_class("Hidden in Firefox")
    browser = firefox()
    join(browser, platform.url, code)
    wait_for_state(browser, "live")

    browser.cover_with_another_tab()
    browser.until("document.visibilityState === 'hidden'")
    sent = platform.frames_answered()
    teacher.page.wait_for_timeout(HIDDEN_FOR_S * 1000)

    assert platform.frames_answered() - sent >= HIDDEN_FOR_S / 2 * 0.7


def test_a_guard_of_canvases_is_told_and_sends_nothing_until_it_is_allowed(
    teacher, platform, firefox
):
    code = teacher.open_class("Guarded")
    browser = firefox(**{"privacy.resistFingerprinting": True})
    sent = platform.frames_answered()

    join(browser, platform.url, code)
    wait_for_state(browser, "camera_error")

    problem = "document.querySelector('[data-camera-problem]').textContent"
    assert "fingerprinting protection" in browser.evaluate(problem)
    assert not camera_is_on(browser)
    browser.picture(SCREENSHOTS / "firefox-guarded.png")
    browser.press("All good")
    browser.until(
        "document.querySelector('[data-pulse-note]').textContent.startsWith('Your tap counts')"
    )
    browser.press("Try again")
    wait_for_state(browser, "camera_error")
    assert platform.frames_answered() == sent

    browser.allow_canvas(platform.url)
    browser.press("Try again")
    wait_for_state(browser, "live")
    until(lambda: platform.frames_answered() >= sent + 2)
