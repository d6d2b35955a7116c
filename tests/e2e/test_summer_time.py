"""A lesson in the night in which clocks are changed, read on two readers' clocks."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.conftest import Teacher
from tests.e2e.pictures import looked_at

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

BERLIN = ZoneInfo("Europe/Berlin")
AN_HOUR = dt.timedelta(hours=1)


def changes_of_berlin():
    """When its clocks were changed, the newest first."""
    hour = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)
    while True:
        before = hour - AN_HOUR
        if hour.astimezone(BERLIN).utcoffset() != before.astimezone(BERLIN).utcoffset():
            yield hour
        hour = before


def clock(moment, zone):
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


@pytest.fixture(scope="module")
def lessons(platform):
    """Of half an hour, ten minutes of it before a change: to summer time, and back."""
    changes = changes_of_berlin()
    began = [next(changes) - dt.timedelta(minutes=10) for _ in range(2)]
    staged = platform.stage("nights", *(each.isoformat() for each in began))
    return [*zip(began, staged["places"], strict=True)], staged["cookie"]


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", pytest.param("America/New_York", marks=pytest.mark.long)],
)
def test_each_minute_has_its_time_on_the_readers_clock(zone, lessons, visitors):
    known, cookie = lessons
    shown_at = set()
    for began, place in known:
        reader = visitors(Teacher, timezone_id=zone)
        reader.let_in(cookie)
        page = reader.page
        page.goto(f"/sessions/{place}/")
        page.locator("[data-chart=pulse] .u-wrap").wait_for()
        page.locator("[data-chart=pulse] summary").click()
        rows = page.locator("[data-chart=pulse] tbody th")
        rows.first.wait_for()

        minutes = [began + n * dt.timedelta(minutes=5) for n in range(6)]
        expected = [clock(minute, zone) for minute in minutes]
        assert rows.all_inner_texts()[::-1] == expected
        span = page.locator("span:has(> time[data-local=''])").first.inner_text()
        ended = minutes[-1] + dt.timedelta(minutes=5)
        assert f"{expected[0]} to {clock(ended, zone)}" in re.sub(r"\s+", " ", span)
        shown_at.add(tuple(expected))
        looked_at(page, f"summer-time-{zone.partition('/')[2].lower()}")

    turned = {times for times in shown_at if [*times] != sorted(times)}
    if zone == "Europe/Berlin":  # 02:50, 02:55, 02:00; and 01:55, 03:00
        assert len(turned) == 1
        assert any({"01:55", "03:00"} < {*times} for times in shown_at)
    else:
        assert not turned
