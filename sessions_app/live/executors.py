"""What analyses a batch: `pool_executor` in one process, `cluster/celery_executor` in a cluster."""

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings

from inference.contracts import Reading, ReadingWithBox
from sessions_app.enums import Inference
from sessions_app.minutes.interruptions import EngineStatus


class BatchLost(RuntimeError):
    """The engine that held a batch is gone; its readings will never come."""


class BatchExecutor(EngineStatus, Protocol):
    def backlog(self) -> int:
        """Batches handed over and not finished, those given up on included."""

    async def read(self, jpegs: Sequence[bytes]) -> list[Reading]:
        """Analyse one batch.

        Raises:
            BatchLost: If the worker that had it died.
        """

    async def read_with_box(self, jpeg: bytes) -> ReadingWithBox:
        """Analyse one frame of the public demo, with the place of its face.

        A batch of its own, counted by `backlog` like any other. The caller may be
        cancelled when it gives up.

        Raises:
            BatchLost: If the worker that had it died.
        """

    async def start(self) -> None:
        """Load the engine everywhere; return once it can answer."""

    async def close(self) -> None: ...


def engine_is_needed() -> bool:
    """Whether camera pictures are ever read on the server."""
    on_server = Inference(settings.FER_INFERENCE).allows(Inference.SERVER)
    return settings.FER_EMOTION_INFERENCE and on_server
