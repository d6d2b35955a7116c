"""Retention beside somebody who changes a row: `make test-postgresql` runs this."""

import datetime as dt
import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sessions_app.models import ClassSession, Mark
from sessions_app.services import retention
from tests.sessions_app.factories import ClassSessionFactory, MarkFactory

pytestmark = [
    pytest.mark.long,
    pytest.mark.real,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite locks no row, but all of it"
    ),
]


@pytest.fixture
def old():
    """Two lessons whose time is over, each with a mark."""
    ended_at = timezone.now() - dt.timedelta(days=400)
    began = ended_at - dt.timedelta(hours=1)
    old = ClassSessionFactory.create_batch(
        2, state="ended", started_at=began, ended_at=ended_at
    )
    for lesson in old:
        MarkFactory(session=lesson, at=began)
    return old


@contextmanager
def somebody_changes(lesson):
    """Another connection has locked a lesson, as every change of it and its rows does."""
    held, let_go = threading.Event(), threading.Event()

    def change():
        with transaction.atomic():
            ClassSession.objects.select_for_update().get(pk=lesson.pk)
            held.set()
            let_go.wait()
            Mark.objects.create(session=lesson, at=lesson.started_at, word="Proof")
        connection.close()

    changing = threading.Thread(target=change)
    changing.start()
    held.wait()
    yield
    let_go.set()
    changing.join()


def test_a_lesson_that_somebody_changes_waits_for_the_next_time_and_no_other_does(old):
    changed, other = old

    with somebody_changes(changed):
        counts = retention.purge(now=timezone.now())  # waits for nobody

    assert counts["lessons"] == 1
    assert ClassSession.objects.get() == changed
    assert changed.marks.count() == 2
    assert not Mark.objects.filter(session=other).exists()
    assert retention.purge(now=timezone.now())["lessons"] == 1
    assert not Mark.objects.exists()
