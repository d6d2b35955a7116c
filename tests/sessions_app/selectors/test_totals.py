"""Lessons added up: which group each belongs to, in whose time zone, in which order."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sessions_app.enums import GroupBy
from sessions_app.minutes.figures import figures_of, total
from sessions_app.minutes.kept_figures import keep
from sessions_app.models import ClassSession
from sessions_app.selectors.history import session_history
from sessions_app.selectors.totals import Measured, all_of, groups_by, together
from sessions_app.selectors.totals_chart import LEFT, RIGHT, Moment, panels
from sessions_app.selectors.totals_shown import Shown, row_of
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
# In Vienna a Monday and November already; in UTC still Sunday, the 1st of November.
SUNDAY_NIGHT = dt.datetime(2026, 11, 1, 23, 30, tzinfo=dt.UTC)


def held(at, *minutes, **options):
    session = ClassSessionFactory(
        state="ended",
        started_at=at,
        ended_at=at + dt.timedelta(minutes=45),
        created_at=at,
        **options,
    )
    for index, minute in enumerate(minutes):
        ClassMinuteFactory(session=session, index=index, **minute)
    return session


@pytest.fixture
def autumn(boss):
    """Lessons of two teachers, in courses of two terms, in one and in none."""
    ada, ben = UserFactory(name="Ada"), UserFactory(name="ben")
    rings = CourseFactory(teacher=ada, title="Rings", term="Autumn")
    choir = CourseFactory(teacher=ben, title="Choir", term="")
    a_day = dt.timedelta(days=1)
    held(
        SUNDAY_NIGHT,
        {"released": True, "coverage": "half"},
        {},
        {"status": "interrupted", "pulse_status": "interrupted"},
        teacher=ada,
        course=rings,
    )
    held(SUNDAY_NIGHT - 9 * a_day, {"released": True}, teacher=ben, course=choir)
    held(SUNDAY_NIGHT + 40 * a_day, {"status": "off"}, teacher=ben)
    keep(ClassSession.objects.all())
    live = ClassSessionFactory(live=True, teacher=ada, course=rings)
    ClassMinuteFactory(session=live, released=True)
    return rings, choir


def labels(by, **filters):
    groups = groups_by(by, sessions=ClassSession.objects.filter(**filters))
    return [(group.label, group.lessons) for group in groups]


IN_UTC = {
    "week": [("19 Oct 2026", 1), ("26 Oct 2026", 1), ("7 Dec 2026", 1)],
    "month": [("October 2026", 1), ("November 2026", 1), ("December 2026", 1)],
    "term": [("Autumn", 1), ("No term", 2)],
    "course": [("Choir, ben", 1), ("No course", 1), ("Rings, Autumn, Ada", 1)],
    "teacher": [("Ada", 1), ("ben", 2)],
    "weekday": [("Friday", 2), ("Sunday", 1)],
    "hour": [("23:00\u201323:59", 3)],
}


@pytest.mark.usefixtures("autumn")
@pytest.mark.parametrize("by", GroupBy.values)
def test_groups_stand_in_the_order_of_time_or_the_alphabet(
    by, django_assert_num_queries
):
    with timezone.override(dt.UTC), django_assert_num_queries(1):
        assert labels(by) == IN_UTC[by]


@pytest.mark.usefixtures("autumn")
def test_weeks_days_and_hours_are_the_readers():
    with timezone.override(ZoneInfo("Europe/Vienna")):
        assert labels("week")[1] == ("2 Nov 2026", 1)
        assert labels("weekday") == [("Monday", 1), ("Saturday", 2)]
        assert labels("hour") == [("00:00\u201300:59", 2), ("01:00\u201301:59", 1)]


@pytest.mark.usefixtures("autumn")
@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna", "America/Lima", "Asia/Tokyo"])
@pytest.mark.parametrize("by", GroupBy.values)
def test_a_group_leads_to_its_own_lessons(by, zone, boss):
    """What its filters find has the figures of the group, whatever the reader's zone."""
    with timezone.override(ZoneInfo(zone)):
        for group in groups_by(by, sessions=session_history(user=boss)):
            found = session_history(
                user=boss, **{name: read(name, v) for name, v in group.filters.items()}
            )
            assert all_of(sessions=found).figures == group.figures
            assert found.filter(state="ended").count() == group.lessons


def read(name, value):
    if name in {"since", "until"}:
        return dt.date.fromisoformat(value)
    return int(value) if value.isdecimal() else value


def test_all_groups_together_are_all_lessons(autumn):
    ended = ClassSession.objects.filter(state="ended")
    by_hand = total(figures_of(session.minutes.all()) for session in ended)

    for by in GroupBy.values:
        whole = together(groups_by(by, sessions=ClassSession.objects.all()))
        assert (whole.lessons, whole.figures) == (3, by_hand)


def test_what_was_measured_is_counted(autumn):
    [ada, ben] = groups_by("teacher", sessions=ClassSession.objects.all())

    assert ada.expression == Measured(released=1, too_few=1, paused=0, interrupted=1)
    assert (ada.expression.suppressed, ada.expression.cut) == (1 / 2, 1 / 3)
    assert (ben.expression.minutes, ben.pulse.minutes) == (1, 2)
    shown = row_of(ada)
    assert shown.coverage == [("Few", 0), ("About half", 100), ("Most", 0)]
    assert [each.label for each in shown.looks] == ["pleased", "calm", "strained"]
    assert [each.label for each in shown.said][-2:] == ["too_slow", "answered"]


def test_lessons_without_numbers_show_none(db):
    held(SUNDAY_NIGHT, {}, {})
    keep(ClassSession.objects.all())

    [group] = groups_by("week", sessions=ClassSession.objects.all())
    shown = row_of(group)

    assert (shown.looks, shown.said, shown.coverage) == ([], [], [])
    assert (group.expression.suppressed, group.expression.cut) == (1, 0)


def test_nothing_is_added_up_of_nothing(db):
    none = ClassSession.objects.all()

    assert [groups_by(by, sessions=none) for by in GroupBy.values] == [[]] * 7
    assert all_of(sessions=none).lessons == 0
    assert row_of(all_of(sessions=none)).expression.suppressed is None


# --- charts -----------------------------------------------------------------------------


def moments(*days):
    share = Shown("pleased", "Pleased", percent=30, band=40)
    return [Moment(dt.date(2026, 11, day), f"day {day}", [share]) for day in days]


def test_a_line_stops_at_a_gap():
    [panel] = panels(moments(2, 9, 23, 30), "week")

    assert [len(line.split()) for line in panel.lines] == [2, 2]
    assert [point.x for point in panel.points][::3] == [LEFT, RIGHT]
    assert {(p.y, p.top, p.height) for p in panel.points} == {(78, 38, 70)}


def test_a_single_moment_stands_in_the_middle():
    [panel] = panels(moments(2), "week")

    assert [point.x for point in panel.points] == [(LEFT + RIGHT) / 2]
    assert [tick.anchor for tick in panel.ticks] == ["middle"]


def test_without_numbers_there_is_no_chart():
    assert panels([], "week") == []
    assert panels([Moment(dt.date(2026, 11, 2), "x", [])], "week") == []
