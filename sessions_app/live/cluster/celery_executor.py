"""Batches to Celery workers and readings back, through two Redis; none keeps a frame."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar, cast

from celery import Celery
from django.conf import settings
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError
from redis import RedisError

from inference.artefact import load_calibration
from inference.cluster.log_throttle import ThrottledLogger
from inference.cluster.messages import (
    QUEUE,
    REFUSED,
    TASK,
    BatchReply,
    BatchRequest,
    Malformed,
    unpack_reply,
)
from inference.cluster.redis_client import FOR_BATCHES, connect_async, require
from inference.cluster.watchdog import SIGN_STANDS_S, sign_key
from inference.contracts import Reading, ReadingWithBox
from sessions_app.live import metrics
from sessions_app.live.cluster.frame_slots import Slots
from sessions_app.live.executors import BatchLost

logger = logging.getLogger(__name__)
throttled = ThrottledLogger(logger)

T = TypeVar("T", bound=Reading)

# The slots are gone after three seconds; a worker that had them is done a second later.
LOST_AFTER_S = 4.0
PUBLISHED_WITHIN_S = 1.5
_CHECKS_EVERY_S = 1.0
_INTERRUPTED_AFTER_CHECKS = 2  # one may fail where the machine is busy
_TRIES_EVERY_S = 0.2
# More tasks of all web processes wait only where no worker takes any.
_STANDS_STILL = 64


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """Where the parts are that a web process hands batches to."""

    app: Celery
    broker_url: str
    live_url: str
    model: str  # hash of the artefact that the minutes will be said to come from


class CeleryExecutor:
    """The engine behind the queue `inference`; nothing waits here without a bound.

    A Redis that is away, a worker that died, a queue that stands still: in all these
    cases batches are lost, within seconds, and the dispatcher's credit shrinks.
    """

    # What the last worker said stands for five seconds, and two checks find it gone.
    notices_within_s = SIGN_STANDS_S + _INTERRUPTED_AFTER_CHECKS * _CHECKS_EVERY_S

    def __init__(self, cluster: ClusterConfig) -> None:
        self._cluster = cluster
        self._live = connect_async(cluster.live_url, FOR_BATCHES, tries=2)
        self._broker = connect_async(cluster.broker_url, FOR_BATCHES, tries=2)
        # One try: a cut connection is the news that slots and replies are lost.
        self._listening = connect_async(cluster.live_url, FOR_BATCHES, tries=1)
        self._slots = Slots(self._live)
        self._replies = f"replies:{secrets.token_hex(16)}"
        # Celery publishes by blocking, so it has a thread of its own, and one only.
        self._publisher = ThreadPoolExecutor(1, "publisher")
        self._awaited: dict[str, asyncio.Future[BatchReply]] = {}
        self._queued = 0
        self._checks_in_vain = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False  # asked by the tasks: a cancelled call may not end one

    def backlog(self) -> int:
        """This process's batches; and everybody's, once none is being taken."""
        stands_still = self._queued >= _STANDS_STILL
        return max(len(self._awaited), self._queued if stands_still else 0)

    def is_interrupted(self) -> bool:
        """Whether a Redis is away, or no worker says that it works."""
        return self._checks_in_vain >= _INTERRUPTED_AFTER_CHECKS

    async def start(self) -> None:
        """Make sure of both Redis. Workers may come later: frames are dropped until then.

        Raises:
            inference.cluster.redis_away.RedisAway: If one of them does not answer.
        """
        cluster = self._cluster
        await asyncio.to_thread(require, "FER_REDIS_URL", cluster.broker_url)
        await asyncio.to_thread(require, "FER_LIVE_REDIS_URL", cluster.live_url)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._publisher, self._warm_up)
        self._tasks = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._check_queue()),
        ]

    async def read(self, jpegs: Sequence[bytes]) -> list[Reading]:
        return await self._ask(jpegs, Reading)

    async def read_with_box(self, jpeg: bytes) -> ReadingWithBox:
        [reading] = await self._ask([jpeg], ReadingWithBox, with_box=True)
        return reading

    async def close(self) -> None:
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._publisher.shutdown(wait=False, cancel_futures=True)
        for client in (self._live, self._broker, self._listening):
            await client.aclose()

    # --- out ----------------------------------------------------------------------

    async def _ask(
        self, jpegs: Sequence[bytes], kind: type[T], *, with_box: bool = False
    ) -> list[T]:
        batch = secrets.token_hex(16)
        reply = self._await_reply(batch)
        try:
            slots = await self._slots.put(jpegs)
            request = BatchRequest(
                batch, slots, self._replies, self._cluster.model, with_box
            )
            await asyncio.wait_for(self._publish(request), PUBLISHED_WITHIN_S)
        except (RedisError, OperationalError, OSError) as error:  # or a timeout
            self._lose(batch, f"not sent: {error}")
        # Shielded, since giving up on a batch does not take it from its worker.
        readings = (await asyncio.shield(reply)).readings
        if len(readings) != len(jpegs) or not all(
            isinstance(r, kind) for r in readings
        ):
            metrics.REPLIES.labels("malformed").inc()
            raise BatchLost(f"{len(readings)} readings of {len(jpegs)} frames")
        return cast(list[T], list(readings))

    async def _publish(self, request: BatchRequest) -> None:
        send = partial(
            self._cluster.app.send_task,
            TASK,
            args=request.as_args(),
            argsrepr=f"({len(request.slots)} slots)",
            kwargsrepr="{}",
            ignore_result=True,
            retry=False,
        )
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._publisher, send)

    def _warm_up(self) -> None:
        """Load what Celery loads on first use, which takes longer than a batch may."""
        with self._cluster.app.producer_pool.acquire(block=True) as producer:
            producer.channel  # noqa: B018 -- connects

    def _await_reply(self, batch: str) -> asyncio.Future[BatchReply]:
        loop = asyncio.get_running_loop()
        reply = self._awaited[batch] = loop.create_future()
        # One whose asker was cancelled is an error that nobody fetches, and no fault.
        reply.add_done_callback(lambda done: done.exception())
        loop.call_later(LOST_AFTER_S, self._lose, batch, "no reply")
        return reply

    def _lose(self, batch: str, why: str) -> None:
        if reply := self._awaited.pop(batch, None):
            reply.set_exception(BatchLost(why))

    # --- back ---------------------------------------------------------------------

    async def _listen(self) -> None:
        """Take replies until closed; a Redis that comes back is found again."""
        while not self._closed:
            try:
                popped = await self._listening.blpop([self._replies], timeout=1)
            except RedisError as error:
                throttled.warn("The live Redis does not answer", error)
                for batch in list(self._awaited):
                    self._lose(batch, "the live Redis is away, and the slots with it")
                await asyncio.sleep(_TRIES_EVERY_S)
            else:
                if popped is not None:
                    self._take(cast(bytes, popped[1]))

    def _take(self, packed: bytes) -> None:
        try:
            reply = unpack_reply(packed)
        except Malformed as error:
            throttled.warn("A reply could not be unpacked", error)
            metrics.REPLIES.labels("malformed").inc()
            return
        if reply.batch not in self._awaited:
            throttled.warn("A reply came for a batch long gone")
            metrics.REPLIES.labels("stray").inc()
        elif reply.refused:
            throttled.warn("A worker refused a batch", reply.refused)
            metrics.REPLIES.labels("refused").inc()
            self._lose(reply.batch, reply.refused)
        else:
            metrics.REPLIES.labels("taken").inc()
            metrics.QUEUE_AGE.observe(reply.waited_ms / 1000)
            metrics.ENGINE.observe(reply.engine_ms / 1000)
            self._awaited.pop(reply.batch).set_result(reply)

    async def _check_queue(self) -> None:
        """Once a second until closed: who works, what waits, what workers refused."""
        while not self._closed:
            try:
                self._queued = await self._broker.llen(QUEUE)
                refused = await self._live.hgetall(REFUSED)
                works = await self._live.exists(sign_key(QUEUE))
            except RedisError as error:
                throttled.warn("The queue cannot be seen", error)
                self._checks_in_vain += 1
            else:
                self._checks_in_vain = 0 if works else self._checks_in_vain + 1
                metrics.QUEUED.set(self._queued)
                for reason, count in refused.items():
                    metrics.REFUSED.labels(cast(bytes, reason).decode()).set(int(count))
            await asyncio.sleep(_CHECKS_EVERY_S)


def cluster_executor() -> CeleryExecutor:
    """The executor that the settings describe.

    Raises:
        inference.artefact.ArtefactRefused: If the artefact's calibration is not there.
    """
    return CeleryExecutor(
        ClusterConfig(
            app=import_string(settings.CELERY_APP),
            broker_url=settings.FER_REDIS_URL,
            live_url=settings.FER_LIVE_REDIS_URL,
            model=load_calibration(settings.FER_ARTEFACT).artefact_hash,
        )
    )
