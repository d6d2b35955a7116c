"""What a student can see, take away and delete; what an admin's word changes at once."""

import json
import re

import pytest

from tests.e2e.conftest import (
    Student,
    Teacher,
    camera_is_on,
    follow,
    until,
)
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = pytest.mark.e2e


@pytest.fixture
def boss(visitors):
    boss = visitors(Teacher, **DARK)
    boss.log_in(account=1)
    return boss


def download(page, link):
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    return json.loads(waiting.value.path().read_text())


def test_a_student_sees_takes_away_and_deletes_all_that_is_kept(teacher, visitors):
    code = teacher.open_class("Trust, a student's story")
    eve = visitors(Student, **PHONE)
    eve.join(code)
    page = eve.page

    page.get_by_role("button", name="Your choices").click()
    with eve.context.expect_page() as opened:
        page.get_by_role("link", name="What is kept about you").click()
    data = opened.value
    data.wait_for_load_state()
    looked_at(data, "my-data-phone")
    export = download(data, "Download your data")
    receipt = download(data, "Receipt of your decisions")

    assert [d["answer"] for d in export["decisions"]] == ["yes", "yes"]
    assert export["decisions"] == receipt["decisions"]
    assert receipt["signature"]

    page.get_by_role("switch", name=re.compile("Facial expression")).uncheck()
    page.get_by_text("Saved.").wait_for()
    eve.wait_for_state("not_chosen")
    assert not camera_is_on(page)
    data.reload()
    assert download(data, "Download your data")["decisions"][-1]["answer"] == "no"

    data.get_by_role("button", name="Delete now").click()
    data.locator("#confirm").get_by_role("button", name="Delete now").click()
    data.get_by_role("heading", name="You have left. Your data is deleted.").wait_for()
    looked_at(data, "left-phone")
    data.goto(f"/j/{code}/my-data/")
    assert data.get_by_role(
        "heading", name="You do not have access to this page."
    ).is_visible()


def test_an_admins_word_reaches_a_running_class_and_the_audit(teacher, boss, visitors):
    code = teacher.open_class("Trust, an admin's story")
    student = visitors(Student)
    student.join(code)
    student.wait_for_state("live")
    page = boss.page

    def save():
        follow(page, page.get_by_role("button", name="Save the policy"))
        assert page.get_by_text("The policy is saved.").is_visible()

    def decide(where):
        page.goto("/policy/")
        page.get_by_label("Where is the school?").select_option(where)
        save()

    try:
        decide("European Union or EEA")
        student.wait_for_state("not_offered")
        looked_at(page, "policy-dark")
        assert page.get_by_text("Expression is off and locked:").is_visible()
        assert not page.get_by_label("Facial expression").is_visible()
    finally:  # the classes of other tests share this platform
        decide("Elsewhere")
        page.get_by_label("Facial expression").check()
        save()
    until(lambda: offers_camera(student, code))

    follow(page, page.get_by_role("link", name="Audit", exact=True))
    looked_at(page, "audit-dark")
    assert page.get_by_text("where the school is: eu → other").is_visible()
    page.get_by_label("Action").select_option("Viewed")
    follow(page, page.get_by_role("button", name="Show"))
    assert page.get_by_text("“Trust, an admin's story”").first.is_visible()
    assert not page.get_by_text("where the school is").is_visible()


def offers_camera(student, code):
    student.page.goto(f"/j/{code}/class/")
    return (
        student.page.locator("[data-student]").get_attribute("data-expression-offered")
        is not None
    )
