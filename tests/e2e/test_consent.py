"""What a student is asked, on a phone: all on one screen, and last time's answers beside it."""

import re

import pytest

from tests.e2e.conftest import Student, Teacher, follow

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
LARGEST_PAGE = 80 * 1024


def lesson(page, course, title):
    """Start another lesson of a course; return the link that leads to it."""
    page.goto(course)
    follow(page, page.get_by_role("link", name=re.compile("New lesson")).first)
    page.get_by_label("Title").fill(title)
    follow(page, page.get_by_role("button", name=re.compile("^Create the")))
    follow(page, page.get_by_role("button", name=re.compile("^Start the")))
    return re.search(r"/j/[A-Z0-9]{8}/", page.content())[0]


def choose(page, answers):
    for name, answer in answers.items():
        page.locator(f"label:has(input[name={name}][value={answer}])").tap()
    with page.expect_navigation(url="**/class/"):
        page.get_by_role("button", name=re.compile("^Join the")).tap()


def fits_one_screen(page):
    """Whether all that is decided is seen without scrolling."""
    shown = page.locator("#answers :is(legend, label, input, button)")
    boxes = [box for each in shown.all() if (box := each.bounding_box())]
    assert len(boxes) >= 10
    return page.evaluate("scrollY") == 0 and all(
        b["y"] >= 0 and b["y"] + b["height"] <= 844 for b in boxes
    )


def test_who_was_here_before_answers_again_on_one_screen_of_a_phone(visitors):
    teacher, student = visitors(Teacher), visitors(Student, **PHONE)
    teacher.log_in()
    page, phone = teacher.page, student.page
    page.goto("/courses/new/")
    page.get_by_label("Title").fill("Waves and oscillations")
    follow(page, page.get_by_role("button", name="Save"))
    course = page.url
    phone.goto(lesson(page, course, "Springs, pendulums and what they share"))
    assert fits_one_screen(phone)
    assert phone.get_by_text("asks you").is_visible()
    assert phone.locator("[data-last]").count() == 0
    choose(phone, {"expression": "no", "pulse": "yes"})

    with phone.expect_response(re.compile(r"/j/\w{8}/$")) as answer:
        phone.goto(
            lesson(page, course, "Damped and driven oscillations in the laboratory")
        )

    assert len(answer.value.body()) <= LARGEST_PAGE
    said = [
        re.sub(r",.*:", ":", t) for t in phone.locator("[data-last]").all_inner_texts()
    ]
    assert said == ["Last time: no", "Last time: yes"]
    assert phone.locator("input:checked").count() == 0
    assert fits_one_screen(phone)
    facts = phone.locator("[data-facts=pulse]")
    facts.locator("summary").tap()
    assert facts.get_by_text("or until you take it back").is_visible()

    choose(phone, {"expression": "no", "pulse": "no"})
    phone.get_by_role("button", name="Your choices").tap()
    assert not phone.get_by_role("switch", name="Pulse").is_checked()
