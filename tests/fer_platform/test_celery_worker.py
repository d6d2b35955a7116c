"""Real workers: what they need to start, what they load, and how they end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from celery import Celery

from inference.cluster.messages import QUEUE
from inference.cluster.watchdog import STALLS_AFTER_S
from tests.celery_worker import ROOT, CeleryWorker, until
from tests.fer_platform.what_is_loaded import TOLD
from tests.redis_server import live_redis_server, redis_server  # noqa: F401

pytestmark = [pytest.mark.long, pytest.mark.real]

EMPTY = "redis://:correct-horse@127.0.0.1:1/0"
NOWHERE = "postgresql://fer:correct-horse@127.0.0.1:1/classes"


def celery(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "celery", "-A", "fer_platform", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def sentence_of(done):
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "correct-horse" not in done.stderr
    return done.stderr.strip().splitlines()[-1]  # LiteRT may greet before it


@pytest.mark.parametrize(
    ("arguments", "changed", "expected"),
    [
        (["-Q", QUEUE], {"FER_REDIS_URL": ""}, "FER_REDIS_URL is not set"),
        (["-Q", QUEUE], {"FER_REDIS_URL": "here"}, "FER_REDIS_URL is no address"),
        (["-Q", QUEUE], {"FER_REDIS_URL": EMPTY}, "redis://127.0.0.1:1/0, does"),
        (["-Q", QUEUE], {"FER_LIVE_REDIS_URL": EMPTY}, "redis://127.0.0.1:1/0, does"),
        (["-Q", QUEUE], {"FER_ARTEFACT": "nowhere"}, "There is no artefact in nowhere"),
        (["-Q", QUEUE], {"FER_MODELS_DIR": "/nowhere"}, "tflite is missing"),
        (["-Q", QUEUE], {"FER_DETECTOR": "luck"}, "FER_DETECTOR is 'luck'"),
        (["-Q", f"{QUEUE},default"], {}, "name one queue"),
        (["-Q", "default"], {"FER_DATABASE_URL": NOWHERE}, "127.0.0.1:1/classes does"),
        ([], {}, "name one queue"),
    ],
)
def test_a_worker_says_in_one_sentence_why_it_does_not_start(
    redis_server,  # noqa: F811
    live_redis_server,  # noqa: F811
    arguments,
    changed,
    expected,
):
    addresses = {
        "FER_REDIS_URL": redis_server.url,
        "FER_LIVE_REDIS_URL": live_redis_server.url,
    }

    done = celery("worker", *arguments, **{**addresses, **changed})

    assert expected in sentence_of(done)


def test_the_clock_says_in_one_sentence_why_it_does_not_start():
    assert "does not answer" in sentence_of(celery("beat", FER_REDIS_URL=EMPTY))


def test_a_golden_face_that_is_scored_otherwise_is_refused(
    redis_server,  # noqa: F811
    live_redis_server,  # noqa: F811
    tmp_path,
):
    artefact = ROOT / "inference" / "artefacts" / "small"
    for file in artefact.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    card = json.loads((artefact / "card.json").read_text())
    scores = card["golden"]["scores"]
    card["golden"]["scores"] = [*scores[1:], scores[0]]
    (tmp_path / "card.json").write_text(json.dumps(card))

    done = celery(
        *("worker", "-Q", QUEUE),
        FER_ARTEFACT=str(tmp_path),
        FER_REDIS_URL=redis_server.url,
        FER_LIVE_REDIS_URL=live_redis_server.url,
    )

    assert "off its card" in sentence_of(done)


def test_a_worker_of_frames_knows_no_database_and_no_people(worker, servers):
    broker, live_server = servers
    app = Celery(broker=broker.url, fixups=[])
    with live_server.client() as live:
        app.send_task("tests.tell", queue=QUEUE)
        until(lambda: live.exists(TOLD))
        told = json.loads(live.get(TOLD))

    assert "ai_edge_litert" in told["top"]
    assert not {"sessions_app", "psycopg", "sqlite3", "tensorflow"} & set(told["top"])
    assert told["models"] == []


def test_a_worker_runs_one_thread_of_the_model_libraries(worker):
    [process] = worker.pool()
    threads = len(list(Path(f"/proc/{process}/task").iterdir()))

    assert threads <= 2  # the one that works, and NumPy's or the liveness' at most


def test_a_worker_that_starts_lets_those_that_work_go_first(
    redis_server,  # noqa: F811
    live_redis_server,  # noqa: F811
):
    starting = CeleryWorker(QUEUE, broker=redis_server, live=live_redis_server)
    starting.start_soon()

    def niceness():
        """Of the process that proves the engine, once it is there."""
        for child in children_of(starting.process.pid):
            if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text():
                return os.getpriority(os.PRIO_PROCESS, child)
        return None

    own = os.getpriority(os.PRIO_PROCESS, 0)
    until(lambda: niceness() is not None and niceness() == min(19, own + 10))
    starting.kill()


def children_of(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return list(map(int, children))


def test_the_probe_knows_a_worker_that_works_from_one_that_froze(worker):
    assert probe(worker) == (0, "")

    worker.signal(signal.SIGSTOP)
    until(lambda: probe(worker)[0] == 1)

    assert "fallen silent" in probe(worker)[1]
    worker.signal(signal.SIGCONT)
    until(lambda: probe(worker) == (0, ""))


def probe(worker):
    done = subprocess.run(
        [sys.executable, "-m", "fer_platform.probe", worker.queue, worker.node],
        cwd=ROOT,
        env=worker.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_worker_whose_pool_stands_still_ends_for_its_supervisor(worker, servers):
    [process] = worker.pool()
    os.kill(process, signal.SIGSTOP)
    app = Celery(broker=servers[0].url, fixups=[])
    for _ in range(5):
        app.send_task("tests.tell", queue=QUEUE)

    assert worker.process.wait(timeout=STALLS_AFTER_S + 60) == 1
    until(lambda: not Path(f"/proc/{process}").exists())
    assert "none was finished" in worker.log()


def test_the_pool_dies_with_its_worker(worker):
    [process] = worker.pool()

    worker.kill()

    until(lambda: not Path(f"/proc/{process}").exists())


def test_a_worker_that_is_asked_to_stop_ends_well(worker):
    assert worker.stop() == 0
