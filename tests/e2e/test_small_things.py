"""What everybody's day is made of: menus, first fields, copying, keeping a receipt."""

import json
import re

import pytest

from tests.e2e.conftest import Student, Teacher, Visitor
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = pytest.mark.e2e

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined});"


def has_focus(field):
    return field.evaluate("(element) => element === document.activeElement")


def test_a_menu_closes_on_escape_on_a_click_elsewhere_and_when_another_opens(teacher):
    page = teacher.page
    teacher.open_class("Menus")
    more = page.locator("details.menu", has_text="More about this class")
    account = page.locator("details.menu.account")

    def opens(menu):
        menu.locator("summary").click()
        assert menu.locator(".panel").is_visible()

    opens(more)
    more.get_by_role("link", name="Edit").focus()
    page.keyboard.press("Escape")
    assert not more.locator(".panel").is_visible()
    assert has_focus(more.locator("summary"))

    opens(more)
    page.get_by_role("heading", level=1).click()
    assert not more.locator(".panel").is_visible()

    opens(more)
    opens(account)
    assert not more.locator(".panel").is_visible()
    page.locator("details.menu.account form button").focus()
    page.keyboard.press("Tab")
    assert not account.locator(".panel").is_visible()


def test_a_page_that_is_one_form_begins_in_its_first_field(teacher, visitors):
    stranger = visitors(Visitor).page
    for path, label in (
        ("/login/", "E-mail"),
        ("/j/", re.compile("code", re.IGNORECASE)),
        ("/password-reset/", "E-mail"),
    ):
        stranger.goto(path)
        assert has_focus(stranger.get_by_label(label)), path
    teacher.page.goto("/sessions/new/")
    assert has_focus(teacher.page.get_by_label("Title"))

    wrong = teacher.page.locator("[name=meeting_url]")
    teacher.page.get_by_label("Title").fill("Wrong link")
    teacher.page.evaluate("document.querySelector('main form').noValidate = true")
    wrong.fill("no link at all: %%%")
    teacher.page.locator("main form button").click()
    teacher.page.locator(".errorlist").wait_for()
    assert has_focus(wrong)


def test_on_a_phone_no_field_takes_the_focus_by_itself(visitors):
    phone = visitors(Visitor, **PHONE, has_touch=True, is_mobile=True).page
    phone.goto("/j/")

    assert phone.evaluate("document.activeElement === document.body")


def test_a_link_is_copied_without_a_clipboard_and_the_button_says_so_for_a_moment(
    teacher,
):
    page = teacher.page
    page.add_init_script(NO_CLIPBOARD)
    code = teacher.open_class("Copying", start=False)
    button = page.get_by_role("button", name="Copy the link")
    words = button.locator("[data-copy-words]")

    button.click()
    page.get_by_text("Copied").wait_for()
    page.get_by_role("button", name="Copied").click()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Copied").click()

    page.wait_for_function(
        "(e) => e.textContent === 'Copy the link'", arg=words.element_handle()
    )
    assert page.locator("textarea").count() == 0
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
