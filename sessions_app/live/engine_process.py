"""One spawned process that has an engine, and the thread that talks to it."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from inference import engine_worker

T = TypeVar("T")

_REAPED_WITHIN_S = 1.0


class EngineGone(RuntimeError):
    """The process ended while it was asked something."""


class EngineProcess:
    """Started by making it; ended by `kill` alone, which a stopped one obeys, too."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._link, theirs = spawn.Pipe()
        self._process = spawn.Process(
            target=engine_worker.serve, args=(theirs,), daemon=True
        )
        self._process.start()
        theirs.close()  # so that its end is the end of the link
        # A pipe that nobody reads blocks the writer: never the event loop.
        self._thread = ThreadPoolExecutor(1, "engine")

    async def ask(self, task: Callable[..., T], *arguments: object) -> T:
        """Let it do one thing, after what it was asked before.

        Raises:
            EngineGone: If it ended.
            Exception: What the task raised.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._ask, task, arguments)

    def kill(self) -> None:
        """End it, whatever it does, and leave nothing of it."""
        self._process.kill()
        self._process.join(_REAPED_WITHIN_S)
        self._thread.submit(self._link.close)
        self._thread.shutdown(wait=False)

    def _ask(self, task: Callable[..., T], arguments: tuple[object, ...]) -> T:
        try:
            self._link.send((task, arguments))
            error, result = self._link.recv()
        except (EOFError, OSError) as gone:
            raise EngineGone("ended") from gone
        if error is not None:
            raise error
        answer: T = result
        return answer
