"""A database that is full, or locked: the class goes on, and no minute is lost or doubled."""

import asyncio
import datetime as dt
import itertools
import logging
import sqlite3
from contextlib import closing, contextmanager

import pytest
from django.db import OperationalError, connection, connections

from sessions_app.enums import Purpose
from sessions_app.models import ClassMinute, ClassSession
from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory
from tests.sessions_app.live.consumers.class_room import (
    HAPPY,
    ClassRoom,
    frame,
    in_thread,
    open_socket,
    stop,
    student,
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.real,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="how SQLite fails; PostgreSQL goes away"
    ),
]

DUE = 4  # of a class that began five minutes ago, and then a minute before that


@pytest.fixture
async def room():
    room = ClassRoom()
    running = asyncio.create_task(room.live.run())
    yield room
    running.cancel()


@pytest.fixture
def options(monkeypatch):
    """How connections are opened from now on; every tick opens one."""
    options = connections.settings["default"]["OPTIONS"]
    monkeypatch.setitem(connections.settings["default"], "OPTIONS", {**options})
    return connections.settings["default"]["OPTIONS"]


@contextmanager
def full_disk(options):
    """Let the database grow no more, and fill the table that minutes go to."""
    other = ClassSessionFactory(ended=True)
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
    before, limit = options["init_command"], f" PRAGMA max_page_count={pages};"
    options["init_command"] = before + limit
    connection.close()  # the next one has the limit
    _fill_up(other)
    yield
    options["init_command"] = before
    connection.close()
    other.delete()


def _fill_up(session):
    """Store minutes, large ones first, until not even a small one fits.

    It may have been an index that was full, so the newest row then grows until its own
    page is: the next row, of any class, needs a page that nobody can have.
    """
    index = itertools.count()
    released = [{"released": True, "band": {"rest": "x" * n}} for n in (3000, 300)]
    for values in (*released, {}):
        with pytest.raises(OperationalError, match="full"):
            _store_for_ever(session, index, **values)
    newest = ClassMinute.objects.filter(pk=ClassMinute.objects.latest("pk").pk)
    with pytest.raises(OperationalError, match="full"):
        _grow_for_ever(newest)


def _store_for_ever(session, index, **values):
    for at in index:
        ClassMinuteFactory(session=session, index=at, **values)


def _grow_for_ever(rows):
    for length in itertools.count(step=16):
        rows.update(artefact="x" * length)


@contextmanager
def locked(options):
    """Let somebody else write, and never finish."""
    options["timeout"] = 0.2
    path = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def until(holds):
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 -- nobody tells the test
            await asyncio.sleep(0.05)


async def is_read(socket, seq):
    await socket.send_to(bytes_data=frame(seq))
    return (await socket.receive_json_from(timeout=10))["state"] == "ok"


@pytest.mark.parametrize("trouble", [full_disk, locked])
async def test_frames_are_read_and_the_minute_waits_for_the_database(
    trouble, room, options, caplog
):
    caplog.set_level(logging.WARNING, "sessions_app.live.ticker")
    alice = await student(Purpose.EXPRESSION)
    session, store = alice.session_id, room.live.store
    async with open_socket(room, alice) as socket:
        assert await is_read(socket, 0)
        before = await in_thread(minutes_of)(session)
        await in_thread(begin_a_minute_sooner)(session)
        for _ in range(3):
            store.add(session, DUE, alice.pk, HAPPY)

        struck = trouble(options)
        await in_thread(struck.__enter__)()
        ticking = asyncio.create_task(room.ticker.run())
        await until(lambda: "did not answer" in caplog.text)
        assert await is_read(socket, 1)
        assert not ticking.done()
        assert store.read(session, DUE).people[alice.pk].frames == 3
        assert await in_thread(minutes_of)(session) == before

        await in_thread(struck.__exit__)(None, None, None)
        await until(lambda: DUE not in store.open_minutes(session))
        assert await is_read(socket, 2)
        await stop(room.ticker, ticking)

    assert await in_thread(minutes_of)(session) == [*before, DUE]


def begin_a_minute_sooner(session):
    row = ClassSession.objects.get(pk=session)
    assert row.closed_through == DUE - 1
    row.started_at -= dt.timedelta(seconds=row.window_s)
    row.save(update_fields=["started_at"])


def minutes_of(session):
    stored = ClassMinute.objects.filter(session=session)
    return list(stored.order_by("index").values_list("index", flat=True))
