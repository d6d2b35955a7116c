"""From the event loop to the Redis: nothing twice, nothing without a bound."""

import asyncio
import time
from uuid import uuid4

import pytest
import redis

from inference.cluster.redis_client import FOR_LOOP, connect_async
from inference.contracts import FrameState, Reading
from sessions_app.live import metrics
from sessions_app.live.cluster.write_buffer import MINUTES_HELD, WriteBuffer
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.re_entry import Rule
from sessions_app.minutes.redis_store import RedisStore
from sessions_app.minutes.redis_values import key
from tests.redis_server import redis_server  # noqa: F401

pytestmark = pytest.mark.real

SESSION, ALICE, BOB = uuid4(), uuid4(), uuid4()
SEEN = Reading(FrameState.OK, scores=(0, 0, 0, 0.9, 0, 0, 0.1), faces=1)


class Way:
    """A buffer, the Redis behind it, and a closing worker's view of that."""

    def __init__(self, server):
        self.server = server
        self.client = connect_async(server.url, FOR_LOOP)
        self.buffer = WriteBuffer(self.client)
        self.store = RedisStore(redis.Redis.from_url(server.url))

    def add(self, person=ALICE, minute=0, times=1):
        for _ in range(times):
            self.buffer.add(SESSION, minute, person, SEEN)

    async def is_flushed(self):
        """As often as it takes: a busy machine may be slower than a try waits."""
        async with asyncio.timeout(60):
            while not await self.buffer.flush():
                pass

    def faces(self, minute=0):
        people = self.store.read(SESSION, minute).people
        return {person: sums.faces for person, sums in people.items()}


@pytest.fixture
async def way(redis_server):  # noqa: F811
    way = Way(redis_server)
    yield way
    await way.client.aclose()


def counted(reason):
    return metrics.NOT_RECORDED.labels(reason)._value.get()


async def test_many_readings_of_many_students_are_one_round_trip(way):
    people = [uuid4() for _ in range(200)]
    way.add(ALICE)
    await way.buffer.flush()
    sent = []
    pipeline = way.client.pipeline
    way.client.pipeline = lambda **options: sent.append(1) or pipeline(**options)

    for person in people:
        way.add(person, times=3)
    await way.buffer.flush()

    assert sent == [1]
    assert way.faces() == {ALICE: 1} | dict.fromkeys(people, 3)


async def test_run_carries_over_by_itself(way):
    running = asyncio.create_task(way.buffer.run())
    way.add()

    async with asyncio.timeout(60):
        while not way.faces():  # noqa: ASYNC110 -- another process would wait, too
            await asyncio.sleep(0.02)
    running.cancel()

    assert way.faces() == {ALICE: 1}


async def test_two_processes_add_to_the_same_students_sums(way):
    other = WriteBuffer(way.client)
    way.add(times=2)
    other.add(SESSION, 0, ALICE, SEEN)

    await asyncio.gather(way.buffer.flush(), other.flush())

    assert way.faces() == {ALICE: 3}


@pytest.mark.alone
async def test_while_the_redis_is_away_writing_never_waits_and_nothing_is_lost(way):
    way.add()
    await way.buffer.flush()
    way.server.stop()

    began = time.monotonic()
    way.add(times=1000)
    assert time.monotonic() - began < 1
    assert not await way.buffer.flush()
    way.add(BOB)
    assert not await way.buffer.flush()
    way.server.start()
    await way.is_flushed()
    await way.buffer.flush()

    assert way.faces() == {ALICE: 1000, BOB: 1}  # what the Redis held is gone


async def test_what_was_said_and_not_answered_is_not_added_twice(way):
    way.add()
    way.server.freeze()
    assert not await way.buffer.flush()  # it may arrive, and does
    way.server.thaw()
    way.add(times=2)

    await way.is_flushed()
    await way.is_flushed()

    assert way.faces() == {ALICE: 3}


async def test_an_outage_lets_go_of_the_oldest_minutes_and_counts_them(way):
    way.server.stop()
    lost_before = counted("lost")
    way.add(BOB)
    assert not await way.buffer.flush()  # this much is on its way already

    for minute in range(MINUTES_HELD + 3):
        way.add(minute=minute, times=2)
        way.buffer.note_present(SESSION, minute, {ALICE})
    way.server.start()
    await way.is_flushed()
    await way.buffer.flush()

    assert counted("lost") - lost_before == 3 * 2
    assert way.store.open_minutes(SESSION) == [0, *range(3, MINUTES_HELD + 3)]
    assert way.store.read(SESSION, 0).interrupted
    assert not way.store.read(SESSION, 4).interrupted


async def test_sums_that_the_redis_refuses_are_counted_and_their_minute_marked(way):
    """A key of another type stands for whatever a Redis may refuse."""
    server = redis.Redis.from_url(way.server.url)
    server.set(key(SESSION, "sums", 1), "no hash")
    lost_before = counted("lost")

    way.add(minute=1, times=3)
    way.buffer.forget_vote(SESSION, BOB)
    assert not await way.buffer.flush()
    server.delete(key(SESSION, "sums", 1))
    assert await way.buffer.flush()

    assert counted("lost") - lost_before == 3
    assert way.store.read(SESSION, 1).interrupted


async def test_withdrawal_reaches_what_waits_what_is_on_its_way_and_what_arrived(way):
    for minute in range(3):
        way.add(minute=minute)
        way.add(BOB, minute=minute)
        if minute == 0:
            await way.buffer.flush()  # arrived
        if minute == 1:
            way.server.freeze()
            assert not await way.buffer.flush()  # on its way

    way.buffer.forget_readings(SESSION, ALICE)
    way.server.thaw()
    await way.is_flushed()
    await way.is_flushed()

    assert [way.faces(minute) for minute in range(3)] == [{BOB: 1}] * 3


async def test_what_comes_after_the_closing_is_counted_as_late(way):
    way.add()
    await way.buffer.flush()
    way.store.drop(SESSION, 0)
    late_before = counted("late")

    way.add(ALICE)
    way.add(BOB)
    await way.buffer.flush()

    assert counted("late") - late_before == 2
    assert way.store.open_minutes(SESSION) == []


async def test_nothing_stays_in_the_redis_for_ever(way):
    way.add()
    way.buffer.note_present(SESSION, 0, {ALICE})
    way.buffer.note_interruption(SESSION, 0, Interruption.SERVER_STARTED)
    way.buffer.note_paused(SESSION, 0)
    await way.buffer.flush()
    way.store.tap(SESSION, ALICE, "ok")
    way.store.admit(
        SESSION, 0, "expression", full={ALICE: 1}, able={ALICE}, its=Rule(5, 1)
    )
    way.store.keep_last(SESSION, 0, {ALICE}, of={ALICE})

    plain = way.server.client()
    ages = {key: plain.ttl(key) for key in plain.scan_iter()}
    assert len(ages) == 8
    assert all(0 < age <= 12 * 3600 for age in ages.values()), ages
    way.store.drop_session(SESSION)
    [left] = plain.scan_iter()  # that it is over, for what comes late
    assert plain.hgetall(left) == {b"closed": b"2147483648"}
    assert plain.ttl(left) <= 3600
