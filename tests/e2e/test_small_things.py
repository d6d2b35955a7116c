"""What everybody's day is made of: menus, first fields, copying, keeping a receipt."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Student, Teacher, Visitor
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e]

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined});"


def test_a_menu_closes_on_escape_on_a_click_elsewhere_and_when_another_opens(teacher):
    page = teacher.page
    teacher.open_class("Menus")
    more = page.locator("details.menu", has_text="More about this lesson")
    account = page.locator("details.menu.account")

    def opens(menu):
        menu.locator("summary").click()
        expect(menu.locator(".panel")).to_be_visible()

    opens(more)
    more.get_by_role("link", name="Edit").focus()
    page.keyboard.press("Escape")
    expect(more.locator(".panel")).to_be_hidden()
    expect(more.locator("summary")).to_be_focused()

    opens(more)
    page.get_by_role("heading", level=1).click()
    expect(more.locator(".panel")).to_be_hidden()

    opens(more)
    opens(account)
    expect(more.locator(".panel")).to_be_hidden()
    page.locator("details.menu.account form button").focus()
    page.keyboard.press("Tab")
    expect(account.locator(".panel")).to_be_hidden()


def test_a_page_that_is_one_form_begins_in_its_first_field(teacher, visitors):
    stranger = visitors(Visitor).page
    for path, label in (
        ("/login/", "E-mail"),
        ("/j/", re.compile("code", re.IGNORECASE)),
        ("/password-reset/", "E-mail"),
    ):
        stranger.goto(path)
        expect(stranger.get_by_label(label), path).to_be_focused()
    teacher.page.goto("/sessions/new/")
    expect(teacher.page.get_by_label("Title")).to_be_focused()

    wrong = teacher.page.locator("[name=meeting_url]")
    teacher.page.get_by_label("Title").fill("Wrong link")
    teacher.page.evaluate("document.querySelector('main form').noValidate = true")
    wrong.fill("no link at all: %%%")
    teacher.page.locator("main form button").click()
    teacher.page.locator(".errorlist").wait_for()
    expect(wrong).to_be_focused()


def test_on_a_phone_no_field_takes_the_focus_by_itself(visitors):
    phone = visitors(Visitor, **PHONE, has_touch=True, is_mobile=True).page
    phone.goto("/j/")

    assert phone.evaluate("document.activeElement === document.body")


def test_a_link_is_copied_without_a_clipboard_and_the_button_says_so_for_a_moment(
    teacher,
):
    page = teacher.page
    page.add_init_script(NO_CLIPBOARD)
    page.clock.install(time=0)
    code = teacher.open_class("Copying", start=False)
    page.clock.pause_at(3_600_000)  # the moment lasts until the test has looked
    button = page.get_by_role("button", name="Copy the link")
    words = button.locator("[data-copy-words]")

    button.click()
    page.get_by_text("Copied").wait_for()
    page.get_by_role("button", name="Copied").click()
    page.clock.run_for(500)
    page.get_by_role("button", name="Copied").click()
    page.clock.run_for(5000)

    expect(words).to_have_text("Copy the link")
    assert page.locator("body > textarea").count() == 0
    page.goto("/sessions/?q=x")
    search = page.get_by_label("Search")
    search.fill("")
    search.focus()
    page.keyboard.press("Control+v")
    assert search.input_value().endswith(f"/j/{code}/")


def test_a_receipt_of_the_deletion_can_be_saved(teacher, visitors):
    code = teacher.open_class("Receipt")
    student = visitors(Student, **PHONE)
    student.join(code, expression=False)
    page = student.page
    page.get_by_role("button", name="Leave", exact=True).click()
    page.get_by_role("button", name="Leave and delete").click()
    page.get_by_text("Receipt", exact=True).click()
    looked_at(page, "receipt-phone")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save the receipt").click()

    assert waiting.value.suggested_filename == "receipt.json"
    receipt = json.loads(waiting.value.path().read_text())
    assert receipt["receipt"] == "deletion"
    assert receipt["signature"]
    assert json.loads(page.locator(".join-url code").inner_text()) == receipt


def test_freezing_the_view_is_not_pausing_the_class(teacher, visitors):
    teacher.open_class("Freeze")
    page = teacher.page

    page.get_by_role("button", name="Freeze the view").click()
    page.get_by_role("button", name="View frozen. Continue").wait_for()
    assert page.get_by_role("button", name="Pause", exact=True).is_visible()
    dark = visitors(Teacher, **DARK)
    dark.log_in()
    dark.page.goto(page.url)
    dark.page.get_by_role("button", name="Freeze the view").click()
    looked_at(dark.page, "view-frozen-dark")


def test_on_a_phone_the_start_page_begins_with_the_code(visitors):
    page = visitors(Visitor, **PHONE, has_touch=True, is_mobile=True).page
    page.goto("/")
    field = page.get_by_label("Lesson code")

    code, heading = (
        each.bounding_box() for each in (field, page.get_by_role("heading", level=1))
    )

    assert code["y"] + code["height"] < heading["y"]
    assert code["y"] + code["height"] < PHONE["viewport"]["height"] / 2
    first = page.locator("main").locator("input:not([type=hidden]), a, button").first
    assert first.get_attribute("name") == "code"
    looked_at(page, "start-phone")


def test_a_fold_opens_where_a_field_in_it_is_wrong(teacher):
    """Chromium says nothing of a wrong field that is folded away, and sends nothing."""
    page = teacher.page
    page.goto("/sessions/new/")
    page.get_by_label("Title").fill("Folded")
    plan = page.get_by_text("Plan it for later")
    plan.click()
    weeks = page.get_by_label("Number of weekly lessons")
    weeks.fill("-1")
    plan.click()
    expect(weeks).to_be_hidden()

    page.get_by_role("button", name="Create the lesson").click()

    expect(weeks).to_be_visible()
    expect(weeks).to_be_focused()
