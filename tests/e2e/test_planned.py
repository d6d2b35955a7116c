"""Lessons planned together: two teachers, two time zones, a change to summer time."""

import re

import pytest
from icalendar import Calendar

from tests.e2e.conftest import Teacher, follow
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def enter(visitors, school):
    """The page of one of the school's people, whose browser is in a time zone."""

    def window(name, zone, **options):
        visitor = visitors(Teacher, timezone_id=zone, **options)
        visitor.let_in(school["cookies"][name])
        return visitor.page

    return window


def choose_zone(page, zone):
    page.goto("/security/")
    page.get_by_role("combobox", name="Time zone").select_option(zone)
    follow(page, page.get_by_role("button", name="Save", exact=True))
    page.get_by_text("has been saved").wait_for()


def new_course(page, title):
    page.goto("/courses/new/")
    page.get_by_label("Title").fill(title)
    follow(page, page.get_by_role("button", name="Save"))
    return page.url


def add_co_teacher(page, course, address):
    page.goto(course)
    follow(page, page.get_by_role("link", name="Add a co-teacher"))
    page.get_by_label("E-mail address").fill(address)
    follow(page, page.get_by_role("button", name="Add", exact=True))
    page.get_by_text("is a co-teacher of this course").wait_for()


def plan(page, course):
    page.goto(course)
    follow(page, page.get_by_role("link", name="New lesson"))
    page.get_by_label("Title").fill("Lenses")
    page.get_by_text("Plan it for later").click()
    page.get_by_label("Begins").fill("2027-03-22T10:00")
    page.get_by_label("Ends").fill("2027-03-22T10:45")
    page.get_by_label("Number of weekly lessons").fill("3")
    looked_at(page, "plan-a-weekly-lesson")
    follow(page, page.get_by_role("button", name="Create the lesson"))
    page.get_by_role("heading", name="Ready to start").wait_for()


def hours_of(page, course):
    """Day and hour of each planned lesson, as the course's page shows them."""
    page.goto(course)
    times = page.locator("time[data-local='']").all_inner_texts()
    return [re.sub(r"[\u00a0\u202f]", " ", text) for text in times]


def test_a_weekly_lesson_keeps_its_hour_and_every_reader_reads_an_own_clock(enter):
    planner = enter("planner", "America/New_York")
    assistant = enter("assistant", "Asia/Kolkata", **PHONE, has_touch=True)
    choose_zone(planner, "Europe/Berlin")  # what the account says counts
    course = new_course(planner, "Optics")
    add_co_teacher(planner, course, "amit@school.example")

    plan(planner, course)

    assert hours_of(planner, course) == [
        "22 Mar 2027, 10:00",
        "29 Mar 2027, 10:00",
        "5 Apr 2027, 10:00",
    ]
    looked_at(planner, "course-planned")
    assert hours_of(assistant, course) == [  # a country without summer time
        "22 Mar 2027, 14:30",
        "29 Mar 2027, 13:30",
        "5 Apr 2027, 13:30",
    ]
    looked_at(assistant, "course-planned-co-teacher-phone")

    planner.get_by_text("Calendar file").click()
    with planner.expect_download() as download:
        planner.get_by_role("button", name="Download the planned lessons").click()
    calendar = Calendar.from_ical(download.value.path().read_bytes())
    starts = [str(event.start) for event in calendar.events]
    assert starts == [
        "2027-03-22 10:00:00+01:00",
        "2027-03-29 10:00:00+02:00",
        "2027-04-05 10:00:00+02:00",
    ]


def test_a_co_teacher_runs_a_lesson_and_sees_no_more_of_it_once_removed(enter):
    planner = enter("planner", "Europe/Berlin")
    assistant = enter("assistant", "Europe/Berlin", **DARK)
    course = new_course(planner, "Acoustics")
    add_co_teacher(planner, course, "amit@school.example")

    assistant.goto(course)
    follow(assistant, assistant.get_by_role("link", name="New lesson"))
    assistant.get_by_label("Title").fill("Pipes")
    follow(assistant, assistant.get_by_role("button", name="Create the lesson"))
    follow(assistant, assistant.get_by_role("button", name="Start the lesson"))
    assistant.get_by_role("button", name="End", exact=True).wait_for()
    assert not assistant.get_by_role("link", name="Delete").is_visible()
    looked_at(assistant, "co-teacher-live-dark")

    planner.goto(f"{course}co-teachers/")
    planner.get_by_role("button", name="Remove").click()
    follow(planner, planner.get_by_role("button", name="Remove", exact=True).last)

    gone = assistant.get_by_text("you do not teach in its course any more")
    gone.wait_for(timeout=15_000)  # not the half minute of every dashboard
    looked_at(assistant, "co-teacher-removed-dark")
    assert assistant.goto(course).status == 404
    planner.goto("/sessions/")
    assert planner.get_by_role("link", name="Pipes").is_visible()
