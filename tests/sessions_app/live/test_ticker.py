"""The clock of a web process, turned by hand."""

import asyncio
import datetime as dt
from functools import partial
from io import StringIO

import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from sessions_app import clock as platform_clock
from sessions_app.live.pipeline import LivePath
from sessions_app.live.ticker import Ticker
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.models import ClassSession
from sessions_app.models.database_changes import DatabaseChanges
from tests.sessions_app.factories import ClassSessionFactory
from tests.sessions_app.line import SOON_S

pytestmark = pytest.mark.django_db(transaction=True)
in_thread = partial(sync_to_async, thread_sensitive=True)


def clock(**options):
    return Ticker(LivePath(executor=None, store=MemoryStore()), **options)


def a_class_whose_time_is_over():
    began = timezone.now() - dt.timedelta(days=400)
    session = ClassSessionFactory(ended=True, started_at=began)
    ClassSession.objects.update(ended_at=began + dt.timedelta(hours=1))
    return session


async def kept():
    return await in_thread(ClassSession.objects.count)()


async def test_a_single_process_deletes_by_itself_what_a_dry_run_announced():
    await in_thread(a_class_whose_time_is_over)()
    out = StringIO()
    await in_thread(call_command)("apply_retention", "--dry-run", stdout=out)
    assert "1 lessons to delete" in out.getvalue()
    assert await kept() == 1

    await clock().tick()

    assert await kept() == 0


async def test_it_looks_once_an_hour(monkeypatch):
    ticker = clock()
    await ticker.tick()
    await in_thread(a_class_whose_time_is_over)()

    await ticker.tick()
    assert await kept() == 1

    monkeypatch.setattr(ticker, "_retention_due", 0.0)
    await ticker.tick()
    assert await kept() == 0


async def test_in_a_cluster_that_is_a_workers_task():
    await in_thread(a_class_whose_time_is_over)()

    await clock(closes_minutes=False).tick()

    assert await kept() == 1


@pytest.fixture
async def quiet(monkeypatch):
    """A clock that has read a lesson, and since when nobody wrote anything; it notes what it reads."""
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite tells that nobody wrote.")
    session = await in_thread(ClassSessionFactory)(live=True)
    ticker = clock()
    ticker._changes = DatabaseChanges(lasts_s=0.2)
    reads = []
    read = ticker._reader.read
    monkeypatch.setattr(
        ticker._reader, "read", lambda people: reads.append(people) or read(people)
    )
    async with asyncio.timeout(SOON_S):
        while True:  # it closes what is due, empties the log, reads what it closed
            await asyncio.sleep(0.3)
            reads.clear()
            await ticker.tick()
            if not reads:
                break
    return ticker, reads, session


async def test_what_somebody_writes_is_read_within_a_tick(quiet):
    ticker, reads, session = quiet
    assert ticker._live.roster.session(session.pk).pulse_on

    await in_thread(ClassSession.objects.filter(pk=session.pk).update)(pulse_on=False)
    await ticker.tick()

    assert len(reads) == 1
    assert not ticker._live.roster.session(session.pk).pulse_on


async def test_a_minute_closes_though_nobody_writes(quiet, monkeypatch):
    ticker, _, session = quiet
    closed = ticker._live.roster.session(session.pk).closed_through
    now_s = platform_clock.now_s
    monkeypatch.setattr(platform_clock, "now_s", lambda: now_s() + session.window_s)

    for _ in range(2):  # the second one reads what the first has closed
        await ticker.tick()

    assert ticker._live.roster.session(session.pk).closed_through == closed + 1


async def test_what_could_not_be_read_is_read_again(quiet, monkeypatch):
    ticker, _, session = quiet
    await in_thread(ClassSession.objects.filter(pk=session.pk).update)(pulse_on=False)

    def away(people):
        raise OperationalError("away")

    monkeypatch.setattr(ticker._reader, "read", away)
    with pytest.raises(OperationalError):
        await ticker.tick()
    await asyncio.sleep(0.3)
    await ticker.tick()

    assert not ticker._live.roster.session(session.pk).pulse_on
