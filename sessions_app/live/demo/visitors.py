"""Frames of the public demo: one at a time, and only while no class needs the engine."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from inference.contracts import Reading
from sessions_app.live.credit import TIMEOUT_S
from sessions_app.live.executors import BatchExecutor, BatchLost
from sessions_app.live.protocol import DROPPED


@dataclass(frozen=True, slots=True, eq=False)
class VisitorFrame:
    """One frame of a visitor, who is nobody: no class, no participant, no minute."""

    received_at: float  # seconds, monotonic clock
    jpeg: bytes = field(repr=False)
    answer: Callable[[Reading], None] = field(repr=False)


class VisitorLane:
    """The lane beside the mailbox: the newest frame of each visitor, behind every class.

    It spends no credit, since it sends only what the engine would otherwise stand
    still for; so a class waits for one frame of a visitor at most.
    """

    def __init__(
        self,
        executor: BatchExecutor,
        *,
        is_free: Callable[[], bool],
        wake: Callable[[], None],
    ) -> None:
        self._executor = executor
        self._is_free = is_free
        self._wake = wake
        self._waiting: dict[UUID, VisitorFrame] = {}
        self._reading: asyncio.Task[None] | None = None

    def submit(self, visitor: UUID, frame: VisitorFrame) -> None:
        """Leave a frame; the visitor's unread one is dropped, its place in line kept."""
        replaced = self._waiting.get(visitor)
        self._waiting[visitor] = frame
        if replaced is not None:
            replaced.answer(DROPPED)
        self._wake()

    def withdraw(self, visitor: UUID) -> None:
        """Forget a visitor's waiting frame: they went away."""
        self._waiting.pop(visitor, None)

    def step(self, *, now: float) -> None:
        """Give up on what waited too long, then read one frame if nobody else waits."""
        for visitor, frame in list(self._waiting.items()):
            if now - frame.received_at > TIMEOUT_S:
                del self._waiting[visitor]
                frame.answer(DROPPED)
        busy = self._reading and not self._reading.done()
        if self._waiting and not busy and self._is_free():
            first = next(iter(self._waiting))
            self._reading = asyncio.create_task(self._read(self._waiting.pop(first)))

    async def _read(self, frame: VisitorFrame) -> None:
        try:
            reading: Reading = await asyncio.wait_for(
                self._executor.read_with_box(frame.jpeg), TIMEOUT_S
            )
        except (BatchLost, TimeoutError):
            reading = DROPPED
        finally:
            asyncio.get_running_loop().call_soon(self._wake)  # once this task is done
        frame.answer(reading)
