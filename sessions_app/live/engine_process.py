"""One spawned process that has an engine, and the thread that talks to it.

`pool_executor` replaces one that ends or hangs.
"""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

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
        self._sender = ThreadPoolExecutor(1, "to-engine")
        self._receiver = ThreadPoolExecutor(1, "from-engine")

    def ask(self, task: Callable[..., T], *arguments: object) -> asyncio.Future[T]:
        """Let it do one thing, after what it was asked before.

        What is asked while it is busy waits in its pipe, so that it goes on by itself.

        Raises:
            EngineGone: If it ended.
            Exception: What the task raised.
        """
        sent = self._sender.submit(self._link.send, (task, arguments))
        loop = asyncio.get_running_loop()
        answer = loop.run_in_executor(self._receiver, self._answer, sent)
        # Who asked may have given up on the whole process: no fault.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        return answer

    def kill(self) -> None:
        """End it, whatever it does, and leave nothing of it."""
        self._process.kill()
        self._process.join(_REAPED_WITHIN_S)
        self._sender.shutdown(wait=False)
        self._receiver.submit(self._link.close)
        self._receiver.shutdown(wait=False)

    def _answer(self, sent: Future[None]) -> Any:
        """The next answer, which is that to the oldest question without one."""
        try:
            sent.result()
            error, result = self._link.recv()
        except (EOFError, OSError) as gone:
            raise EngineGone("ended") from gone
        if error is not None:
            raise error
        return result
