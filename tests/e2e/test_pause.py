"""The teacher's own pause: told and drawn as a pause, and no alarm comes of it."""

import re

import pytest

from tests.e2e.conftest import SCREENSHOTS, Student, Teacher, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

PHONE_IN_THE_DARK = {
    "viewport": {"width": 390, "height": 844},
    "color_scheme": "dark",
}
# Every sentence that the page shows large or as an alarm, as it comes.
LISTEN = """() => {
  window.seen = [];
  const look = () => {
    for (const part of document.querySelectorAll("[data-part=hero] h2, [data-part=interruption] p"))
      if (part.checkVisibility()) window.seen.push(part.textContent.trim());
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  look();
}"""


def statuses(teacher):
    return [minute["status"] for minute in teacher.timeline()["minutes"]]


def picture(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@pytest.mark.long
def test_after_a_pause_the_teacher_reads_of_a_pause_and_of_nothing_else(
    teacher, visitors
):
    code = teacher.open_class("A break")
    student = visitors(Student)
    student.join(code)
    hero = teacher.page.locator("[data-part=hero]")
    hero.get_by_text(re.compile("looks")).first.wait_for()
    teacher.page.evaluate(LISTEN)

    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    hero.get_by_text("These numbers are from before the pause.").wait_for()
    hero.get_by_text("The lesson is paused.").first.wait_for()
    until(lambda: statuses(teacher).count("paused") >= 2)
    picture(teacher.page, "paused")
    teacher.page.get_by_role("button", name="Resume").click()
    goes_on = {"role": "heading", "name": "Running again.", "exact": True}
    hero.get_by_role(**goes_on).wait_for()
    come = hero.get_by_text(re.compile(r"^The next numbers come at \d"))
    come.filter(visible=True).wait_for()
    picture(teacher.page, "resumed")
    phone = visitors(Teacher, **PHONE_IN_THE_DARK)
    phone.log_in()
    phone.page.goto(teacher.page.url)
    phone.page.get_by_role(**goes_on).wait_for()
    picture(phone.page, "resumed-phone-dark")
    hero.get_by_text(re.compile("looks")).first.wait_for()

    seen = set(teacher.page.evaluate("seen"))
    assert not [words for words in seen if "nterrupted" in words or "problem" in words]
    assert "Nothing came in lately." not in seen
    assert set(statuses(teacher)) <= {"released", "paused", "too_few"}
    chart = teacher.page.locator("[data-chart=expression]")
    chart.get_by_text("Show as table").click()
    chart.get_by_text("the lesson was paused").nth(1).wait_for()
    gaps = teacher.page.locator("[data-gaps] li")
    gaps.filter(has_text=re.compile(r"Paused \d.* to \d")).first.wait_for()
    picture(teacher.page, "after-a-pause")
