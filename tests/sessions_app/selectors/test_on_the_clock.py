"""What the database works out on the reader's clock is what Python does."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sessions_app.models import ClassSession
from sessions_app.selectors.on_the_clock import Hour, Month, Week, Weekday
from tests.sessions_app.factories import ClassSessionFactory

pytestmark = pytest.mark.django_db

A_SECOND = dt.timedelta(seconds=1)
CHANGES = [  # to summer time and back, somewhere; and the ends of weeks, months and years
    *("2026-03-29 01:00", "2026-10-25 01:00", "2026-03-08 07:00", "2026-11-01 06:00"),
    *("2026-04-04 15:00", "2026-10-03 15:30", "2027-02-07 02:00", "2027-03-14 02:00"),
    *("2026-12-31 18:30", "2027-01-01 00:00", "2026-12-31 18:15", "2026-06-01 04:00"),
    *("2004-10-31 01:00", "2026-08-31 22:00", "2026-07-05 12:00", "2026-02-28 23:00"),
]


@pytest.mark.parametrize(
    "zone",
    [
        *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
        *("Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca"),
    ],
)
def test_week_month_day_and_hour_are_those_of_the_readers_clock(zone):
    for change in CHANGES:
        at = dt.datetime.fromisoformat(f"{change}+00:00")
        for moment in (at - A_SECOND / 2, at, at + A_SECOND / 2, at + 90 * A_SECOND):
            ClassSessionFactory(live=True, started_at=moment)

    with timezone.override(ZoneInfo(zone)):
        rows = ClassSession.objects.values_list(
            *("held_at", Week("held_at"), Month("held_at")),
            *(Weekday("held_at"), Hour("held_at")),
        )
        assert len(rows) == 4 * len(CHANGES)
        for held_at, week, month, weekday, hour in rows:
            local = timezone.localtime(held_at)
            monday = local.date() - dt.timedelta(days=local.weekday())
            assert timezone.localtime(week).date() == monday
            assert timezone.localtime(month).date() == local.date().replace(day=1)
            assert (weekday, hour) == (local.isoweekday(), local.hour)
