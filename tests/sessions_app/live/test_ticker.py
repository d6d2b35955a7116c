"""The clock of a web process, turned by hand."""

import datetime as dt
from functools import partial
from io import StringIO

import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.utils import timezone

from sessions_app.live.pipeline import LivePath
from sessions_app.live.ticker import Ticker
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.models import ClassSession
from tests.sessions_app.factories import ClassSessionFactory

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
