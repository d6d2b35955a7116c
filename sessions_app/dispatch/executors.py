"""Where a batch is analysed: a local pool here, Celery workers in a cluster."""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from typing import Any, Protocol, TypeVar

from inference import worker
from inference.contracts import Reading, ReadingWithBox

logger = logging.getLogger(__name__)

T = TypeVar("T")


class BatchLost(RuntimeError):
    """The engine that held a batch is gone; its readings will never come."""


class BatchExecutor(Protocol):
    def backlog(self) -> int:
        """Batches handed over and not finished, those given up on included."""

    def is_cut_off(self) -> bool:
        """Whether no still can be read now, whoever sends it."""

    async def read(self, jpegs: Sequence[bytes]) -> list[Reading]:
        """Analyse one batch.

        Raises:
            BatchLost: If the worker that had it died.
        """

    async def look(self, jpeg: bytes) -> ReadingWithBox:
        """Analyse one still of the public demo, with the place of its face.

        A batch of its own, counted by `backlog` like any other. The caller may be
        cancelled when it gives up.

        Raises:
            BatchLost: If the worker that had it died.
        """

    async def start(self) -> None:
        """Load the engine everywhere; return once it can answer."""

    async def close(self) -> None: ...


def default_pool_size() -> int:
    """All cores but one, which the event loop keeps."""
    return max(1, (os.cpu_count() or 2) - 1)


class PoolExecutor:
    """The engine in a local pool of spawned processes, or of threads."""

    def __init__(self, *, size: int, threads: bool = False) -> None:
        self._size = size
        self._threads = threads
        self._pool = self._new_pool()
        self._unfinished: set[Future[Any]] = set()

    def backlog(self) -> int:
        return len(self._unfinished)

    def is_cut_off(self) -> bool:
        return False  # a pool that broke is replaced at once

    async def start(self) -> None:
        """Load the engine in every worker.

        Raises:
            inference.artefact.ArtefactRefused: If the model must not be served.
        """
        ready = [self._pool.submit(worker.ready) for _ in range(self._size)]
        await asyncio.gather(*map(asyncio.wrap_future, ready))

    async def read(self, jpegs: Sequence[bytes]) -> list[Reading]:
        return await self._done(worker.read_batch, list(jpegs))

    async def look(self, jpeg: bytes) -> ReadingWithBox:
        return await self._done(worker.look, jpeg)

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _done(self, task: Callable[..., T], stills: bytes | list[bytes]) -> T:
        pool = self._pool
        try:
            work = pool.submit(task, stills)
            self._unfinished.add(work)
            work.add_done_callback(self._unfinished.discard)
            # Shielded, since giving up on a batch must not cancel one that runs:
            # `backlog` counts it until the worker is really free.
            return await asyncio.shield(asyncio.wrap_future(work))
        except BrokenExecutor as error:
            self._replace(pool)
            raise BatchLost(str(error)) from error
        except Exception as error:
            logger.exception("The engine failed on a batch")
            raise BatchLost(str(error)) from error

    def _replace(self, broken: Executor) -> None:
        if self._pool is broken:
            logger.error("An inference worker died; starting the pool anew")
            broken.shutdown(wait=False)
            self._pool = self._new_pool()

    def _new_pool(self) -> Executor:
        if self._threads:
            return ThreadPoolExecutor(self._size, "inference", worker.start, (0,))
        return ProcessPoolExecutor(
            self._size,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=worker.start,
        )
