"""The executor of a cluster against two real Redis; the test itself is the worker."""

import asyncio
import json
import time
from base64 import b64decode

import pytest
from celery import Celery
from prometheus_client import REGISTRY

from fer_platform.celery import app as platform
from inference.cluster.messages import (
    QUEUE,
    SLOT_TTL_MS,
    BatchReply,
    Malformed,
    pack_reply,
    parse_request,
)
from inference.cluster.redis_away import RedisAway
from inference.cluster.tasks import BatchHandler
from inference.cluster.watchdog import sign_key
from inference.contracts import FrameState, Reading, ReadingWithBox
from sessions_app.live.cluster import celery_executor
from sessions_app.live.cluster.celery_executor import CeleryExecutor, ClusterConfig
from sessions_app.live.executors import BatchLost
from tests.redis_server import live_redis_server, redis_server  # noqa: F401

pytestmark = [pytest.mark.long, pytest.mark.real]

MODEL = "ab" * 32
SOON_S = 60  # on a machine that does much else
LOST_AFTER_S = celery_executor.LOST_AFTER_S
OK = Reading(FrameState.OK, (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), faces=1)
WITH_BOX = ReadingWithBox(FrameState.OK, OK.scores, 1, box=(1.0, 2.0, 3.0, 4.0))


class Room:
    """An executor, and a worker that does what the test says."""

    def __init__(self, broker, live):
        self.broker_server, self.live_server = broker, live
        self.broker, self.live = broker.client(), live.client()
        app = Celery("a web process", fixups=[])
        app.conf.update(platform.conf.changes, broker_url=broker.url)
        self.executor = CeleryExecutor(ClusterConfig(app, broker.url, live.url, MODEL))
        self.handler = BatchHandler(
            self.live,
            model=MODEL,
            read=lambda frames: [OK] * len(frames),
            read_with_box=read_with_box,
        )

    async def task(self):
        """Take the next task from the queue, as Celery wrote it."""
        async with asyncio.timeout(SOON_S):
            while not (packed := self.broker.rpop(QUEUE)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return json.loads(packed)

    async def work(self):
        """Do the next task."""
        self.handler.serve((await self.order()).as_args())

    async def order(self):
        return parse_request(json.loads(body(await self.task()))[0])

    def reply(self, order, packed):
        self.live.rpush(order.replies, packed)


def body(task):
    return b64decode(task["body"])


def read_with_box(jpeg):
    return WITH_BOX


def counted(outcome):
    return REGISTRY.get_sample_value("fer_replies_total", {"outcome": outcome}) or 0


@pytest.fixture
async def room(redis_server, live_redis_server, monkeypatch):  # noqa: F811
    monkeypatch.setattr(celery_executor, "LOST_AFTER_S", 3 * LOST_AFTER_S)
    room = Room(redis_server, live_redis_server)
    await room.executor.start()
    yield room
    await room.executor.close()


async def test_a_batch_goes_out_as_names_and_comes_back_as_readings(room):
    reading = asyncio.create_task(room.executor.read([b"alice", b"bob"]))

    await room.work()

    assert await reading == [OK, OK]
    assert room.executor.backlog() == 0


async def test_a_task_tells_names_alone_and_no_clock(room):
    reading = asyncio.create_task(room.executor.read([b"a frame of Alice"]))
    task = await room.task()
    headers = task["headers"]

    assert b"Alice" not in json.dumps(task).encode() + body(task)
    assert len(json.dumps(task)) < 2000
    assert (headers["argsrepr"], headers["kwargsrepr"]) == ("(1 slots)", "{}")
    assert headers["expires"] is None
    assert headers["ignore_result"]
    order = parse_request(json.loads(body(task))[0])
    assert 0 < room.live.pttl(order.slots[0]) <= SLOT_TTL_MS
    reading.cancel()


async def test_many_batches_come_back_in_any_order(room):
    batches = [asyncio.create_task(room.executor.read([b"frame"])) for _ in range(10)]
    orders = [await room.order() for _ in batches]

    for order in reversed(orders):
        room.handler.serve(order.as_args())

    assert await asyncio.gather(*batches) == [[OK]] * 10


async def test_a_slot_that_was_gone_is_a_dropped_reading(room):
    reading = asyncio.create_task(room.executor.read([b"alice", b"bob"]))
    order = await room.order()
    room.live.delete(order.slots[0])

    room.handler.serve(order.as_args())

    assert [r.state for r in await reading] == ["dropped", "ok"]


async def test_a_visitors_frame_comes_back_with_its_place(room):
    looking = asyncio.create_task(room.executor.read_with_box(b"visitor"))

    await room.work()

    assert await looking == WITH_BOX


async def test_a_look_whose_slot_was_gone_is_lost(room):
    looking = asyncio.create_task(room.executor.read_with_box(b"visitor"))
    order = await room.order()
    room.live.delete(order.slots[0])

    room.handler.serve(order.as_args())

    with pytest.raises(BatchLost):
        await looking


async def test_a_cancelled_look_is_in_the_backlog_until_its_worker_is_done(room):
    looking = asyncio.create_task(room.executor.read_with_box(b"visitor"))
    order = await room.order()
    looking.cancel()
    await asyncio.sleep(0)

    assert room.executor.backlog() == 1
    room.handler.serve(order.as_args())
    await until(lambda: room.executor.backlog() == 0)


async def test_a_batch_that_nobody_answers_is_lost(room, monkeypatch):
    monkeypatch.setattr(celery_executor, "LOST_AFTER_S", 0.3)

    with pytest.raises(BatchLost, match="no reply"):
        await room.executor.read([b"alice"])

    assert room.executor.backlog() == 0


async def test_a_reply_for_a_batch_long_gone_is_counted(room, monkeypatch):
    monkeypatch.setattr(celery_executor, "LOST_AFTER_S", 0.3)
    before = counted("stray")
    with pytest.raises(BatchLost):
        await room.executor.read([b"alice"])

    await room.work()

    await until(lambda: counted("stray") == before + 1)


async def test_a_worker_with_another_model_is_refused_and_counted(room):
    before = counted("refused")
    other = BatchHandler(
        room.live, model="cd" * 32, read=lambda frames: [OK] * len(frames)
    )
    reading = asyncio.create_task(room.executor.read([b"alice"]))

    other.serve((await room.order()).as_args())

    with pytest.raises(BatchLost, match="another model"):
        await reading
    assert counted("refused") == before + 1
    refused = {"why": "another model"}
    await until(lambda: REGISTRY.get_sample_value("fer_tasks_refused", refused) == 1)


async def test_replies_that_are_none_are_counted_and_the_next_one_is_taken(room):
    before = counted("malformed")
    reading = asyncio.create_task(room.executor.read([b"alice"]))
    order = await room.order()

    room.reply(order, b"\xc1 rubbish")
    room.reply(order, b"")
    room.handler.serve(order.as_args())

    assert await reading == [OK]
    assert counted("malformed") == before + 2


@pytest.mark.parametrize("readings", [[], [OK, OK]])
async def test_a_reply_of_another_length_loses_the_batch(room, readings):
    reading = asyncio.create_task(room.executor.read([b"alice"]))
    order = await room.order()

    room.reply(order, pack_reply(BatchReply(order.batch, readings)))

    with pytest.raises(BatchLost):
        await reading


@pytest.mark.alone
@pytest.mark.parametrize("which", ["broker_server", "live_server"])
async def test_while_a_redis_is_away_batches_are_lost_at_once(room, which):
    getattr(room, which).stop()

    started = time.monotonic()
    for _ in range(3):
        with pytest.raises(BatchLost):
            await room.executor.read([b"alice"])

    assert time.monotonic() - started < 2 * LOST_AFTER_S
    assert room.executor.backlog() == 0


@pytest.mark.parametrize("which", ["broker_server", "live_server"])
async def test_a_redis_that_does_not_answer_costs_seconds_and_then_recovers(
    room, which
):
    getattr(room, which).freeze()
    for _ in range(2):
        with pytest.raises(BatchLost):
            await asyncio.wait_for(room.executor.read([b"alice"]), SOON_S)
    getattr(room, which).thaw()

    assert await recovers(room)


@pytest.mark.parametrize("which", ["broker_server", "live_server"])
async def test_a_redis_that_lost_everything_is_found_again(room, which):
    getattr(room, which).restart()

    assert await recovers(room)


async def test_a_batch_in_flight_is_lost_with_the_redis_that_held_it(room):
    reading = asyncio.create_task(room.executor.read([b"alice"]))
    await room.task()

    room.live_server.restart()

    with pytest.raises(BatchLost, match="live Redis is away"):
        await reading


async def test_a_queue_that_nobody_empties_is_a_backlog(room):
    room.broker.rpush(QUEUE, *["a task of another web process"] * 100)

    await until(lambda: room.executor.backlog() == 100)

    room.broker.delete(QUEUE)
    await until(lambda: room.executor.backlog() == 0)


async def test_without_a_workers_sign_of_life_frames_are_interrupted(room):
    await until(room.executor.is_interrupted)

    room.live.set(sign_key(QUEUE), "it works")

    await until(lambda: not room.executor.is_interrupted())


@pytest.mark.parametrize("which", ["broker_server", "live_server"])
async def test_without_a_redis_frames_are_interrupted(room, which):
    room.live.set(sign_key(QUEUE), "it works")
    await until(lambda: not room.executor.is_interrupted())

    getattr(room, which).stop()

    await until(room.executor.is_interrupted)


async def test_it_does_not_start_where_a_redis_is_away(redis_server, live_redis_server):  # noqa: F811
    room = Room(redis_server, live_redis_server)
    live_redis_server.stop()

    with pytest.raises(RedisAway, match=f"FER_LIVE_REDIS_URL, {live_redis_server.url}"):
        await room.executor.start()

    await room.executor.close()


async def until(condition, within_s=SOON_S):
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def recovers(room, within_s=SOON_S):
    """Whether a batch comes back, asked for as often as needed, with a worker there."""
    working = asyncio.create_task(_work_on(room))
    try:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            try:
                return await room.executor.read([b"alice"]) == [OK]
            except BatchLost:
                await asyncio.sleep(0.1)
    finally:
        working.cancel()
    return False


async def _work_on(room):
    while True:
        try:
            await room.work()
        except (OSError, TimeoutError, Malformed, ConnectionError):
            await asyncio.sleep(0.05)
