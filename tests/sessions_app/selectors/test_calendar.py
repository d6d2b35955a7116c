"""Calendar files, read back by another program: python-dateutil, which knows no zone here."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from sessions_app.models import CancelledLesson
from sessions_app.selectors.calendar import as_calendar, planned_by
from sessions_app.services import sessions
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
HOSTILE = 'a;b,c\\d =cmd "x" BEGIN:VALARM <b>ü'


def at(*when):
    return dt.datetime(*when, tzinfo=BERLIN)


def calendar_of(*planned, zone=BERLIN, **links):
    return as_calendar(planned, name="Lessons", zone=zone, now=NOW, **links)


def join_link(session):
    return f"https://class.example/j/{session.join_code}/"


def lines_of(text):
    """Unfolded, as RFC 5545 has it."""
    return text.decode().replace("\r\n ", "").split("\r\n")


def moment_in(text, name):
    """A time of the only event by the file's own VTIMEZONE, and by nothing else."""
    zones = tzical(io.StringIO("\n".join(lines_of(text))))
    [line] = [line for line in lines_of(text) if line.startswith(f"{name};TZID=")]
    tzid, _, value = line.partition("=")[2].partition(":")
    local = dt.datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 -- it has none
    return local.replace(tzinfo=zones.get(tzid)).astimezone(dt.UTC)


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"],
)
@pytest.mark.parametrize("month", [1, 3, 4, 7, 10, 11])
def test_a_reader_without_time_zones_of_its_own_reads_the_right_moment(zone, month):
    begins = dt.datetime(2027, month, 29, 15, 30, tzinfo=dt.UTC)
    ends = begins + dt.timedelta(minutes=45)
    lesson = ClassSessionFactory.build(planned_at=begins, planned_end_at=ends)

    text = calendar_of(lesson, zone=ZoneInfo(zone))

    assert moment_in(text, "DTSTART") == begins
    assert moment_in(text, "DTEND") == ends


def test_an_event_stays_the_same_one_and_counts_its_changes(teacher):
    lesson = ClassSessionFactory(
        teacher=teacher, title="Rings", planned_at=at(2026, 3, 23, 10)
    )
    before = Calendar.from_ical(calendar_of(lesson)).events[0]
    changed = sessions.update(
        session=lesson, by=teacher, planned_at=at(2026, 3, 23, 11)
    )

    [after] = Calendar.from_ical(calendar_of(changed)).events

    assert before["UID"] == after["UID"] == f"{lesson.pk}@classmood"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["STATUS"] == "CONFIRMED"
    assert after.start == at(2026, 3, 23, 11)


def test_a_deleted_lesson_is_told_as_cancelled_with_the_next_number(teacher):
    lesson = ClassSessionFactory(
        teacher=teacher, title="Rings", planned_at=at(2026, 3, 23, 10), plan_version=4
    )
    uid = str(lesson.pk)
    sessions.delete(session=lesson, by=teacher)

    lessons, cancelled = planned_by(teacher, now=NOW)
    [event] = Calendar.from_ical(calendar_of(*lessons, *cancelled)).events

    assert event["UID"] == f"{uid}@classmood"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 5)


def test_what_was_held_is_deleted_without_a_word_to_calendars(teacher):
    lesson = ClassSessionFactory(
        teacher=teacher, ended=True, planned_at=at(2026, 3, 2, 10)
    )

    sessions.delete(session=lesson, by=teacher)

    assert not CancelledLesson.objects.exists()


@pytest.mark.parametrize("join", [True, False])
@pytest.mark.parametrize("meeting", [True, False])
def test_links_stand_in_it_as_the_teacher_chooses(join, meeting):
    lesson = ClassSessionFactory.build(
        planned_at=at(2026, 3, 23, 10), meeting_url="https://meet.example/a?b=c;d,e"
    )

    text = calendar_of(
        lesson, meeting_links=meeting, join_link=join_link if join else None
    )

    whole = "".join(lines_of(text))
    assert ("https://meet.example/a" in whole) is meeting
    assert (join_link(lesson) in whole) is join


def test_what_was_typed_stays_text(teacher):
    lesson = ClassSessionFactory(
        teacher=teacher,
        title=HOSTILE,
        planned_at=at(2026, 3, 23, 10),
        course=CourseFactory(teacher=teacher, title=HOSTILE, term=""),
    )

    text = calendar_of(lesson)

    [event] = Calendar.from_ical(text).events
    assert event["SUMMARY"] == HOSTILE
    assert event["DESCRIPTION"] == HOSTILE
    assert [line for line in lines_of(text) if line.startswith("BEGIN:VALARM")] == []
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))


def test_one_calendar_has_what_one_teaches_alone_and_with_others_and_no_more(teacher):
    own = ClassSessionFactory(teacher=teacher, planned_at=at(2026, 3, 24, 10))
    shared = ClassSessionFactory(
        planned_at=at(2026, 3, 23, 10), course=CoTeacherFactory(user=teacher).course
    )
    ClassSessionFactory(teacher=teacher)  # without a time
    ClassSessionFactory(planned_at=at(2026, 3, 23, 10))  # a stranger's
    ClassSessionFactory(teacher=teacher, planned_at=at(2025, 3, 23, 10))  # long ago

    assert planned_by(teacher, now=NOW) == ([shared, own], [])


def test_an_admins_calendar_is_not_everybodys():
    ClassSessionFactory(planned_at=at(2026, 3, 23, 10))

    assert planned_by(UserFactory(admin=True), now=NOW) == ([], [])


def test_a_calendar_without_a_lesson_is_one():
    assert Calendar.from_ical(calendar_of()).events == []
