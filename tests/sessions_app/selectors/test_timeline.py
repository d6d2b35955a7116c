import datetime as dt

import pytest

from sessions_app import clock
from sessions_app.open_minute import LiveStats
from sessions_app.selectors.timeline import at_least, live_snapshot
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db

STATS = LiveStats(1.5, 3, 20.0)
OF_THE_STREAM = ("newest_reading_age_s", "dropped_last_minute", "lag_ms")


def stream(session):
    snapshot = live_snapshot(session=session, stats=STATS)
    return tuple(snapshot[name] for name in OF_THE_STREAM)


def test_how_the_stream_is_doing_stands_beside_released_numbers():
    session = ClassSessionFactory(live=True, closed_through=0)
    ClassMinuteFactory(session=session, index=0, released=True)

    assert stream(session) == (1.5, 3, 20.0)


@pytest.mark.parametrize("minutes", [0, 1])
def test_where_too_few_share_nothing_tells_whether_anybody_does(minutes):
    session = ClassSessionFactory(live=True, closed_through=minutes - 1)
    ClassMinuteFactory.create_batch(minutes, session=session)

    assert stream(session) == (None, 0, None)


@pytest.mark.parametrize(
    ("state", "stats", "trouble"),
    [
        ("live", LiveStats(1.5, 3, 20.0, interrupted=4), ""),
        ("live", LiveStats(1.5, 3, 20.0, interrupted=5), "cut_off"),
        ("paused", LiveStats(1.5, 3, 20.0, interrupted=5), ""),
        ("live", LiveStats(None, 0, None, away=True), "store"),
    ],
)
def test_a_dashboard_hears_what_ails_the_platform(state, stats, trouble):
    began = clock.now() - dt.timedelta(seconds=5.5 * 60)
    session = ClassSessionFactory(state=state, started_at=began)

    assert live_snapshot(session=session, stats=stats)["trouble"] == trouble


@pytest.mark.parametrize(
    ("joined", "said"), [(0, 0), (4, 0), (5, 5), (9, 5), (10, 10), (29, 20), (30, 30)]
)
def test_who_joined_is_counted_roughly(joined, said):
    assert at_least(joined) == said


def test_who_leaves_and_who_takes_no_part_cannot_be_counted():
    """Fourteen contribute; whether 20 or 29 joined, and then 28, looks the same."""
    session = ClassSessionFactory(live=True, closed_through=0)
    ClassMinuteFactory(session=session, index=0, released=True)
    people = ParticipantFactory.create_batch(29, session=session)
    before = live_snapshot(session=session, stats=STATS)

    people[0].delete()
    assert live_snapshot(session=session, stats=STATS) == before
    for person in people[1:9]:
        person.delete()

    assert live_snapshot(session=session, stats=STATS) == before
