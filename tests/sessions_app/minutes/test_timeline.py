import datetime as dt

import pytest
from django.core.cache import cache

from sessions_app import clock
from sessions_app.minutes.store import LiveStats
from sessions_app.minutes.timeline import joined, live_snapshot, where_read
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(monkeypatch):
    """Let time go on."""
    now = clock.now_s()

    def later(seconds):
        nonlocal now
        now += seconds
        monkeypatch.setattr(clock, "now_s", lambda: now)

    later(0)
    return later


@pytest.mark.parametrize(
    ("minutes", "where"),
    [
        ([], None),
        (["", ""], None),  # nothing was released
        (["device", "", "device"], "device"),
        (["server", "device"], "either"),  # an admin tightened it meanwhile
        (["either"], "either"),
    ],
)
def test_a_lesson_that_is_over_says_where_its_pictures_were_read(
    minutes, where, settings
):
    settings.FER_INFERENCE = "server"  # chosen since
    session = ClassSessionFactory(ended=True)
    for index, inference in enumerate(minutes):
        ClassMinuteFactory(session=session, index=index, inference=inference)

    assert where_read(session) == where


@pytest.mark.parametrize("inference", ["server", "device", "either"])
def test_a_lesson_that_runs_says_where_they_are_read(inference, settings):
    settings.FER_INFERENCE = inference

    assert where_read(ClassSessionFactory(live=True)) == inference
    assert where_read(ClassSessionFactory(live=True, expression_on=False)) is None


@pytest.mark.parametrize(
    ("state", "stats", "trouble"),
    [
        ("live", LiveStats(interrupted=4), ""),
        ("live", LiveStats(interrupted=5), "cut_off"),
        ("paused", LiveStats(interrupted=5), ""),
        ("live", LiveStats(unreachable=True), "store"),
    ],
)
def test_a_dashboard_hears_what_ails_the_platform(state, stats, trouble):
    began = clock.now() - dt.timedelta(seconds=5.5 * 60)
    session = ClassSessionFactory(state=state, started_at=began)

    assert live_snapshot(session=session, stats=stats)["trouble"] == trouble


@pytest.mark.parametrize(
    ("state", "stats", "minute"),
    [
        ("live", LiveStats(), 5),  # the minute that runs
        ("live", LiveStats(interrupted=5), 6),
        ("live", LiveStats(paused=5), 6),  # it has been resumed in this minute
        ("live", LiveStats(interrupted=2, paused=3), 5),
        ("live", LiveStats(unreachable=True), None),
        ("paused", LiveStats(paused=5), None),
    ],
)
def test_a_dashboard_is_told_when_the_next_numbers_come(state, stats, minute, settings):
    settings.FER_CLOSE_GRACE_S = 2.0
    began = clock.now() - dt.timedelta(seconds=5.5 * 60)
    session = ClassSessionFactory(state=state, started_at=began)

    told = live_snapshot(session=session, stats=stats)

    assert told["after_pause"] is (state == "live" and stats.paused == 5)
    if minute is None:
        assert told["next_at"] is None
    else:
        closes = session.minute_starts_at(minute + 1) + dt.timedelta(seconds=2)
        assert told["next_at"] == closes.isoformat()


def test_a_minute_that_is_not_closed_yet_is_the_next_one(settings):
    settings.FER_CLOSE_GRACE_S = 2.0
    began = clock.now() - dt.timedelta(seconds=61)
    session = ClassSessionFactory(state="live", started_at=began)

    told = live_snapshot(session=session, stats=LiveStats())["next_at"]

    assert told == (began + dt.timedelta(seconds=62)).isoformat()


def test_a_draft_waits_for_no_numbers():
    told = live_snapshot(session=ClassSessionFactory(), stats=LiveStats())

    assert told["next_at"] is None
    assert told["after_pause"] is False


@pytest.mark.parametrize("state", ["draft", "live", "paused"])
def test_who_joins_or_leaves_shows_in_no_snapshot_before_the_next_minute(state, later):
    session = ClassSessionFactory(**({"live": True} if state != "draft" else {}))
    session.state = state
    people = ParticipantFactory.create_batch(29, session=session)
    later(10)  # in the middle of a minute
    before = live_snapshot(session=session, stats=LiveStats())

    for change in (lambda: [p.delete() for p in people], lambda: _thirty_more(session)):
        change()
        later(1)
        assert live_snapshot(session=session, stats=LiveStats()) == before

    later(60)
    assert live_snapshot(session=session, stats=LiveStats()) != before


def _thirty_more(session):
    ParticipantFactory.create_batch(60, session=session)


def test_who_joined_is_told_in_steps_with_noise(later):
    session = ClassSessionFactory(live=True)
    told = []
    for _ in range(40):
        ParticipantFactory.create_batch(1, session=session)
        later(60)
        told.append(joined(session))

    assert all(count % 5 == 0 for count in told)
    exact = [n // 5 * 5 for n in range(1, 41)]
    assert told != exact
    assert max(abs(a - b) for a, b in zip(told, exact, strict=True)) <= 15


def test_the_same_students_are_told_as_the_same_count(later):
    session = ClassSessionFactory(live=True)
    ParticipantFactory.create_batch(12, session=session)

    counts = set()
    for _ in range(5):
        later(60)
        counts.add(joined(session))

    assert len(counts) == 1


def test_who_deletes_all_after_the_class_shows_nowhere():
    session = ClassSessionFactory(ended=True)
    ClassMinuteFactory(session=session, index=0, released=True)
    people = ParticipantFactory.create_batch(12, session=session, cell_key=None)
    before = live_snapshot(session=session, stats=LiveStats())

    for person in people:
        person.delete()

    assert before["joined"] is None
    assert live_snapshot(session=session, stats=LiveStats()) == before


def test_without_a_cache_nothing_is_told_rather_than_every_second(monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *_, **__: True)  # as one that is away

    assert joined(ClassSessionFactory(live=True)) is None
