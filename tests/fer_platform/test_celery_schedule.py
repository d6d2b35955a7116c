"""The clock of a cluster: beat, against a real Redis."""

import datetime as dt
import time

import pytest
import time_machine
from celery import Celery

from fer_platform import probe
from fer_platform.celery import app as platform
from fer_platform.celery_schedule import SCHEDULE, BoundedScheduler, Every
from tests.redis_server import redis_server  # noqa: F401

pytestmark = pytest.mark.real

NEVER_MIND = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


class Monotonic:
    now = 1000.0

    def __call__(self):
        return self.now


def test_a_task_is_due_at_once_and_then_every_so_many_seconds(monkeypatch):
    clock = Monotonic()
    monkeypatch.setattr(time, "monotonic", clock)
    every = Every(5)

    first = every.is_due(NEVER_MIND)
    clock.now += 4
    early = every.is_due(NEVER_MIND)
    clock.now += 1
    second = every.is_due(NEVER_MIND)

    assert (first.is_due, early.is_due, second.is_due) == (True, False, True)
    assert early.next == pytest.approx(1)


def test_a_wall_clock_that_is_set_back_a_day_stops_nothing():
    with time_machine.travel("2026-11-22 10:00:00Z") as wall:
        every = Every(0.05)
        every.is_due(NEVER_MIND)
        wall.move_to("2026-11-21 10:00:00Z")
        time.sleep(0.1)

        assert every.is_due(NEVER_MIND).is_due


@pytest.fixture
def scheduler(redis_server):  # noqa: F811
    app = Celery("the clock", fixups=[])
    app.conf.update(platform.conf.changes, broker_url=redis_server.url)
    return BoundedScheduler(app)


def test_a_queue_that_nobody_empties_stays_short(scheduler, redis_server):  # noqa: F811
    entry = scheduler.schedule["close_minutes"]

    for _ in range(50):
        scheduler.apply_async(entry)

    with redis_server.client() as broker:
        assert broker.llen("default") == 10
        broker.delete("default")
        scheduler.apply_async(entry)
        assert broker.llen("default") == 1


def test_a_probe_sees_the_clock_tick(scheduler, redis_server, monkeypatch):  # noqa: F811
    monkeypatch.setenv("FER_REDIS_URL", redis_server.url)
    before = probe.main(["beat"])

    scheduler.apply_async(scheduler.schedule["close_minutes"])

    with redis_server.client() as broker:
        assert 0 < broker.pttl("alive:beat") <= 10_000
    assert (before, probe.main(["beat"])) == (1, 0)


def test_a_redis_that_was_away_is_found_again(scheduler, redis_server):  # noqa: F811
    entry = scheduler.schedule["close_minutes"]
    scheduler.apply_async(entry)
    redis_server.restart()

    scheduler.apply_entry(entry)
    scheduler.apply_entry(entry)

    with redis_server.client() as broker:
        assert broker.llen("default") >= 1


def test_every_task_of_the_schedule_exists():
    from sessions_app import tasks  # noqa: PLC0415 -- needs the apps

    names = {entry["task"] for entry in SCHEDULE.values()}
    assert names == {
        task.name
        for task in (
            *(tasks.close_minutes, tasks.end_forgotten, tasks.apply_retention),
            tasks.send_what_waits,
        )
    }
