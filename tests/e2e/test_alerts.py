"""A change that holds is told calmly, on every device, until somebody puts it away."""

import re

import pytest

from tests.e2e.conftest import Teacher, until
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(600)]
CARD = "[data-part=alert]"
SMALL = {"viewport": {"width": 360, "height": 560}}
PLEASED = "More students look pleased than before."


def card(page):
    return page.locator(CARD).first


def test_a_change_that_holds_is_told_and_put_away_on_every_device(
    open_lesson, visitors, school
):
    desk = open_lesson("brightened")
    phone = open_lesson("brightened", **PHONE)
    dark = open_lesson("brightened", **DARK)
    small = open_lesson("brightened", "compact/", **SMALL)

    for page, name in (
        (desk, "desk"),
        (phone, "phone"),
        (dark, "dark"),
        (small, "small"),
    ):
        card(page).get_by_text(PLEASED).wait_for()
        assert re.search(r"Since \d+:\d\d", card(page).inner_text())
        looked_at(page, f"alert-{name}")
    desk.wait_for_function("() => document.title.startsWith('A change · ')")
    desk.reload()
    card(desk).get_by_text(PLEASED).wait_for()

    card(desk).get_by_role("button", name="Yes").click()

    for page in (desk, phone, small):
        card(page).wait_for(state="hidden")
    desk.wait_for_function("() => !document.title.startsWith('A change')")
    phone.reload()
    phone.locator("[data-part=hero] .big").filter(visible=True).first.wait_for()
    assert card(phone).is_hidden()
    lesson = school["places"]["brightened"][0]
    alerts = desk.request.get(
        f"{desk.url.split('/sessions')[0]}/api/v1/sessions/{lesson}/alerts/"
    )
    assert [(a["words"], a["dismissed"], a["useful"]) for a in alerts.json()] == [
        (PLEASED, True, True)
    ]


def test_who_wants_no_alerts_sees_none_and_reads_how_often_they_are_right(
    visitors, school
):
    reader = visitors(Teacher)
    reader.let_in(school["cookies"]["admin"])
    page = reader.page
    page.goto("/security/")
    page.get_by_text("How often alerts are right").click()
    page.get_by_role("cell", name=re.compile(r"%, [0-9.]+ min")).first.wait_for()
    looked_at(page, "alert-figures")

    page.get_by_label("Tell me in a lesson when a change holds").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Your account has been saved.").wait_for()
    page.goto(f"/sessions/{school['places']['got_lost'][0]}/")
    headline = page.locator(".big", has_text="Half or more of those who answered")
    headline.wait_for()
    assert card(page).is_hidden()

    page.goto("/security/")
    page.get_by_label("Tell me in a lesson when a change holds").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Your account has been saved.").wait_for()
    page.goto(f"/sessions/{school['places']['got_lost'][0]}/")
    card(page).get_by_text("More students are lost than before.").wait_for()


def test_a_lesson_that_is_over_lists_what_held(open_lesson):
    page = open_lesson("change_over")

    held = page.get_by_role("region", name="Changes that held")
    held.get_by_text("More students are lost than before.").wait_for()
    held.get_by_role("link").first.click()

    readout = page.locator("[data-chart=pulse] [data-readout]")
    until(lambda: "I am lost" in readout.inner_text())
    looked_at(page, "alert-summary")
