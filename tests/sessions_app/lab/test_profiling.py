from collections import Counter

import pytest

from sessions_app.lab.load import _ms_by_stage
from sessions_app.lab.profiling import _stages, stage_of

SERVING = "Server.run (daphne/server.py:155);BaseEventLoop._run_once (asyncio/b.py:1)"
WORKING = "Worker.workloop (billiard/pool.py:1);BatchHandler._serve (inference/cluster/tasks.py:66)"


@pytest.mark.parametrize(
    ("stack", "stage"),
    [
        (f"{SERVING};Handle._run (asyncio/events.py:80)", "event loop"),
        (
            f"{SERVING};FrameConsumer.receive (a.py:1);Dispatcher.submit (b.py:2)",
            "dispatcher and mailbox",
        ),
        (
            f"{SERVING};SafeWebsocketConsumer.tell (a.py:1);sendMessage (b.py:2)",
            "answer: JSON, socket",
        ),
        (
            f"{WORKING};Engine.read (c.py:1);BlazeFace.detect (d.py:1);run (e.py:1)",
            "detect",
        ),
        (f"{WORKING};Engine.read (c.py:1)", "engine: what is between"),
        ("Worker.workloop (billiard/pool.py:1);send (billiard/x.py:1)", "Celery"),
        ("Thread.run (threading.py:1)", "other"),
    ],
)
def test_the_innermost_function_that_is_known_tells_the_stage(stack, stage):
    assert stage_of(stack.split(";")) == stage


def test_threads_that_only_wait_are_not_counted(tmp_path):
    recorded = tmp_path / "1234"
    recorded.write_text(
        "asynloop (celery/loops.py:1);_epoll.poll (kombu/eventio.py:83) 70\n"
        "Thread.run (threading.py:1);Watchdog._run (inference/cluster/watchdog.py:114) 20\n"
        "asynloop (celery/loops.py:1);Channel._brpop_read (kombu/redis.py:1) 10\n"
    )

    assert _stages(recorded) == {"Celery": 10}


def test_a_process_that_left_no_samples_adds_none(tmp_path):
    assert _stages(tmp_path / "1234") == {}


def test_samples_become_shares_of_what_a_frame_costs():
    profile = {"workers": Counter(detect=60, decode=20)}

    assert _ms_by_stage(profile, {"workers": 2.0, "web": 1.0}) == {
        "workers": {"detect": 1.5, "decode": 0.5}
    }
