"""The engine as a Celery task: names of slots in, readings to the list that asked.

A worker process knows two addresses, an artefact and nothing else: no database, no
session, no person.
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import cast

from celery import shared_task
from redis import Redis, RedisError

from inference import engine_worker
from inference.cluster.log_throttle import ThrottledLogger
from inference.cluster.messages import (
    MOST_REPLIES,
    REFUSED,
    REPLIES_TTL_MS,
    SLOT_TTL_MS,
    TASK,
    BatchReply,
    BatchRequest,
    Malformed,
    pack_reply,
    parse_request,
)
from inference.contracts import FrameState, Reading

_TIME_LIMIT_S = 10  # a process that is this late with one batch is killed and replaced
_SLOT_GONE = Reading(FrameState.DROPPED)

throttled = ThrottledLogger(logging.getLogger(__name__))


class BatchHandler:
    """Where one worker process takes batches in and hands readings out."""

    def __init__(
        self,
        live: Redis,
        *,
        model: str,
        read: Callable[[list[bytes]], Sequence[Reading]] = engine_worker.read_batch,
        read_with_box: Callable[[bytes], Reading] = engine_worker.read_with_box,
    ) -> None:
        self._live = live
        self._model = model
        self._read = read
        self._read_with_box = read_with_box

    def serve(self, args: Sequence[object]) -> None:
        """Do one task; whatever is wrong with it is counted and never raised."""
        try:
            self._serve(args)
        except RedisError as error:
            throttled.warn("The live Redis does not answer; a batch is lost", error)

    def _serve(self, args: Sequence[object]) -> None:
        try:
            request = parse_request(args)
        except Malformed as error:
            self._refuse("malformed task", error)
        else:
            self._answer(request)

    def _answer(self, request: BatchRequest) -> None:
        if request.model != self._model:
            detail = (
                f"asked for {request.model[:12]}, this worker has {self._model[:12]}"
            )
            self._refuse("another model", detail)
            self._reply(request, BatchReply(request.batch, refused="another model"))
            return
        frames, waited_ms = self._take(request.slots)
        started = time.perf_counter()
        try:
            readings = self._readings(frames, with_box=request.with_box)
        except Exception:  # whatever it is, the batch must not wait for its timeout
            logging.getLogger(__name__).exception("The engine failed on a batch")
            self._reply(request, BatchReply(request.batch, refused="the engine failed"))
            return
        engine_ms = (time.perf_counter() - started) * 1000
        self._reply(
            request, BatchReply(request.batch, readings, "", waited_ms, engine_ms)
        )

    def _take(self, slots: Sequence[str]) -> tuple[list[bytes | None], int]:
        """Empty the slots; None where one is gone. And how long they had waited, in ms."""
        with self._live.pipeline(transaction=False) as pipe:
            pipe.pttl(slots[0])
            pipe.mget(slots)
            pipe.unlink(*slots)
            left_ms, frames, _ = pipe.execute()
        return frames, SLOT_TTL_MS - max(0, left_ms)

    def _readings(self, frames: list[bytes | None], *, with_box: bool) -> list[Reading]:
        there = [frame for frame in frames if frame is not None]
        if with_box:
            return [self._read_with_box(frame) for frame in there] or [_SLOT_GONE]
        readings = iter(self._read(there) if there else ())
        return [_SLOT_GONE if frame is None else next(readings) for frame in frames]

    def _reply(self, request: BatchRequest, reply: BatchReply) -> None:
        with self._live.pipeline(transaction=False) as pipe:
            pipe.rpush(request.replies, pack_reply(reply))
            pipe.ltrim(request.replies, -MOST_REPLIES, -1)
            pipe.pexpire(request.replies, REPLIES_TTL_MS)
            pipe.execute()

    def _refuse(self, reason: str, detail: object) -> None:
        throttled.warn(f"Refused a task: {reason}", detail)
        self._live.hincrby(REFUSED, reason, 1)


_handler: BatchHandler | None = None


def use_handler(handler: BatchHandler) -> None:
    """Make a handler this process's own, before its first task."""
    global _handler
    _handler = handler


@shared_task(name=TASK, ignore_result=True, time_limit=_TIME_LIMIT_S)
def read(*args: object, **kwargs: object) -> None:
    """Read one batch; the arguments are those of `inference.cluster.messages.BatchRequest`."""
    cast(BatchHandler, _handler).serve(args)
