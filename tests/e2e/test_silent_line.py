"""A line that falls silent without closing: every page says so within 30 s, and comes back."""

import io

import pytest
from PIL import Image

from tests.e2e.conftest import Student, Teacher, camera_is_on, until
from tests.e2e.pictures import PHONE, looked_at
from tests.e2e.relay import BACK_WITHIN_S, DRAWN_WITHIN_S, NOTICED_WITHIN_S, Relay

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(300)]

GONE = "Disconnected, trying again"


@pytest.fixture
def relay(platform):
    with Relay(platform.url) as relay:
        yield relay


@pytest.fixture
def behind(browser, relay):
    """Open windows whose line goes through the relay."""
    opened = []

    def visit(kind, **options):
        opened.append(kind(browser, relay.url, **options))
        return opened[-1]

    yield visit
    relay.speak()
    for visitor in opened:
        visitor.close()


def test_student_teacher_and_small_view_notice_a_silent_line_and_come_back(
    teacher, relay, behind, visitors
):
    code = teacher.open_class("Silence")
    watching = behind(Teacher)
    watching.log_in()
    watching.page.goto(teacher.page.url.replace(teacher.url, relay.url))
    small = watching.tab()
    small.goto(watching.page.url + "compact/")
    student, tapping = behind(Student, **PHONE), behind(Student)
    student.join(code)
    tapping.join(code, expression=False)
    student.wait_for_state("live")
    tapping.wait_for_state("not_chosen")
    small.get_by_text("Live").wait_for()

    relay.fall_silent()
    until(
        lambda: (
            student.state() == tapping.state() == "disconnected"
            and watching.page.get_by_text(GONE).is_visible()
            and small.get_by_text("Disconnected").is_visible()
        ),
        within_s=NOTICED_WITHIN_S,
    )

    assert tapping.page.get_by_role("button", name="All good").is_disabled()
    looked_at(student.page, "silent-student-phone")
    looked_at(watching.page, "silent-dashboard")
    relay.speak()
    student.wait_for_state("live", timeout=BACK_WITHIN_S * 1000)
    tapping.wait_for_state("not_chosen", timeout=BACK_WITHIN_S * 1000)
    watching.page.get_by_text(GONE).wait_for(
        state="hidden", timeout=BACK_WITHIN_S * 1000
    )
    small.get_by_text("Live").wait_for(timeout=BACK_WITHIN_S * 1000)


def test_five_pictures_without_an_answer_end_a_line_on_which_beats_still_come(
    teacher, relay, behind
):
    student = behind(Student)
    student.join(teacher.open_class("Nobody hears"))
    student.wait_for_state("live")

    relay.go_deaf()
    student.wait_for_state("disconnected", timeout=NOTICED_WITHIN_S * 1000)

    assert student.page.get_by_text("tries again by itself").first.is_visible()
    relay.speak()
    student.wait_for_state("live", timeout=BACK_WITHIN_S * 1000)
    sent = len(relay.frames_sent())
    until(lambda: len(relay.frames_sent()) > sent)


def test_a_frozen_tab_that_wakes_to_a_silent_line_says_so_at_once(
    teacher, relay, behind
):
    teacher.open_class("Frozen")
    watching = behind(Teacher)
    watching.log_in()
    watching.page.goto(teacher.page.url.replace(teacher.url, relay.url))
    heading = "Waiting for the first numbers"
    watching.page.get_by_role("heading", name=heading, exact=True).wait_for()
    devtools = watching.context.new_cdp_session(watching.page)

    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    relay.fall_silent()
    teacher.page.wait_for_timeout(25_000)
    devtools.send("Page.setWebLifecycleState", {"state": "active"})

    watching.page.get_by_text(GONE).wait_for(timeout=DRAWN_WITHIN_S * 1000)


def test_the_server_receives_no_colour_profile(teacher, relay, behind):
    code = teacher.open_class("Without a profile")
    student = behind(Student)

    student.join(code)

    until(lambda: len(relay.frames_sent()) >= 2)
    for message in relay.frames_sent():
        frame = Image.open(io.BytesIO(message[13:]))
        frame.load()
        assert (frame.format, frame.size) == ("JPEG", (320, 240))
        assert "icc_profile" not in frame.info
        assert b"ICC_PROFILE" not in message


def full(route):
    """As the door answers where too many connections of the address are open."""
    route.fulfill(status=429, body="Too many connections from this address.\n")


@pytest.mark.parametrize(
    "fails", [lambda route: route.abort(), full], ids=["cut", "full"]
)
def test_a_no_that_does_not_get_through_holds_here_and_is_sent_again(
    fails, teacher, behind
):
    student = behind(Student)
    student.join(teacher.open_class("A no on its way"))
    page = student.page
    page.route("**/choices/", fails)

    page.get_by_role("button", name="Your choices").click()
    switch = page.locator("input[name=expression]")
    switch.uncheck()
    page.get_by_text("Your choice has not reached the server yet").wait_for()
    student.wait_for_state("not_chosen")
    assert not camera_is_on(page)
    assert not switch.is_checked()

    page.unroute("**/choices/")
    page.get_by_text("Saved.").wait_for()
    page.reload()
    student.wait_for_state("not_chosen")
