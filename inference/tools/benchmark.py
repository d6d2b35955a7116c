"""How fast the engine reads a folder of frames, step by step and on all cores."""

import multiprocessing
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from inference.engine import Engine, load_engine
from inference.tools.on_disk import files_below
from inference.tools.peers import Peer

ROUNDS = 10  # the figures are medians over this many rounds
ROUND_S = 0.5
PEER_ROUND_S = 2.0  # they are slow: fewer seconds would hold too few frames
JPEG_QUALITY = 70


class Stopwatch:
    """Collects how long each step took; an engine's `StepTimer`."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step].append(time.perf_counter() - start)

    def in_ms(self) -> dict[str, dict[str, float]]:
        """Median, p10 and p95 of each step, in milliseconds."""
        return {step: _spread(times) for step, times in self.seconds.items()}


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured."""

    frames: Sequence[bytes]  # JPEGs
    processes: int = os.cpu_count() or 1
    peers: Mapping[str, Peer] = field(
        default_factory=dict
    )  # by name, measured beside it

    def run(self) -> dict[str, Any]:
        """Measure, and return figures that can be stored as JSON.

        Keys: `frames`, `states` (how many frames ended as what), `one_thread`,
        `all_cores`, `stages_ms`, and `peers`: of each its `frames_per_s` on one thread
        and `ratio_p10`, by how much ours is faster in nine rounds of ten.
        """
        watch = Stopwatch()
        engine = load_engine(watch=watch)
        states = Counter(each.state.value for each in engine.read(self.frames))
        watch.seconds.clear()
        ours, theirs = self._rounds(engine)
        return {
            "frames": len(self.frames),
            "states": dict(states),
            "one_thread": {"frames_per_s": _median(ours)},
            "stages_ms": watch.in_ms(),
            "all_cores": {
                "frames_per_s": round(self._all_cores(), 1),
                "processes": self.processes,
            },
            "peers": {name: _beside(ours, speeds) for name, speeds in theirs.items()},
        }

    def _rounds(self, engine: Engine) -> tuple[list[float], dict[str, list[float]]]:
        """Frames/s of ours and of each peer, in turns: all meet the same weather."""
        frames = cycle(self.frames)
        of_peer = {name: cycle(self.frames) for name in self.peers}
        ours: list[float] = []
        theirs: dict[str, list[float]] = {name: [] for name in self.peers}
        for _ in range(ROUNDS):
            ours.append(_speed(lambda jpeg: engine.read([jpeg]), frames, ROUND_S))
            for name, peer in self.peers.items():
                speed = _speed(peer.read, of_peer[name], PEER_ROUND_S)
                theirs[name].append(speed)
        return ours, theirs

    def _all_cores(self) -> float:
        """Frames/s of one engine per process, all reading at the same time."""
        spawn = multiprocessing.get_context("spawn")
        together = spawn.Barrier(self.processes)
        with ProcessPoolExecutor(
            self.processes,
            mp_context=spawn,
            initializer=_keep,
            initargs=(together,),
        ) as pool:
            shares = [
                pool.submit(_read_together, self.frames) for _ in range(self.processes)
            ]
            return sum(share.result() for share in shares)


def load_frames(folder: Path, size: tuple[int, int] | None = None) -> list[bytes]:
    """Read a folder's JPEGs, in the order of their names.

    Args:
        folder: Its `.jpg` and `.jpeg` files are read, those in folders below, too.
        size: Width and height to which each is brought first, black around it, as
            a camera would send it; None takes the files as they are.

    Raises:
        ValueError: If there is none, or one cannot be brought to a size.
    """
    paths = [p for p in files_below(folder) if p.suffix.lower() in {".jpg", ".jpeg"}]
    if not paths:
        raise ValueError(f"There is no JPEG in {folder}.")
    files = [path.read_bytes() for path in paths]
    if size is None:
        return files
    return [_resized(file, path, size) for file, path in zip(files, paths, strict=True)]


def _resized(file: bytes, path: Path, size: tuple[int, int]) -> bytes:
    image = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"{path} is not a picture that OpenCV reads.")
    height, width = image.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    frame = np.zeros((size[1], size[0], 3), np.uint8)
    frame[top : top + inner[1], left : left + inner[0]] = cv2.resize(
        image, inner, interpolation=cv2.INTER_AREA
    )
    coded = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    return coded.tobytes()


def _speed(
    read: Callable[[bytes], object], frames: Iterator[bytes], seconds: float
) -> float:
    """Frames/s of a function that is called for some seconds, at least once."""
    start, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - start < seconds:
        read(next(frames))
        count += 1
    return count / (time.perf_counter() - start)


def _keep(together: Barrier) -> None:
    """Initialise a process of the pool; a barrier travels in no other way."""
    global _together
    _together = together


def _read_together(frames: Sequence[bytes]) -> float:
    """Frames/s of this process's engine, started when all others are ready."""
    engine = load_engine()
    _together.wait(timeout=60)
    turns = cycle(frames)
    return _speed(lambda jpeg: engine.read([jpeg]), turns, ROUNDS * ROUND_S)


_together: Barrier


def _beside(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    ratio = float(np.percentile(np.divide(ours, theirs), 10))
    return {"frames_per_s": _median(theirs), "ratio_p10": round(ratio, 1)}


def _median(values: Sequence[float]) -> float:
    return round(float(np.median(values)), 1)


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    p10, median, p95 = 1000 * np.percentile(seconds, [10, 50, 95])
    return {
        "median": round(float(median), 3),
        "p10": round(float(p10), 3),
        "p95": round(float(p95), 3),
    }
