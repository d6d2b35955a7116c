"""Workers on Redis are known to stall after a reconnect: does the Celery in use?

The watchdog ends one that does. Here is measured whether it has to: after each cut a task
is done within seconds, by the same process, or the watchdog has ended it.
"""

import os
import signal
import time

import pytest
from celery import Celery

from inference.cluster.messages import QUEUE
from inference.cluster.redis_client import connect
from inference.cluster.watchdog import STALLS_AFTER_S
from tests.celery_worker import telling_worker, until
from tests.fer_platform.what_is_loaded import TOLD
from tests.redis_server import live_redis_server, redis_server  # noqa: F401

pytestmark = [pytest.mark.long, pytest.mark.real]

TIMES = 5
GOES_ON_WITHIN_S = STALLS_AFTER_S + 20  # the time in which a supervisor starts another


def restarted(broker):
    broker.restart()


def away_for_a_while(broker):
    broker.stop()
    time.sleep(3)
    broker.start()


def frozen(broker):
    """Long enough for every time-out."""
    broker.freeze()
    time.sleep(4)
    broker.thaw()


def cut_off(broker):
    with broker.client() as client:
        client.client_kill_filter(_type="normal", skipme=True)


@pytest.fixture
def told(live_redis_server):  # noqa: F811
    """Where the worker tells that it did a task."""
    with connect(live_redis_server.url) as live:
        yield live


@pytest.fixture
def send(redis_server):  # noqa: F811
    app = Celery(broker=redis_server.url, fixups=[])
    return lambda: app.send_task("tests.tell", queue=QUEUE)


@pytest.fixture
def worker(redis_server, live_redis_server):  # noqa: F811
    worker = telling_worker(redis_server, live_redis_server).start()
    yield worker
    worker.stop()


@pytest.mark.parametrize(
    "cut",
    [
        restarted,
        away_for_a_while,
        frozen,
        cut_off,
    ],
)
def test_a_worker_goes_on_after_every_reconnect(cut, worker, redis_server, told, send):  # noqa: F811
    for _ in range(TIMES):
        told.delete(TOLD)
        cut(redis_server)
        send()
        until(lambda: told.exists(TOLD), GOES_ON_WITHIN_S)

    assert worker.process.poll() is None


def test_a_worker_goes_on_after_an_acknowledgement_that_failed(
    worker,
    redis_server,  # noqa: F811
    told,
    send,
):
    """It had taken a task when its broker went away, and said so too late."""
    [pool] = worker.pool()
    os.kill(pool, signal.SIGSTOP)
    send()
    with redis_server.client() as broker:
        until(lambda: broker.hlen("unacked"))
    redis_server.stop()
    os.kill(pool, signal.SIGCONT)
    until(lambda: "Couldn't ack" in worker.log())
    until(lambda: told.delete(TOLD))  # it was done all the same
    redis_server.start()

    send()
    until(lambda: told.exists(TOLD), GOES_ON_WITHIN_S)

    assert worker.process.poll() is None
