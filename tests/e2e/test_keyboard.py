"""Everything that people come here to do, done with Tab, Enter and Space alone."""

import re

import pytest
from playwright.sync_api import expect

from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD
from tests.e2e.conftest import Student, Teacher, Visitor
from tests.e2e.keys import Keys

pytestmark = [pytest.mark.long, pytest.mark.e2e]


def button(page, name, **options):
    return page.get_by_role("button", name=name, **options)


def logged_in(visitors, account):
    page = visitors(Visitor).page
    keys = Keys(page)
    page.goto("/login/")
    keys.type(page.get_by_label("E-mail"), ACCOUNTS[account][0])
    keys.type(page.get_by_label("Password", exact=True), PASSWORD)
    keys.press(button(page, "Log in"))
    page.wait_for_url(re.compile(r"//[^/]+/$"))
    return page, keys


def test_a_student_joins_agrees_pauses_and_leaves_by_keyboard(teacher, visitors):
    code = teacher.open_class("By keyboard, a student")
    student = visitors(Student)
    page, keys = student.page, Keys(student.page)

    page.goto("/j/")
    keys.type(page.get_by_label(re.compile("code", re.I)), code)
    keys.press(page.locator("main form button"))
    page.wait_for_url(f"**/j/{code}/")
    for choice in ("expression", "pulse"):
        keys.press(page.locator(f"input[name={choice}][value=yes]"), "Space")
    keys.press(button(page, "Join the lesson"))
    student.wait_for_result()

    keys.press(button(page, "All good"), "Space")
    page.locator("[data-tap=ok][aria-pressed=true]").wait_for()
    keys.press(button(page, "Pause camera"), "Space")
    student.wait_for_state("camera_off")
    keys.sees_the_focus()  # on the button that turns it on again, not lost
    keys.press(button(page, "Turn camera on"))
    student.wait_for_state("live")

    keys.press(button(page, "Your choices"))
    keys.press(page.get_by_role("switch", name=re.compile("Facial")), "Space")
    student.wait_for_state("not_chosen")
    keys.press(button(page, "Done"))
    keys.comes_to(button(page, "Your choices"))

    keys.press(button(page, "Leave", exact=True))
    keys.press(button(page, "Leave and delete"))
    page.get_by_role("heading", name="You have left. Your data is deleted.").wait_for()


def test_a_teacher_creates_steers_and_ends_a_class_by_keyboard(visitors):
    page, keys = logged_in(visitors, 0)

    keys.press(page.get_by_role("link", name="New lesson").first)
    keys.type(page.get_by_label("Title"), "By keyboard, a teacher")
    keys.press(button(page, "Create the lesson"))
    keys.press(button(page, "Start the lesson"))
    keys.press(button(page, "Pause", exact=True), "Space")
    button(page, "Resume").wait_for()
    keys.sees_the_focus()
    keys.press(button(page, "Resume"), "Space")
    button(page, "Pause", exact=True).wait_for()
    keys.sees_the_focus()
    keys.press(button(page, "End", exact=True))
    keys.press(button(page, "End the lesson"))
    page.get_by_text("Ended").first.wait_for()

    with page.expect_download():
        keys.press(page.get_by_role("link", name="CSV", exact=True))


def test_an_admin_changes_the_policy_by_keyboard(visitors):
    page, keys = logged_in(visitors, 1)
    saved = page.get_by_text("The policy is saved.")

    keys.press(page.get_by_role("link", name="Policy"))
    keys.go_to(page.get_by_label("Where is the school?"))
    page.keyboard.type("Elsewhere")
    if not (expression := page.get_by_label("Facial expression")).is_checked():
        keys.press(expression, "Space")
    field = page.get_by_label("Days that lessons are kept")
    before = field.input_value()
    keys.type(field, "200")
    keys.press(button(page, "Save the policy"))
    saved.wait_for()
    expect(page.get_by_role("row", name="Lessons are kept 200 days")).to_be_visible()

    keys.type(page.get_by_label("Days that lessons are kept"), before)
    keys.press(button(page, "Save the policy"))
    page.get_by_role("row", name=f"{before} days").first.wait_for()


def test_the_first_press_of_tab_offers_to_skip_to_the_content(visitors):
    page = visitors(Visitor).page
    page.goto("/")
    keys = Keys(page)

    keys.press(page.get_by_role("link", name="Skip to the content"))
    page.wait_for_function("document.activeElement.id === 'main'")

    page.keyboard.press("Tab")
    # The field for the code, or, while the demo page is open, the link to it.
    keys.comes_to(page.locator("main").locator("a, button, input:visible").first)


def test_escape_closes_a_question_and_gives_the_focus_back(visitors):
    teacher = visitors(Teacher)
    teacher.log_in()
    teacher.open_class("By keyboard, a way back")
    page, keys = teacher.page, Keys(teacher.page)

    keys.press(button(page, "End", exact=True))
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")

    page.get_by_role("dialog").wait_for(state="hidden")
    keys.comes_to(button(page, "End", exact=True))
