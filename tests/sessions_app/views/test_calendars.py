"""Files for calendars, and the secret address of a person's own."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from sessions_app.models import AuditEntry, CalendarFeed, ClassSession
from sessions_app.services import calendars, people
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

pytestmark = pytest.mark.django_db

SOON = timezone.now() + dt.timedelta(days=2)
CLASS = {"title": "Rings", "frame_interval_s": "2", "pulse_on": "on"}


def address_in(page):
    return re.search(r"<code>http://[^/]+(/calendar/[\w-]{40,}\.ics)</code>", page)[1]


@pytest.fixture
def feed_of():
    def make(user, **links):
        chosen = {"join_links": False, "meeting_links": True} | links
        token = calendars.make_feed(user=user, **chosen)
        return reverse("calendar-feed", args=[token])

    return make


def test_an_address_is_shown_once_works_without_a_log_in_and_is_kept_as_a_hash(
    teacher, browser_of
):
    ClassSessionFactory(teacher=teacher, title="Rings", planned_at=SOON)
    browser, page = browser_of(teacher), reverse("calendar")

    url = address_in(browser.post(page, {"join_links": "on"}).content.decode())

    token = url.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in browser.get(page).content.decode()
    assert token not in str([*CalendarFeed.objects.values_list()])
    assert token not in str([*AuditEntry.objects.values_list()])
    answer = Client().get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    [event] = Calendar.from_ical(answer.content).events
    assert event["SUMMARY"] == "Rings"
    assert "/j/" in event["URL"]
    assert "last read" in browser.get(page).content.decode()


def test_another_address_ends_the_one_before(teacher, feed_of):
    old, new = feed_of(teacher), feed_of(teacher)

    assert [Client().get(url).status_code for url in (old, new)] == [404, 200]


def test_an_address_that_is_taken_away_is_nobodys(teacher, feed_of, browser_of):
    url = feed_of(teacher)

    browser_of(teacher).post(reverse("calendar-end"))

    assert Client().get(url).status_code == 404
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert [*actions] == ["made", "revoked"]


@pytest.mark.parametrize("how", ["closed", "a new password", "deleted"])
def test_an_address_ends_with_what_gave_it(how, teacher, boss, feed_of):
    url = feed_of(teacher)

    if how == "closed":
        people.change(user=teacher, by=boss, is_active=False)
        people.change(user=teacher, by=boss, is_active=True)
    elif how == "deleted":
        teacher.delete()
    else:
        people.choose_password(user=teacher, password="a fresh phrase", how="so")

    assert Client().get(url).status_code == 404


def test_a_press_that_is_repeated_shows_an_address_that_works(teacher, browser_of):
    browser, page = browser_of(teacher), reverse("calendar")
    urls = [
        address_in(browser.post(page, {"once": "key"}).content.decode())
        for _ in range(2)
    ]

    assert CalendarFeed.objects.count() == 1
    assert Client().get(urls[1]).status_code == 200


def test_reading_it_is_written_down_once_a_day(teacher, feed_of):
    url = feed_of(teacher)
    for _ in range(3):
        Client().get(url)

    viewed = AuditEntry.objects.filter(action="viewed", actor=teacher.email)
    assert viewed.count() == 1


def test_times_are_in_the_zone_that_its_owner_chose(teacher, feed_of):
    teacher.time_zone = "Asia/Kolkata"
    teacher.save()
    ClassSessionFactory(teacher=teacher, planned_at=SOON)

    text = Client().get(feed_of(teacher)).content.decode()

    assert "DTSTART;TZID=Asia/Kolkata" in text


def test_a_lesson_and_a_course_are_files(teacher, browser_of):
    course = CourseFactory(teacher=teacher)
    lessons = [
        ClassSessionFactory(teacher=teacher, course=course, planned_at=SOON)
        for _ in range(2)
    ]
    browser = browser_of(teacher)

    one = browser.get(reverse("session-calendar", args=[lessons[0].pk]))
    all_ = browser.get(reverse("course-calendar", args=[course.pk]))

    assert len(Calendar.from_ical(one.content).events) == 1
    assert len(Calendar.from_ical(all_.content).events) == 2
    assert one["Content-Disposition"] == 'attachment; filename="lessons.ics"'


def test_a_lesson_without_a_time_has_no_file(teacher, browser_of):
    lesson = ClassSessionFactory(teacher=teacher)
    url = reverse("session-calendar", args=[lesson.pk])

    assert browser_of(teacher).get(url).status_code == 404


def test_a_form_makes_a_lesson_each_week_in_the_zone_of_the_account(
    teacher, browser_of
):
    teacher.time_zone = "Europe/Berlin"
    teacher.save()
    browser = browser_of(teacher)
    browser.cookies["time_zone"] = "America/New_York"  # what the account says counts
    plan = {"planned_at": "2027-03-22T10:00", "planned_end_at": "2027-03-22T11:00"}

    browser.post(reverse("session-new"), CLASS | plan | {"repeat_until": "2027-04-05"})

    begin = ClassSession.objects.order_by("planned_at").values_list(
        "planned_at", flat=True
    )
    assert [f"{moment:%m-%d %H:%M}" for moment in begin] == [
        "03-22 09:00",
        "03-29 08:00",
        "04-05 08:00",
    ]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"repeat_times": "5000"}, "repeat it up to 60 times"),
        ({"repeat_times": "0"}, "greater than or equal to 1"),
        ({"repeat_until": "2027-03-21"}, "before the first lesson"),
        ({"repeat_until": "9999-12-31"}, "repeat it up to 60 times"),
        ({"repeat_times": "2", "repeat_until": "2027-05-01"}, "not both"),
        ({"repeat_times": "2", "planned_at": ""}, "when the first lesson begins"),
        ({"repeat_until": "2027-05-01", "planned_at": ""}, "when the first lesson"),
        ({"planned_end_at": "2027-03-22T09:00"}, "must end after it begins"),
        ({"planned_end_at": "2027-03-24T09:00"}, "a day at most"),
        ({"planned_at": "2027-03-28T02:30"}, "interpreted in time zone"),
    ],
)
def test_a_plan_that_cannot_be_is_shown_again_with_why(typed, why, teacher, browser_of):
    teacher.time_zone = "Europe/Berlin"
    teacher.save()
    plan = {"planned_at": "2027-03-22T10:00"} | typed

    page = browser_of(teacher).post(reverse("session-new"), CLASS | plan)

    assert page.status_code == 200
    assert why in page.content.decode()
    assert 'value="Rings"' in page.content.decode()
    assert not ClassSession.objects.exists()


@pytest.mark.parametrize("zone", ["Mars/Base", "Europe", "../etc/passwd", "berlin"])
def test_a_zone_that_does_not_exist_is_refused(zone, teacher, browser_of):
    page = browser_of(teacher).post(
        reverse("security"), {"name": "Ada", "time_zone": zone}
    )

    assert "is not one of the available choices" in page.content.decode()
    teacher.refresh_from_db()
    assert (teacher.name, teacher.time_zone) == ("Alice", "")


def test_the_later_lessons_are_changed_and_deleted_where_one_says_so(
    teacher, browser_of
):
    browser = browser_of(teacher)
    plan = {"planned_at": "2027-03-22T10:00", "repeat_times": "3"}
    browser.post(reverse("session-new"), CLASS | plan)
    first = ClassSession.objects.order_by("planned_at").first()
    edit = reverse("session-edit", args=[first.pk])
    assert "Change the 2 later lessons" in browser.get(edit).content.decode()

    later = {"planned_at": "2027-03-22T12:00", "following": "on", "title": "Fields"}
    browser.post(edit, CLASS | later)
    hours = {f"{s.planned_at:%H} {s.title}" for s in ClassSession.objects.all()}
    assert hours == {"12 Fields"}

    delete = reverse("session-delete", args=[first.pk])
    assert "the 2 later lessons" in browser.get(delete).content.decode()
    browser.post(delete, {"following": "on"})
    assert not ClassSession.objects.exists()
