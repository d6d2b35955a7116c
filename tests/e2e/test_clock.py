"""The live page is on its reader's clock, whatever zone, and whatever the device says."""

import datetime as dt
import re

import pytest

from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(600)]

ZONES = ["Asia/Kolkata", "America/New_York"]
# The first minute of the class on this reader's clock, from what the server says.
BEGAN = """async (url) => {
  const { minutes } = await (await fetch(url)).json();
  const style = { timeStyle: "short" };
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, style);
  return minutes.map((minute) => clock.format(new Date(minute.starts_at)));
}"""


def times_of(page):
    """What the table of the pulse's chart says, oldest first."""
    page.locator("[data-chart=pulse] .u-wrap").wait_for()
    page.locator("[data-chart=pulse] summary").click()
    heads = page.locator("[data-chart=pulse] tbody th")
    heads.first.wait_for()
    return heads.all_inner_texts()[::-1]


def expected(page):
    url = page.locator("[data-dashboard]").get_attribute("data-timeline-url")
    return page.evaluate(BEGAN, url)


def test_two_readers_in_two_zones_each_read_their_own_clock(open_lesson):
    told = []
    for zone in ZONES:
        page = open_lesson("resumed", timezone_id=zone)
        assert times_of(page) == expected(page)
        gap = page.locator("[data-gaps] li", has_text="Paused").inner_text()
        told.append(gap)
        assert expected(page)[-1] in gap

    assert told[0] != told[1]


@pytest.mark.parametrize("years", [-10, 3])
def test_a_device_whose_clock_is_wrong_shows_the_same_times(
    open_lesson, years, visitors
):
    right = open_lesson("resumed", timezone_id="Asia/Kolkata")
    wrong = open_lesson("many_lost", timezone_id="Asia/Kolkata")
    now = dt.datetime.now(dt.UTC) + dt.timedelta(days=365 * years)
    wrong.clock.set_fixed_time(now)
    wrong.goto(right.url)

    assert times_of(wrong) == times_of(right) == expected(right)
    figure = "[data-figure=next]"
    wrong.locator(figure, has_text=re.compile(r"\d")).wait_for()
    assert wrong.locator(figure).inner_text() == right.locator(figure).inner_text()


@pytest.mark.parametrize(
    "place",
    [
        "waiting",
        "too_few",
        "interrupted",
        "resumed",
    ],
)
def test_where_one_waits_the_time_of_the_next_numbers_stands(open_lesson, place):
    page = open_lesson(place, **PHONE, has_touch=True)
    next_numbers = page.locator("[data-part=hero]").get_by_text(
        re.compile(r"The next numbers (can )?come at \d")
    )

    next_numbers.filter(visible=True).first.wait_for()
    looked_at(page, f"next-numbers-{place}")


def test_after_resume_one_calm_line_and_no_alarm(open_lesson):
    page = open_lesson("resumed", **DARK)

    page.get_by_role("heading", name="Running again.").wait_for()
    hero = page.locator("[data-part=hero]").inner_text()
    assert "nterrupted" not in hero
    assert "problem" not in hero
    looked_at(page, "resumed-dark")
