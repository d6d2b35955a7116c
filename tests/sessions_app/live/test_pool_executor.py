"""The local pool with real processes: they answer, die, hang, and are replaced."""

import asyncio
import multiprocessing
import os
import signal
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from inference import engine_worker
from inference.artefact import ArtefactRefused
from inference.contracts import FrameState
from inference.engine_config import EngineConfig
from sessions_app.live import pool_executor
from sessions_app.live.executors import BatchLost
from sessions_app.live.pool_executor import PoolExecutor
from tests.inference.frames import ASTRONAUT_JPEG

pytestmark = pytest.mark.real

SOON_S = 60  # to load an engine on a machine that does much else


def wait_without_the_loop(condition):
    deadline = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@asynccontextmanager
async def pool(size=1, config=None):
    made = PoolExecutor(size=size, config=config)
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def started(size=1):
    async with pool(size) as made:
        await made.start()
        yield made


def process_ids():
    return {process.pid for process in multiprocessing.active_children()}


def is_gone(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


async def until(condition, within_s=SOON_S):
    looks = int(within_s / 0.05)
    for _ in range(looks):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {within_s} s")


async def is_read(made):
    [reading] = await made.read([ASTRONAUT_JPEG])
    return reading.state is FrameState.OK


async def test_all_processes_read_at_the_same_time():
    async with started(size=2) as made:
        answers = [asyncio.create_task(is_read(made)) for _ in range(8)]
        await asyncio.sleep(0)
        assert made.backlog() == 8
        assert await asyncio.gather(*answers) == [True] * 8
        assert made.backlog() == 0

    assert process_ids() == set()


async def test_a_process_has_its_next_job_before_the_loop_hears_of_the_last(tmp_path):
    """Or it would wait for a busy event loop after each batch."""
    files = [tmp_path / "first", tmp_path / "second"]
    async with started() as made:
        jobs = [asyncio.create_task(made._done(Path.touch, file)) for file in files]
        for _ in range(10):  # turns of the loop, enough to hand both over
            await asyncio.sleep(0)
        wait_without_the_loop(files[-1].exists)
        await asyncio.gather(*jobs)


async def test_one_who_gives_up_frees_no_process_that_is_busy():
    async with started() as made:
        [process_id] = process_ids()
        os.kill(process_id, signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(made.read_with_box(ASTRONAUT_JPEG), 0.1)
        assert made.backlog() == 1
        os.kill(process_id, signal.SIGCONT)
        await until(lambda: made.backlog() == 0)


async def test_a_killed_process_is_replaced_and_its_batch_lost():
    async with started() as made:
        [killed] = process_ids()
        os.kill(killed, signal.SIGSTOP)  # so that it surely has the batch
        batch = asyncio.create_task(made.read([ASTRONAUT_JPEG]))
        await asyncio.sleep(0.2)
        os.kill(killed, signal.SIGKILL)

        with pytest.raises(BatchLost):
            await batch
        assert await asyncio.wait_for(is_read(made), SOON_S)


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.parametrize("batches", [[], [[ASTRONAUT_JPEG] * 30]])
async def test_a_hung_process_is_ended_and_replaced(batches):
    """Also one that nobody asks, and one that is asked for more than a pipe holds."""
    async with started() as made:
        [hung] = process_ids()
        os.kill(hung, signal.SIGSTOP)
        work = [asyncio.create_task(made.read(batch)) for batch in batches]

        await until(made.is_interrupted, within_s=made.notices_within_s + 10)
        await until(lambda: is_gone(hung))
        await until(lambda: not made.is_interrupted())

        assert await is_read(made)
        lost = await asyncio.gather(*work, return_exceptions=True)
        assert [type(each) for each in lost] == [BatchLost] * len(batches)


@pytest.mark.long
@pytest.mark.alone
async def test_with_one_of_two_hung_the_other_reads_on():
    async with started(size=2) as made:
        hung, other = process_ids()
        os.kill(hung, signal.SIGSTOP)
        lost = 0
        async with asyncio.timeout(SOON_S):
            while not is_gone(hung):
                try:
                    assert await is_read(made)
                except BatchLost:
                    lost += 1
                assert not made.is_interrupted()
                await asyncio.sleep(0.1)

        assert lost <= 1
        assert other in process_ids()


async def test_one_that_hangs_while_it_loads_is_replaced(monkeypatch):
    monkeypatch.setattr(pool_executor, "LOADS_WITHIN_CHECKS", 3)
    async with pool() as made:
        starting = asyncio.create_task(made.start())
        await until(process_ids)
        [hung] = process_ids()
        os.kill(hung, signal.SIGSTOP)
        await until(made.is_interrupted)
        monkeypatch.setattr(pool_executor, "LOADS_WITHIN_CHECKS", 60)

        await asyncio.wait_for(starting, SOON_S)

        assert is_gone(hung)
        assert await is_read(made)


async def test_a_pool_ends_while_a_process_hangs():
    async with started():
        [hung] = process_ids()
        os.kill(hung, signal.SIGSTOP)

    assert is_gone(hung)


async def test_a_pool_says_why_it_cannot_start(tmp_path):
    config = EngineConfig(artefact=str(tmp_path))

    async with pool(size=2, config=config) as made:
        with pytest.raises(ArtefactRefused, match="no artefact in"):
            await made.start()


async def test_a_fault_of_the_engine_is_told_and_ends_no_process(caplog):
    async with started() as made:
        before = process_ids()
        with pytest.raises(BatchLost):
            await made._done(engine_worker.read_batch, [None])
        assert "The engine failed on a batch" in caplog.text
        assert await is_read(made)
        assert process_ids() == before
