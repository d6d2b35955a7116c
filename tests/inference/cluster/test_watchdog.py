import pytest

from inference.cluster.redis_client import connect
from inference.cluster.watchdog import STALLS_AFTER_S, SignOfLife, Watchdog, last_sign
from tests.redis_server import live_redis_server, redis_server  # noqa: F401

pytestmark = pytest.mark.real


class Worker:
    """A worker that works, or does not, and keeps whether it was ended."""

    def __init__(self, broker, live):
        self.broker, self.live = connect(broker.url), connect(live.url)
        self.finished, self.ended = 0, 0
        self.watch = Watchdog(
            broker=self.broker,
            live=self.live,
            queue="inference",
            node="inference@here",
            ready=lambda: True,
            finished=lambda: self.finished,
            give_up=self.end,
            model="abc",
        )

    def end(self):
        self.ended += 1

    def checks(self, times, *, finishing=0):
        for _ in range(times):
            self.finished += finishing
            self.watch.check()


@pytest.fixture
def worker(redis_server, live_redis_server):  # noqa: F811
    return Worker(redis_server, live_redis_server)


def test_a_worker_with_nothing_to_do_lives_and_says_so(worker):
    worker.checks(20)

    sign = SignOfLife(finished=0, stalled_s=0, model="abc")
    assert not worker.ended
    assert last_sign(worker.live, "inference", "inference@here") == sign
    assert last_sign(worker.live, "inference") == sign
    assert 0 < worker.live.pttl("alive:inference:inference@here") <= 5000


def test_a_worker_that_is_behind_but_works_lives(worker):
    worker.broker.rpush("inference", *range(50))

    worker.checks(20, finishing=1)

    assert not worker.ended


def test_a_worker_that_finishes_nothing_while_tasks_wait_is_ended(worker):
    worker.broker.rpush("inference", "a task")

    worker.checks(STALLS_AFTER_S)
    assert not worker.ended
    worker.checks(1)

    assert worker.ended == 1
    assert last_sign(worker.live, "inference").stalled_s == STALLS_AFTER_S


def test_one_finished_task_begins_the_count_anew(worker):
    worker.broker.rpush("inference", "a task")

    worker.checks(STALLS_AFTER_S)
    worker.checks(1, finishing=1)
    worker.checks(STALLS_AFTER_S - 1)

    assert not worker.ended


def test_a_redis_that_is_away_is_no_fault_of_the_workers(
    worker,
    redis_server,  # noqa: F811
    live_redis_server,  # noqa: F811
):
    worker.broker.rpush("inference", "a task")
    worker.checks(STALLS_AFTER_S)
    redis_server.stop()
    live_redis_server.stop()

    worker.checks(3)

    assert not worker.ended


def test_a_worker_that_was_never_heard_of_has_left_no_sign(worker):
    assert last_sign(worker.live, "inference", "inference@elsewhere") is None
