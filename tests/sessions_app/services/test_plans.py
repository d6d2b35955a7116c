"""Lessons each week: the same time by the teacher's clock, whatever summer time does."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from sessions_app.models import AuditEntry, CancelledLesson, ClassSession
from sessions_app.services import plans, sessions
from sessions_app.services.plan_times import BadPlan, check_times
from sessions_app.services.plans import MOST_WEEKS, each_week, weeks_until
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def at(zone, *when):
    return dt.datetime(*when, tzinfo=zone)


def clock(moments, zone):
    return [f"{moment.astimezone(zone):%m-%d %H:%M}" for moment in moments]


@pytest.mark.parametrize(
    ("zone", "first", "utc"),
    [
        (BERLIN, (2026, 3, 23, 10), ["03-23 09:00", "03-30 08:00", "04-06 08:00"]),
        (BERLIN, (2026, 10, 19, 10), ["10-19 08:00", "10-26 09:00", "11-02 09:00"]),
        (NEW_YORK, (2026, 3, 2, 10), ["03-02 15:00", "03-09 14:00", "03-16 14:00"]),
        (dt.UTC, (2026, 3, 23, 10), ["03-23 10:00", "03-30 10:00", "04-06 10:00"]),
    ],
)
def test_the_time_by_the_clock_stays_over_a_change_to_summer_time(zone, first, utc):
    weeks = each_week(at(zone, *first), 3, zone)

    assert clock(weeks, dt.UTC) == utc
    assert {moment[-5:] for moment in clock(weeks, zone)} == {"10:00"}


def test_an_hour_that_is_left_out_is_the_hour_after_it():
    weeks = each_week(at(BERLIN, 2026, 3, 22, 2, 30), 3, BERLIN)

    assert clock(weeks, BERLIN) == ["03-22 02:30", "03-29 03:30", "04-05 02:30"]


def test_a_first_lesson_in_the_hour_that_comes_twice_begins_when_it_was_said():
    second = at(BERLIN, 2026, 10, 25, 2, 30).replace(fold=1)

    weeks = each_week(second.astimezone(dt.UTC), 2, BERLIN)

    assert clock(weeks, dt.UTC) == ["10-25 01:30", "11-01 01:30"]


@pytest.mark.parametrize(
    ("last", "weeks"),
    [
        ((2026, 3, 23), 1),
        ((2026, 3, 29), 1),
        ((2026, 3, 30), 2),
        ((2026, 3, 22), 0),
        ((2026, 3, 1), -3),
    ],
)
def test_weeks_are_counted_to_a_last_day(last, weeks):
    first = at(BERLIN, 2026, 3, 23, 0, 30)  # still the 22nd in UTC

    assert weeks_until(first, dt.date(*last), BERLIN) == weeks


@pytest.mark.django_db
def test_each_week_has_a_lesson_of_its_own(teacher):
    first = plans.create_weekly(
        teacher=teacher,
        weeks=4,
        zone=BERLIN,
        title="Rings",
        meeting_url="https://meet.example/1",
        planned_at=at(BERLIN, 2026, 3, 23, 10),
        planned_end_at=at(BERLIN, 2026, 3, 23, 10, 45),
    )

    made = ClassSession.objects.order_by("planned_at")
    assert made[0] == first
    assert [str(lesson) for lesson in made] == ["Rings"] * 4
    assert len({lesson.series for lesson in made}) == 1
    assert len({lesson.join_code for lesson in made}) == 4
    assert {lesson.planned_end_at - lesson.planned_at for lesson in made} == {
        dt.timedelta(minutes=45)
    }
    assert AuditEntry.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("weeks", "begins", "why"),
    [
        (5_000, True, f"up to {MOST_WEEKS} times"),
        (MOST_WEEKS + 1, True, f"up to {MOST_WEEKS} times"),
        (0, True, "before the first lesson"),
        (-3, True, "before the first lesson"),
        (3, False, "when the first lesson begins"),
    ],
)
def test_what_cannot_be_repeated_is_refused_and_makes_nothing(
    weeks, begins, why, teacher
):
    planned = at(BERLIN, 2026, 3, 23, 10) if begins else None

    with pytest.raises(BadPlan, match=why):
        plans.create_weekly(
            teacher=teacher, weeks=weeks, zone=BERLIN, title="A", planned_at=planned
        )

    assert not ClassSession.objects.exists()


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        (None, (2026, 3, 23, 11), "Say when"),
        ((2026, 3, 23, 10), (2026, 3, 23, 10), "end after it begins"),
        ((2026, 3, 23, 10), (2026, 3, 23, 9), "end after it begins"),
        ((2026, 3, 23, 10), (2026, 3, 24, 10, 1), "a day at most"),
    ],
)
def test_an_end_that_no_lesson_can_have_is_refused(begins, ends, why):
    begins = begins and at(BERLIN, *begins)

    with pytest.raises(BadPlan, match=why):
        check_times(begins, at(BERLIN, *ends))


@pytest.fixture
def series(teacher):
    """Four weeks over the change to summer time; the first one is over."""
    plans.create_weekly(
        teacher=teacher,
        weeks=4,
        zone=BERLIN,
        title="Rings",
        planned_at=at(BERLIN, 2026, 3, 16, 10),
        planned_end_at=at(BERLIN, 2026, 3, 16, 11),
    )
    rows = [*ClassSession.objects.order_by("planned_at")]
    sessions.start(session=rows[0], by=teacher)
    return rows


@pytest.mark.django_db
def test_the_later_lessons_of_a_series_change_alike(series, teacher):
    plans.update_following(
        session=series[1],
        by=teacher,
        zone=BERLIN,
        title="Fields",
        planned_at=at(BERLIN, 2026, 3, 24, 8, 30),  # a day later, earlier
        planned_end_at=at(BERLIN, 2026, 3, 24, 9),
    )

    after = [*ClassSession.objects.order_by("planned_at")]
    assert [str(lesson) for lesson in after] == ["Rings", *["Fields"] * 3]
    assert clock([lesson.planned_at for lesson in after], BERLIN) == [
        "03-16 10:00",
        "03-24 08:30",
        "03-31 08:30",
        "04-07 08:30",
    ]
    assert clock([after[3].planned_end_at], BERLIN) == ["04-07 09:00"]
    assert [lesson.plan_version for lesson in after] == [0, 1, 1, 1]


@pytest.mark.django_db
def test_the_later_lessons_of_a_series_go_together_and_leave_what_has_begun(
    series, teacher
):
    assert plans.delete_following(session=series[1], by=teacher) == 3

    assert [*ClassSession.objects.all()] == [series[0]]
    assert set(CancelledLesson.objects.values_list("pk", flat=True)) == {
        lesson.pk for lesson in series[1:]
    }


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_lesson_that_was_moved_to_another_course_is_left_by_the_others(
    change, series, teacher
):
    elsewhere = CourseFactory(teacher=teacher, title="Elsewhere")
    sessions.update(session=series[2], by=teacher, course=elsewhere)

    if change == "update":
        plans.update_following(
            session=series[1], by=teacher, zone=BERLIN, title="Fields"
        )
    else:
        plans.delete_following(session=series[1], by=teacher)

    series[2].refresh_from_db()
    assert (series[2].title, series[2].course) == ("Rings", elsewhere)
    assert not ClassSession.objects.filter(pk=series[3].pk, title="Rings").exists()


@pytest.mark.django_db
def test_a_lesson_that_gets_a_time_again_leaves_those_of_the_later_ones(
    series, teacher
):
    sessions.update(session=series[1], by=teacher, planned_at=None, planned_end_at=None)
    without = ClassSession.objects.get(pk=series[1].pk)
    ClassSession.objects.filter(pk=without.pk).update(
        created_at=at(BERLIN, 2026, 3, 1, 8)
    )
    without.refresh_from_db()

    plans.update_following(
        session=without,
        by=teacher,
        zone=BERLIN,
        planned_at=at(BERLIN, 2026, 3, 23, 12),
        planned_end_at=at(BERLIN, 2026, 3, 23, 13),
    )

    planned = ClassSession.objects.order_by("planned_at")
    assert clock([lesson.planned_at for lesson in planned], BERLIN) == [
        "03-16 10:00",
        "03-23 12:00",
        "03-30 10:00",
        "04-06 10:00",
    ]


@pytest.mark.django_db
def test_a_lesson_alone_has_none_that_follow(teacher):
    lessons = [
        ClassSessionFactory(teacher=teacher, planned_at=at(BERLIN, 2026, 3, day, 10))
        for day in (2, 9)
    ]

    assert not plans.following(lessons[0]).exists()


@pytest.mark.django_db
def test_a_calendar_is_told_that_a_time_is_gone_and_that_it_is_back(teacher):
    lesson = ClassSessionFactory(teacher=teacher, planned_at=at(BERLIN, 2026, 3, 2, 10))

    sessions.update(session=lesson, by=teacher, planned_at=None)
    gone = CancelledLesson.objects.get()
    assert (gone.pk, gone.plan_version) == (lesson.pk, 1)

    sessions.update(session=lesson, by=teacher, planned_at=at(BERLIN, 2026, 3, 3, 10))
    lesson.refresh_from_db()
    assert lesson.plan_version == 2
    assert not CancelledLesson.objects.exists()


@pytest.mark.django_db
def test_what_no_calendar_shows_counts_nothing_on(teacher):
    lesson = ClassSessionFactory(teacher=teacher, planned_at=at(BERLIN, 2026, 3, 2, 10))

    sessions.update(session=lesson, by=teacher, pulse_on=True, expression_on=False)

    lesson.refresh_from_db()
    assert lesson.plan_version == 0
