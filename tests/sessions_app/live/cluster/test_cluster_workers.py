"""The executor of a cluster with real Celery workers, real frames and real faults."""

import asyncio
import os
import signal
import time

import pytest
from celery import Celery

from fer_platform.celery import app as platform
from inference.artefact import load_calibration
from inference.cluster.messages import QUEUE, TASK, BatchRequest, unpack_reply
from sessions_app.live.cluster import celery_executor
from sessions_app.live.cluster.celery_executor import CeleryExecutor, ClusterConfig
from sessions_app.live.executors import BatchLost
from tests.celery_worker import CeleryWorker
from tests.inference.frames import ASTRONAUT_JPEG, EMPTY_JPEG
from tests.redis_server import servers  # noqa: F401

pytestmark = [pytest.mark.long, pytest.mark.real]

MODEL = load_calibration("small").artefact_hash
# On a machine that does much else; the cluster's test is stricter.
GOES_ON_WITHIN_S = 120


class Room:
    def __init__(self, broker, live):
        self.broker, self.live = broker, live
        self.worker = CeleryWorker(QUEUE, broker=broker, live=live)

    def executor(self, model=MODEL):
        app = new_app(self.broker)
        return CeleryExecutor(ClusterConfig(app, self.broker.url, self.live.url, model))


def new_app(broker):
    """The platform's Celery on a Redis of the test."""
    app = Celery("a web process", fixups=[])
    app.conf.update(platform.conf.changes, broker_url=broker.url)
    return app


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """The engine of a busy machine is no lost batch."""
    longer_s = 3 * celery_executor.LOST_AFTER_S
    monkeypatch.setattr(celery_executor, "LOST_AFTER_S", longer_s)


@pytest.fixture(scope="module")
def shared(servers):  # noqa: F811
    room = Room(*servers)
    yield room
    room.worker.stop()


@pytest.fixture
def room(shared):
    """Where a worker works; the tests share it until one of them ends it."""
    shared.worker.started()
    return shared


@pytest.fixture
async def executor(room):
    executor = room.executor()
    await executor.start()
    await goes_on(executor)
    yield executor
    await executor.close()


async def goes_on(executor):
    """Ask until a batch comes back, as the dispatcher would."""
    deadline = time.monotonic() + GOES_ON_WITHIN_S
    while True:
        try:
            return await executor.read([ASTRONAUT_JPEG])
        except BatchLost:
            assert time.monotonic() < deadline, "no batch comes back"
            await asyncio.sleep(0.2)


async def test_real_frames_come_back_with_scores_and_their_place(executor):
    readings = await executor.read([ASTRONAUT_JPEG, b"no frame", EMPTY_JPEG])
    seen = await executor.read_with_box(ASTRONAUT_JPEG)

    assert [reading.state for reading in readings] == ["ok", "rejected", "no_face"]
    assert sum(readings[0].scores) == pytest.approx(1, abs=1e-5)
    assert seen.scores == readings[0].scores
    assert seen.box is not None
    assert seen.landmarks


async def test_a_web_process_with_another_model_gets_nothing(room, executor):
    other = room.executor(model="ab" * 32)
    await other.start()

    with pytest.raises(BatchLost, match="another model"):
        await other.read([ASTRONAUT_JPEG])

    await other.close()
    assert await executor.read([ASTRONAUT_JPEG])


async def test_rubbish_in_the_queue_stops_nobody(room, executor):
    app = executor._cluster.app
    for args in ([], ["slot:1"], [{"batch": 7}] * 5):
        app.send_task(TASK, args=args)
    app.send_task("inference.no_such_task", queue=QUEUE)

    assert await goes_on(executor)
    with room.live.client() as live:
        assert int(live.hget("refused", "malformed task")) == 3


async def test_a_killed_worker_costs_its_batches_and_the_next_one_takes_over(
    room, executor
):
    room.worker.kill()
    with pytest.raises(BatchLost):
        await executor.read([ASTRONAUT_JPEG])

    await asyncio.to_thread(room.worker.start)

    assert await goes_on(executor)


async def test_a_killed_process_of_the_pool_is_replaced(room, executor):
    [process] = room.worker.pool()
    os.kill(process, signal.SIGKILL)

    assert await goes_on(executor)
    assert room.worker.pool() != [process]


@pytest.mark.parametrize("which", ["broker", "live"])
async def test_a_worker_survives_a_redis_that_lost_everything(room, executor, which):
    await asyncio.to_thread(getattr(room, which).restart)

    assert await goes_on(executor)
    assert room.worker.process.poll() is None


def test_a_worker_that_is_asked_to_stop_finishes_the_batch(room):
    slots = tuple(f"slot:{number:032x}" for number in range(64))
    order = BatchRequest("0" * 32, slots, f"replies:{'c' * 32}", MODEL)
    app = new_app(room.broker)
    with room.live.client() as live:
        live.mset(dict.fromkeys(slots, ASTRONAUT_JPEG))
        app.send_task(TASK, args=order.as_args())
        while live.exists(*slots):  # until the worker has taken them
            time.sleep(0.001)

        room.worker.signal(signal.SIGTERM)

        _, packed = live.blpop(order.replies, timeout=GOES_ON_WITHIN_S)
    assert {reading.state for reading in unpack_reply(packed).readings} == {"ok"}
    assert room.worker.stop() == 0
