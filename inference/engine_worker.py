"""The engine behind a pool or a Celery task: loaded once where the work is done.

Importing this module is cheap; the process that only hands work over never loads
OpenCV or LiteRT.
"""

import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from inference.artefact import load_artefact
from inference.contracts import Reading, ReadingWithBox
from inference.engine_config import EngineConfig

if TYPE_CHECKING:
    from inference.engine import Engine

Order = tuple[Callable[..., object], tuple[object, ...]]  # a task and its arguments
Outcome = tuple[Exception | None, object]  # what the task raised, or what it returned

_PR_SET_PDEATHSIG = 1  # Linux's prctl(2)

# A LiteRT network must not be shared between threads, so each thread of a thread
# pool has its own; a process has one.
_own = threading.local()


def leave_no_core() -> None:
    """Let a crash write no copy of this process's memory, and the frames in it, to a disk.

    What it starts from now on leaves none either.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def start(nice: int = 10) -> None:
    """Initialise a pool's worker: let the event loop's process go first.

    Nothing is loaded here, since a pool reports an initialiser's error only as
    "broken"; `ready` loads and says what is wrong.
    """
    leave_no_core()
    os.nice(nice)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def serve(link: "Connection[Outcome, Order]") -> None:
    """Do what a server asks over a link, one thing after another, until it is gone."""
    _end_with_parent_even_if_stopped()
    start()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            task, arguments = link.recv()
            link.send(_outcome(task, arguments))


def ready(config: EngineConfig | None = None) -> None:
    """Load the engine, prove it and warm it up; returns once it can answer.

    Args:
        config: Which parts; does nothing more once an engine is loaded.

    Raises:
        ArtefactRefused: If the network must not be served.
        ModelFileMissing: If a detector's file is absent or not the one we know.
        ValueError: If the configuration names no detector.
    """
    _engine(config)


def artefact_hash(name: str) -> str:
    """The SHA-256 of an artefact's card, which tells it from every other."""
    return load_artefact(name).hash


def read_batch(jpegs: list[bytes]) -> list[Reading]:
    """Read frames; see `Engine.read`. Loads the engine if nobody did before."""
    return _engine().read(jpegs)


def read_with_box(jpeg: bytes) -> ReadingWithBox:
    """Read one frame and keep where the face was; see `Engine.read_with_box`."""
    return _engine().read_with_box(jpeg)


def _outcome(task: Callable[..., object], arguments: tuple[object, ...]) -> Outcome:
    try:
        return None, task(*arguments)
    except Exception as error:  # noqa: BLE001 -- raised again where it was asked for
        error.add_note(traceback.format_exc())
        return error, None


def _end_with_parent_even_if_stopped() -> None:
    """Let Linux do it: what is stopped cannot look after its parent itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_with(parent: BaseProcess) -> None:
    """End this worker when its server is gone, which would leave it waiting for ever."""
    parent.join()
    os._exit(0)


def _engine(config: EngineConfig | None = None) -> "Engine":
    if not hasattr(_own, "engine"):
        from inference.engine import load_engine  # noqa: PLC0415 -- slow import

        _own.engine = load_engine(config)
    engine: Engine = _own.engine
    return engine
