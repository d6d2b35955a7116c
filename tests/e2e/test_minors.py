"""A school declares where it is, and parents decide about a course's cameras."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Student, Teacher, follow
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def boss(visitors):
    boss = visitors(Teacher, **DARK)
    boss.log_in(account=1)
    return boss


def declare(page, place):
    """Look at the rules of a place first, then save the policy with them."""
    page.goto("/policy/")
    page.get_by_role("combobox", name="Rules of").select_option(place)
    follow(page, page.get_by_role("button", name="Preview what would change"))
    page.get_by_role("heading", name=f"Preview: {place}").wait_for()


def save(page):
    page.get_by_label("Facial expression").check()
    follow(page, page.get_by_role("button", name="Save the policy"))
    assert page.get_by_text("The policy is saved.").is_visible()


def test_parents_decide_whether_a_courses_students_are_asked(teacher, boss, visitors):
    admin, page = boss.page, teacher.page
    try:
        declare(admin, "India")
        assert admin.get_by_text("Nothing has changed yet.").is_visible()
        looked_at(admin, "policy-preview-dark")
        admin.get_by_label("Contact").fill("Ms Rao, data office, +91 20 5550 1000")
        save(admin)
        looked_at(admin, "policy-india-dark")

        page.goto("/courses/new/")
        page.get_by_label("Title").fill("Fractions")
        page.get_by_label("Students' age").select_option("13 to 17")
        follow(page, page.get_by_role("button", name="Save"))
        course = page.url
        page.get_by_text("Students have the pulse alone until a parent").wait_for()
        looked_at(page, "course-of-minors")
        follow(page, page.get_by_role("link", name="New lesson"))
        page.get_by_label("Title").fill("Halves")
        follow(page, page.get_by_role("button", name="Create the lesson"))
        follow(page, page.get_by_role("button", name="Start the lesson"))
        assert page.get_by_text("because of their age").is_visible()
        looked_at(page, "lesson-of-minors")
        code = page.locator(".join-url code").first.inner_text()

        student = visitors(Student, **PHONE)
        student.page.goto(code)
        student.page.get_by_text("Your answer is free.").wait_for()
        assert student.page.locator("input[name=expression]").count() == 0

        page.goto(course)
        follow(page, page.get_by_role("link", name="Letter to parents"))
        looked_at(page, "letter-to-parents")
        letter_code = page.locator(".letter strong").inner_text()
        page.emulate_media(media="print")
        assert page.get_by_role("heading", name="Letter to parents").is_visible()
        assert not page.get_by_label("Language of the letter").is_visible()
        assert not page.get_by_role("link", name="Fractions").is_visible()
        looked_at(page, "letter-to-parents-print")
        page.emulate_media(media="screen")
        page.get_by_label("Language of the letter").select_option("hi")
        follow(page, page.get_by_role("button", name="Show"))
        expect(page.locator("html")).to_have_attribute("lang", "hi")
        looked_at(page, "letter-to-parents-hi")

        page.goto(course)
        page.get_by_label("Code at the foot").fill(letter_code)
        follow(page, page.get_by_role("button", name="All letters are signed"))
        page.get_by_text("may be asked for facial expressions").first.wait_for()
        student.page.reload()
        student.page.locator("input[name=expression]").first.wait_for()
        student.page.locator("[data-facts=expression] summary").click()
        assert student.page.get_by_text("has allowed in writing").is_visible()
        looked_at(student.page, "join-of-minors-phone")
        student.page.goto("/privacy/")
        assert student.page.get_by_text("Ms Rao, data office").is_visible()
        student.page.get_by_text("All that is kept, also about staff").click()
        looked_at(student.page, "privacy-phone")

        page.get_by_role("button", name="A parent took a yes back").click()
        follow(page, page.get_by_role("button", name="The pulse alone"))
        student.page.goto(code)
        student.page.get_by_text("Your answer is free.").wait_for()
        assert student.page.locator("input[name=expression]").count() == 0
    finally:  # the lessons of other tests share this platform
        declare(admin, "Elsewhere")
        admin.get_by_label("Contact").fill("")
        save(admin)
    follow(admin, admin.get_by_role("link", name="Processor agreement"))
    looked_at(admin, "processor-dark")
