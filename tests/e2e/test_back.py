"""The browser's "back": a page from its memory, or made new, says what holds now."""

import pytest

from tests.e2e.conftest import WITH_CAMERA, Student, Teacher, camera_is_on
from tests.e2e.relay import BACK_WITHIN_S, NOTICED_WITHIN_S, Relay

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(300)]

LEFT_AND_KEPT = """() => {
  window.kept = "asked of the browser";
  addEventListener("pageshow", ({ persisted }) => { window.kept = persisted; });
}"""
SHOWN_AGAIN = """() => dispatchEvent(
  new PageTransitionEvent("pageshow", { persisted: true }))"""
GO_BACK = "() => setTimeout(() => history.back(), 0)"


@pytest.fixture
def remembering(launch, webcam):
    """A browser that keeps pages in memory, as people's do; Playwright's forgets them."""
    return launch(
        *WITH_CAMERA,
        f"--use-file-for-fake-video-capture={webcam}",
        ignore_default_args=["--disable-back-forward-cache"],
    )


@pytest.fixture
def keepable(platform):
    """The server as a browser takes it that keeps pages in spite of `no-store`."""
    with Relay(platform.url, lambda data: data.replace(b"no-store", b"no-cache")) as it:
        yield it.url


@pytest.mark.parametrize("small", ["", "compact/"])
def test_a_dashboard_out_of_the_browser_s_memory_tells_what_holds_now(
    teacher, remembering, keepable, small
):
    teacher.open_class("Left for a moment")
    watching = Teacher(remembering, keepable)
    watching.log_in()
    page = watching.page
    page.goto(teacher.page.url.replace(teacher.url, keepable) + small)
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
    watching.close()


def test_a_student_who_goes_back_reads_what_holds_now(teacher, remembering, visitors):
    """Chromium keeps no page with a camera or with `no-store`: it makes it new."""
    code = teacher.open_class("Back to the lesson")
    student = visitors(Student, remembering)
    student.join(code, camera=False)
    student.wait_for_state("live")

    student.page.goto("/login/")
    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    teacher.page.get_by_role("button", name="Resume").wait_for()
    student.page.go_back()

    student.wait_for_state("paused")
    assert not camera_is_on(student.page)
    teacher.page.get_by_role("button", name="Resume").click()
    student.wait_for_state("live")


def test_a_student_s_page_out_of_memory_looks_at_its_line_at_once(
    platform, teacher, browser
):
    """As browsers do that keep such a page: it hears `pageshow` and was not made new."""
    with Relay(platform.url) as relay:
        student = Student(browser, relay.url)
        student.join(teacher.open_class("Out of memory"), expression=False)
        student.wait_for_state("not_chosen")
        relay.fall_silent()
        student.wait_for_state("disconnected", timeout=NOTICED_WITHIN_S * 1000)
        relay.speak()

        student.page.evaluate(SHOWN_AGAIN)

        student.wait_for_state("not_chosen", timeout=BACK_WITHIN_S * 1000)
        assert student.page.get_by_role("button", name="All good").is_enabled()
        student.close()
