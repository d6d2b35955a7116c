"""One link for a whole course, as a student and a teacher live with it."""

import re

import pytest

from tests.e2e.conftest import Student, Teacher, follow

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
OPENS_MS = 60_000  # the waiting page asks every 12 s at most


def start(page, title):
    """A new class on a course's page, with the settings of last time."""
    follow(page, page.get_by_role("link", name="New lesson"))
    page.get_by_label("Title").fill(title)
    follow(page, page.get_by_role("button", name="Create the lesson"))
    follow(page, page.get_by_role("button", name="Start the lesson"))


def end(page):
    page.get_by_role("button", name="End", exact=True).click()
    follow(page, page.get_by_role("button", name="End the lesson"))
    page.locator("[data-summary][data-state=ended]").wait_for()


def test_students_keep_one_link_for_a_whole_course(visitors):
    teacher, student = visitors(Teacher), visitors(Student)
    teacher.log_in()
    page = teacher.page
    page.goto("/courses/new/")
    page.get_by_label("Title").fill("Kinematics")
    follow(page, page.get_by_role("button", name="Save"))
    place = page.url
    link = page.locator(".join-url code").inner_text()

    student.page.goto(link)
    student.page.get_by_role("heading", name="No lesson is running now.").wait_for()
    assert student.context.cookies() == []
    assert student.page.evaluate("localStorage.length + sessionStorage.length") == 0

    start(page, "Falling")
    student.page.wait_for_url(re.compile(r"/j/\w{8}/$"), timeout=OPENS_MS)
    student.page.get_by_role("heading", name="Falling").wait_for(timeout=OPENS_MS)
    first = student.page.url
    end(page)

    student.page.goto(first)
    follow(student.page, student.page.get_by_role("link", name="To the next lesson"))
    assert student.page.url == link
    page.goto(place)
    start(page, "Throwing")
    student.page.get_by_role("heading", name="Throwing").wait_for(timeout=OPENS_MS)

    page.goto(place)
    page.get_by_role("button", name="Replace link and code").click()
    follow(page, page.get_by_role("button", name="Replace", exact=True))
    student.page.goto(link)
    student.page.get_by_role("heading", name="This link is old.").wait_for()


def test_a_room_reads_the_way_in_and_escape_closes_it(teacher):
    code = teacher.open_class("Gravity")
    page = teacher.page
    page.get_by_text("Numbers begin at").first.wait_for()  # before the first numbers
    dashboard = page.url
    page.set_viewport_size({"width": 1280, "height": 720})
    follow(page, page.get_by_role("link", name="For the projector").first)

    qr = page.get_by_role("img", name="QR code").bounding_box()
    assert qr["height"] == pytest.approx(0.6 * 720, abs=2)
    shown = page.locator(".projector-code")
    assert shown.inner_text().split() == [code[:4], code[4:]]
    size = shown.evaluate("(code) => parseFloat(getComputedStyle(code).fontSize)")
    assert size >= 0.15 * 720
    page.get_by_text("Joined: few or none. Numbers begin at").wait_for()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")

    page.keyboard.press("Escape")
    page.wait_for_url(dashboard)
    follow(page, page.get_by_role("link", name="For the projector").first)
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement !== null")
    with page.expect_navigation(url=dashboard):
        page.evaluate("document.exitFullscreen()")  # what Escape does there
