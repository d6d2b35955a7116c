"""A class that sees its own result: live on a phone, replied to, summed up, and asked afterwards."""

import re

import pytest

from tests.e2e.conftest import Student, until
from tests.e2e.pictures import PHONE, looked_at

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

REPLY = "You said too fast, so I went back to slide 4"
ANSWER = "The arrows in the second picture"


@pytest.fixture
def student(visitors):
    return visitors(Student, **PHONE, color_scheme="dark")


def opened(teacher):
    """A lesson with the pulse alone, whose students see the result."""
    teacher.page.goto("/sessions/new/")
    teacher.page.get_by_label("Title").fill("Continental drift")
    teacher.page.get_by_label("Facial expression").uncheck()
    teacher.page.get_by_label("Students see the class's result").check()
    teacher.page.get_by_role("button", name="Create the lesson").click()
    teacher.page.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}/$"))
    teacher.page.get_by_role("button", name="Start the lesson").click()
    teacher.page.get_by_role("button", name="End", exact=True).wait_for()
    return re.search(r"/j/([A-Z0-9]{8})/", teacher.page.content())[1]


def too_fast(page):
    return page.locator("[data-part=halves] [data-share=too_fast] [data-value]").first


def test_a_class_sees_what_its_teacher_sees_and_is_answered_and_asked(teacher, student):
    code = opened(teacher)
    student.page.goto(f"/j/{code}/")
    assert "Your teacher and the students of this lesson" in student.page.content()
    student.page.locator("input[name=pulse][value=yes]").check()
    student.page.get_by_role("button", name="Join the lesson").click()
    student.page.get_by_role("button", name="Too fast").click()

    # The phone shows the words and the share of the same minute as the dashboard.
    panel = student.page.locator("[data-part=class-result]")
    until(lambda: panel.is_visible() and too_fast(student.page).inner_text() == "100 %")
    until(lambda: too_fast(teacher.page).inner_text() == "100 %")
    sentence = teacher.page.locator("[data-part=hero] [data-said=sentence]").inner_text
    until(lambda: panel.locator("[data-said=sentence]").inner_text() == sentence())

    # One line of the teacher is on the phone at once.
    teacher.page.keyboard.press("r")
    teacher.page.get_by_label("Your reply").fill(REPLY)
    teacher.page.keyboard.press("Enter")
    student.page.get_by_text(REPLY).wait_for()
    looked_at(student.page, "class-sees-live")
    looked_at(teacher.page, "class-sees-dashboard")
    # A screen reader speaks rows that are new: those that are there stay.
    row = student.page.locator("[data-part=replies] li").first.element_handle()
    teacher.page.keyboard.press("r")
    teacher.page.get_by_label("Your reply").fill("Slide 5 is shorter")
    teacher.page.keyboard.press("Enter")
    student.page.get_by_text("Slide 5 is shorter").wait_for()
    assert row.evaluate("row => row.isConnected")

    # After the end the student's page tells how it was.
    teacher.page.get_by_role("button", name="End", exact=True).click()
    teacher.page.get_by_role("button", name="End the lesson").click()
    student.wait_for_state("ended")
    until(lambda: teacher.timeline()["session"]["state"] == "ended")
    student.page.get_by_role("link", name="How the lesson was").click()
    student.page.get_by_text("with numbers").wait_for()
    student.page.get_by_text(REPLY).wait_for()

    # A question comes to the page that is still open, and is answered once, without a name.
    teacher.page.reload()
    teacher.page.get_by_role("button", name="Ask the class").click()
    field = student.page.get_by_label("Your answer")
    field.wait_for()
    looked_at(student.page, "class-asked")
    field.fill(ANSWER)
    student.page.get_by_role("button", name="Send without my name").click()
    student.page.get_by_text("Your answer is sent").wait_for()
    assert field.count() == 0
    teacher.page.reload()
    teacher.page.get_by_text(ANSWER).wait_for()
    looked_at(teacher.page, "class-answered")
    teacher.page.get_by_role("button", name=f"Delete the answer “{ANSWER}”").click()
    teacher.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    teacher.page.locator("q").wait_for(state="detached")  # the dialog has its text, too
