"""The engine behind a pool or a Celery task: loaded once where the work is done.

Importing this module is cheap; the process that only hands work over never loads
OpenCV or LiteRT.
"""

import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from inference.artefact import load_artefact
from inference.contracts import Reading, ReadingWithBox

if TYPE_CHECKING:
    from inference.engine import Engine

# A LiteRT network must not be shared between threads, so each thread of a thread
# pool has its own; a process has one.
_own = threading.local()


def start(nice: int = 10) -> None:
    """Initialise a pool's worker: let the event loop's process go first.

    Nothing is loaded here, since a pool reports an initialiser's error only as
    "broken"; `ready` loads and says what is wrong.
    """
    os.nice(nice)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def ready() -> None:
    """Load the engine, prove it and warm it up; returns once it can answer.

    Raises:
        ArtefactRefused: If the network must not be served.
        ModelFileMissing: If a detector's file is absent or not the one we know.
        ValueError: If the configuration names no detector.
    """
    _engine()


def artefact_hash() -> str:
    """Which artefact the engine is made from: the SHA-256 of its card."""
    from inference.engine import EngineConfig  # noqa: PLC0415 -- slow import

    return load_artefact(EngineConfig.from_env().artefact).hash


def read_batch(jpegs: list[bytes]) -> list[Reading]:
    """Read stills; see `Engine.read`. Loads the engine if nobody did before."""
    return _engine().read(jpegs)


def look(jpeg: bytes) -> ReadingWithBox:
    """Read one still and keep where the face was; see `Engine.look`."""
    return _engine().look(jpeg)


def _end_with(parent: BaseProcess) -> None:
    """End this worker when its server is gone, which would leave it waiting for ever."""
    parent.join()
    os._exit(0)


def _engine() -> "Engine":
    if not hasattr(_own, "engine"):
        from inference.engine import load_engine  # noqa: PLC0415 -- slow import

        _own.engine = load_engine()
    engine: Engine = _own.engine
    return engine
