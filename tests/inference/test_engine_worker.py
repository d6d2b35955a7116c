import multiprocessing
import os
import resource
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from inference import engine_worker
from inference.artefact import ArtefactRefused
from inference.contracts import FrameState
from inference.engine_config import EngineConfig
from tests.inference.frames import ASTRONAUT_JPEG, EMPTY_JPEG

pytestmark = pytest.mark.real


def pool_of_one():
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=spawn, initializer=engine_worker.start)


def test_a_spawned_worker_reads_a_batch():
    with pool_of_one() as pool:
        pool.submit(engine_worker.ready).result()
        readings = pool.submit(
            engine_worker.read_batch, [ASTRONAUT_JPEG, b"", EMPTY_JPEG]
        )
        niceness = pool.submit(os.nice, 0)

        assert [r.state for r in readings.result()] == ["ok", "rejected", "no_face"]
        # The system knows nothing behind 19, where a run with `nice` soon is.
        assert niceness.result() == min(19, os.nice(0) + 10)


def test_a_crash_of_a_worker_writes_no_frame_to_a_disk():
    with pool_of_one() as pool:
        core = pool.submit(resource.getrlimit, resource.RLIMIT_CORE)

        assert core.result() == (0, 0)


def test_a_worker_looks_at_one_frame_and_says_where_the_face_was():
    with ThreadPoolExecutor(1, initializer=engine_worker.start, initargs=(0,)) as pool:
        seen = pool.submit(engine_worker.read_with_box, ASTRONAUT_JPEG).result()
        [read] = pool.submit(engine_worker.read_batch, [ASTRONAUT_JPEG]).result()

    left, top, right, bottom = seen.box
    assert (seen.state, seen.scores) == (read.state, read.scores)
    assert len(seen.landmarks) == 4
    assert all(left < x < right and top < y < bottom for x, y in seen.landmarks)


def test_a_worker_says_why_it_cannot_start(tmp_path):
    config = EngineConfig(artefact=str(tmp_path))

    with pool_of_one() as pool, pytest.raises(ArtefactRefused, match="no artefact in"):
        pool.submit(engine_worker.ready, config).result()


def test_threads_read_at_the_same_time():
    with ThreadPoolExecutor(4, initializer=engine_worker.start, initargs=(0,)) as pool:
        batches = list(pool.map(engine_worker.read_batch, [[ASTRONAUT_JPEG] * 5] * 8))

    readings = [reading for batch in batches for reading in batch]
    assert {reading.state for reading in readings} == {FrameState.OK}
    assert len({reading.scores for reading in readings}) == 1
