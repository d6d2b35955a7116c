"""The engine in processes of this machine, each of which is replaced when it ends or hangs."""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from inference import engine_worker
from inference.contracts import Reading, ReadingWithBox
from inference.engine_config import EngineConfig
from sessions_app.live import metrics
from sessions_app.live.engine_process import EngineGone, EngineProcess
from sessions_app.live.executors import BatchLost

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Checks, not seconds: what was frozen together with its server does not hang.
CHECKS_EVERY_S = 1.0
INTERRUPTED_AFTER_CHECKS = 3  # older batches were given up anyhow
HANGS_AFTER_CHECKS = 6
_ASKED_AT_ONCE = 2  # the next batch is there before a busy event loop hears of the last
LOADS_WITHIN_CHECKS = 60  # many times what it takes, since busy machines are slow


def default_pool_size() -> int:
    """All cores but one, which the event loop keeps."""
    return max(1, (os.cpu_count() or 2) - 1)


class EngineHangs(EngineGone):
    """The process lives and does nothing."""


@dataclass(eq=False)
class _Job:
    task: Callable[..., Any]
    arguments: tuple[object, ...] = ()
    answer: asyncio.Future[Any] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def fail(self, error: Exception) -> None:
        lost = BatchLost(str(error))
        lost.__cause__ = error
        self.answer.set_exception(lost)
        self.answer.exception()  # the caller may have given up: no fault


class PoolExecutor:
    """The engine in local processes, each with a keeper that replaces it.

    A free process takes the next job. One that has none is asked once a second whether
    it is ready: the sign of life is work done, not a process that runs.
    """

    notices_within_s = (INTERRUPTED_AFTER_CHECKS + 2) * CHECKS_EVERY_S

    def __init__(self, *, size: int, config: EngineConfig | None = None) -> None:
        self._config = config
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._unfinished: set[_Job] = set()
        self._silent_checks = [0] * size  # by place
        self._keepers: list[asyncio.Task[None]] = []

    def backlog(self) -> int:
        return len(self._unfinished)

    def is_interrupted(self) -> bool:
        return min(self._silent_checks) >= INTERRUPTED_AFTER_CHECKS

    async def start(self) -> None:
        """Load the engine in every process; one that hangs at it is replaced.

        Raises:
            inference.artefact.ArtefactRefused: If the model must not be served.
            EngineGone: If a process ended instead.
        """
        loop = asyncio.get_running_loop()
        loaded = [loop.create_future() for _ in self._silent_checks]
        self._keepers = [
            asyncio.create_task(self._keep(place, first))
            for place, first in enumerate(loaded)
        ]
        await asyncio.gather(*loaded)

    async def read(self, jpegs: Sequence[bytes]) -> list[Reading]:
        return await self._done(engine_worker.read_batch, list(jpegs))

    async def read_with_box(self, jpeg: bytes) -> ReadingWithBox:
        return await self._done(engine_worker.read_with_box, jpeg)

    async def close(self) -> None:
        """End every process, also one that hangs."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def _done(self, task: Callable[..., T], frames: bytes | list[bytes]) -> T:
        job = _Job(task, (frames,))
        self._unfinished.add(job)
        job.answer.add_done_callback(lambda _: self._unfinished.discard(job))
        self._jobs.put_nowait(job)
        # Shielded, since giving up on a batch must not cancel one that runs:
        # `backlog` counts it until the process is really free.
        done: T = await asyncio.shield(job.answer)
        return done

    # --- one place of the pool ----------------------------------------------------

    async def _keep(self, place: int, loaded: asyncio.Future[None]) -> None:
        """Have a process at a place until cancelled; `loaded` is about the first one."""
        while True:
            engine = EngineProcess()
            try:
                await self._work(place, engine, loaded)
            except Exception as error:  # noqa: BLE001 -- told, and tried again
                if not loaded.done() and not isinstance(error, EngineHangs):
                    loaded.set_exception(error)
                    return
                _tell(error)
            finally:
                engine.kill()
            await asyncio.sleep(CHECKS_EVERY_S if self.is_interrupted() else 0)

    async def _work(
        self, place: int, engine: EngineProcess, loaded: asyncio.Future[None]
    ) -> None:
        """Load the engine, then do what is asked for, until the process is gone."""
        ready = engine.ask(engine_worker.ready, self._config)
        await self._answer(place, ready, within_checks=LOADS_WITHIN_CHECKS)
        if not loaded.done():
            loaded.set_result(None)
        asked: deque[tuple[_Job, asyncio.Future[Any]]] = deque()
        try:
            while True:
                if not asked:
                    asked.append(_ask(engine, await self._next_job()))
                while len(asked) < _ASKED_AT_ONCE and not self._jobs.empty():
                    asked.append(_ask(engine, self._jobs.get_nowait()))
                await self._settle(place, *asked[0])
                asked.popleft()
        except EngineGone as error:
            for job, _ in asked:
                job.fail(error)
            raise

    async def _settle(self, place: int, job: _Job, answer: asyncio.Future[Any]) -> None:
        try:
            job.answer.set_result(await self._answer(place, answer))
        except EngineGone:
            raise
        except Exception as error:
            logger.exception("The engine failed on a batch")
            job.fail(error)

    async def _next_job(self) -> _Job:
        """What waits, or after a second without anything a question without effect."""
        try:
            return await asyncio.wait_for(self._jobs.get(), CHECKS_EVERY_S)
        except TimeoutError:
            return _Job(engine_worker.ready)

    async def _answer(
        self,
        place: int,
        answer: asyncio.Future[T],
        *,
        within_checks: int = HANGS_AFTER_CHECKS,
    ) -> T:
        for _ in range(within_checks):
            if (await asyncio.wait([answer], timeout=CHECKS_EVERY_S))[0]:
                result = answer.result()
                self._silent_checks[place] = 0
                return result
            self._silent_checks[place] += 1
        raise EngineHangs(f"answered nothing for {within_checks} s")


def _ask(engine: EngineProcess, job: _Job) -> tuple[_Job, asyncio.Future[Any]]:
    return job, engine.ask(job.task, *job.arguments)


def _tell(error: Exception) -> None:
    """Say why a process is replaced."""
    if not isinstance(error, EngineGone):
        logger.error("An inference worker cannot load the engine", exc_info=error)
    why = "hangs" if isinstance(error, EngineHangs) else "ended"
    metrics.ENGINES_REPLACED.labels(why).inc()
    logger.error("An inference worker %s; another one takes its place", error)
