"""Take waiting frames as batches while there is credit, and settle every one."""

import asyncio
import logging
import time
from collections.abc import Callable
from uuid import UUID

from inference.contracts import FrameState, Reading
from sessions_app.live import metrics
from sessions_app.live.credit import Credit
from sessions_app.live.demo.visitors import VisitorLane
from sessions_app.live.executors import BatchExecutor, BatchLost
from sessions_app.live.mailbox import Mailbox, Ticket
from sessions_app.live.protocol import DROPPED

logger = logging.getLogger(__name__)

# Older ones are answered `dropped`. Browsers wait two seconds for their answer, so what
# left the mailbox later than this would be read for nobody, and so would all that queues
# behind it: an engine asked for twice what it can do would answer next to nothing.
WAITS_S = 1.0
_CHECKS_EVERY_S = 0.25  # so that timeouts and probes come even when nothing else does


class Dispatcher:
    """One per web process. Nothing queues behind it but the mailbox."""

    def __init__(
        self,
        *,
        executor: BatchExecutor,
        credit: Credit,
        record: Callable[[Ticket, Reading], None],
        note_dropped: Callable[[], None],
        batch_size: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._mailbox = Mailbox()
        self._executor = executor
        self._credit = credit
        self._record = record
        self._note_dropped = note_dropped
        self._batch_size = batch_size
        self._clock = clock
        self._wake = asyncio.Event()
        self._batches: dict[int, list[Ticket]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.visitors = VisitorLane(
            executor, is_free=self._is_free, wake=self._wake.set
        )

    @property
    def waiting(self) -> int:
        """Frames in the mailbox."""
        return len(self._mailbox)

    def submit(self, ticket: Ticket) -> None:
        """Leave a frame for the engine; the student's unread one is dropped."""
        if replaced := self._mailbox.put(ticket):
            self._drop(replaced, "overtaken")
        self._wake.set()

    def withdraw(self, session: UUID, participant: UUID) -> None:
        """Drop a student's waiting frame without a word to anyone else."""
        self._mailbox.discard(session, participant)

    async def run(self) -> None:
        """Send batches until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self.step()
            self._wake.clear()
            next_check = loop.call_later(_CHECKS_EVERY_S, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                next_check.cancel()

    def step(self) -> None:
        """Give up on what took too long, then send what credit allows."""
        now = self._clock()
        for batch_id in self._credit.expire(now=now):
            for ticket in self._batches.pop(batch_id, ()):
                self._drop(ticket, "timeout")
        while self.waiting and self._credit.has_any(
            now=now, backlog=self._executor.backlog()
        ):
            if batch := self._next_batch(now):
                self._send(batch, now)
        self.visitors.step(now=now)
        metrics.WAITING.set(self.waiting)
        metrics.CREDIT.set(self._credit.window)

    def _is_free(self) -> bool:
        """Whether no class has anything for the engine, nor the engine anything left."""
        sent = self.waiting or self._credit.in_flight
        return not sent and self._executor.backlog() == 0

    def _next_batch(self, now: float) -> list[Ticket]:
        """A full one as long as there are frames: half a batch costs nearly a whole."""
        batch: list[Ticket] = []
        while self.waiting and len(batch) < self._batch_size:
            missing = self._batch_size - len(batch)
            batch += self._fresh(self._mailbox.take(missing), now)
        return batch

    def _fresh(self, tickets: list[Ticket], now: float) -> list[Ticket]:
        """Drop what waited so long that its answer would come too late."""
        stale = [t for t in tickets if now - t.received_at > WAITS_S]
        for ticket in stale:
            self._drop(ticket, "stale")
        return [t for t in tickets if not t.answered]

    def _send(self, batch: list[Ticket], now: float) -> None:
        batch_id = self._credit.spend(now=now)
        self._batches[batch_id] = batch
        metrics.BATCH_SIZE.observe(len(batch))
        for ticket in batch:
            metrics.WAITED.observe(now - ticket.received_at)
        task = asyncio.create_task(self._follow(batch_id, batch, now))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, batch_id: int, batch: list[Ticket], sent_at: float) -> None:
        try:
            readings = await self._executor.read([ticket.jpeg for ticket in batch])
        except BatchLost:
            self._credit.lose(batch_id)
            for ticket in self._batches.pop(batch_id, ()):
                self._drop(ticket, "lost")
            return
        finally:
            self._wake.set()
        came_back_at = self._clock()
        metrics.WITH_ENGINE.observe(came_back_at - sent_at)
        self._batches.pop(batch_id, None)
        if not self._credit.give_back(batch_id, now=came_back_at):
            metrics.LATE.inc(len(batch))
        for ticket, reading in zip(batch, readings, strict=True):
            ticket.jpeg = b""
            if reading.state is FrameState.DROPPED:
                self._drop(ticket, "too old for the worker")
            else:
                self._record(ticket, reading)
        metrics.RECORDING.observe(self._clock() - came_back_at)

    def _drop(self, ticket: Ticket, why: str) -> None:
        if ticket.settle(DROPPED):
            metrics.DROPPED.labels(why).inc()
            self._note_dropped()
