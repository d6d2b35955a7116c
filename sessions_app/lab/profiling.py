"""Where a server's time goes on a frame's way, sampled by py-spy."""

import contextlib
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sessions_app.lab.processes import Process
from sessions_app.lab.server_process import Served

_RATE = 97  # samples a second; a prime number, since servers do things every 20 ms
_ENDS_WITHIN_S = 30

# The innermost of these functions in a sample's stack says what it was for.
_STAGES = {
    "SafeWebsocketConsumer.tell": "answer: JSON, socket",
    "AsyncioSelectorReactor._readOrWrite": "socket: bytes to messages",
    "FrameConsumer.": "consumer: may you?",
    "StudentConsumer.": "consumer: may you?",
    "AsyncConsumer.__call__": "Channels: message to consumer",
    "Dispatcher.": "dispatcher and mailbox",
    "LivePath.submit": "dispatcher and mailbox",
    "LivePath.record": "record: consent, sums",
    "WriteBuffer.": "sums to the live Redis",
    "PoolExecutor.": "batch to the pool and back",
    "EngineProcess.": "batch to the pool and back",
    "Slots.put": "frames into slots",
    "CeleryExecutor._publish": "task to Celery",
    "Celery.send_task": "task to Celery",
    "CeleryExecutor.": "readings back",
    "Ticker.": "once a second: roster, peers",
    "load_roster": "once a second: roster, peers",
    "Peers.": "once a second: roster, peers",
    "convert_exception_to_response": "pages and health checks",
    "beat (sessions_app": "event loop",
    "BaseEventLoop._run_once": "event loop",
    "decode (inference": "decode",
    "BlazeFace.": "detect",
    "cut (inference": "align",
    "Engine._classify": "classify",
    "Engine.": "engine: what is between",
    "BatchHandler._take": "frames from slots",
    "BatchHandler._reply": "readings to the list",
    "serve (inference": "pool: messages",
    "asynloop": "Celery",
    "Worker.workloop": "Celery",
}
# Threads that only wait, which py-spy cannot always tell from busy ones.
_IDLE = (
    "_epoll.poll",
    "_PollLikeSelector.select",
    "Watchdog._run",
    "Connection._recv ",
)
_OTHER = "other"

Profile = dict[str, Counter[str]]  # samples by part and stage


class NoProfiler(RuntimeError):
    """py-spy is not installed."""


@contextlib.contextmanager
def profiled(server: Served) -> Iterator[Profile]:
    """Sample web processes and workers while the block runs.

    Yields:
        The samples; filled once the block has ended.

    Raises:
        NoProfiler: If there is no py-spy.
    """
    py_spy = shutil.which("py-spy")
    if py_spy is None:
        raise NoProfiler("py-spy is missing; it comes with the dev group.")
    samples: Profile = {}
    looked_at = [p for p in server.processes() if p.part in {"web", "workers"}]
    with tempfile.TemporaryDirectory(prefix="fer-profile-") as folder:
        spies = [_spy(py_spy, process, Path(folder)) for process in looked_at]
        try:
            yield samples
        finally:
            for spy in spies:
                spy.send_signal(signal.SIGINT)  # as a person ends it
            for spy in spies:
                spy.wait(timeout=_ENDS_WITHIN_S)
        for process in looked_at:
            found = _stages(Path(folder) / str(process.id))
            samples.setdefault(process.part, Counter()).update(found)


def _spy(py_spy: str, process: Process, folder: Path) -> "subprocess.Popen[bytes]":
    """Watch one process; of Python code alone, but of the engine's libraries, too."""
    options = ["--rate", str(_RATE), "--format", "raw", "--duration", "unlimited"]
    options += [] if process.part == "workers" else ["--gil"]
    where = ["--pid", str(process.id), "--output", str(folder / str(process.id))]
    return subprocess.Popen(
        [py_spy, "record", *options, *where],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _stages(recorded: Path) -> Counter[str]:
    """Count samples by stage; a line is a stack, outermost first, and a number."""
    counts: Counter[str] = Counter()
    for line in recorded.read_text().splitlines() if recorded.exists() else ():
        stack, _, number = line.rpartition(" ")
        frames = stack.split(";")
        if not any(frames[-1].startswith(idle) for idle in _IDLE):
            counts[stage_of(frames)] += int(number)
    return counts


def stage_of(frames: list[str]) -> str:
    """What a stack was for."""
    for frame in reversed(frames):
        for function, stage in _STAGES.items():
            if frame.startswith(function):
                return stage
    return _OTHER
