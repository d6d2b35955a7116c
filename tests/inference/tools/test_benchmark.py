import json
import subprocess
import sys
import time

import pytest

from inference.decoding import check_header
from inference.tools import benchmark
from inference.tools.benchmark import Bench, Stopwatch, load_frames
from tests.inference.frames import ASTRONAUT_JPEG, EMPTY_JPEG


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.jpg").write_bytes(ASTRONAUT_JPEG)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b.JPEG").write_bytes(EMPTY_JPEG)
    (tmp_path / "notes.txt").write_text("no frame")
    return tmp_path


def test_a_folder_s_jpegs_are_taken_as_they_are(folder):
    assert load_frames(folder) == [ASTRONAUT_JPEG, EMPTY_JPEG]


def test_frames_can_be_brought_to_the_camera_s_size(folder):
    frames = load_frames(folder, size=(160, 160))

    assert [check_header(frame) for frame in frames] == [(160, 160)] * 2


def test_a_folder_without_a_jpeg_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no JPEG"):
        load_frames(tmp_path)


def test_a_stopwatch_tells_the_spread_of_every_step():
    watch = Stopwatch()
    watch.seconds["decode"] = [0.001, 0.002, 0.003]

    assert watch.in_ms() == {"decode": {"median": 2.0, "p10": 1.2, "p95": 2.9}}


def test_a_bench_tells_speed_steps_and_what_became_of_the_frames(monkeypatch):
    monkeypatch.setattr(benchmark, "ROUND_S", 0.05)

    results = Bench([ASTRONAUT_JPEG, EMPTY_JPEG, b"no frame"], processes=2).run()

    assert results["states"] == {"ok": 1, "no_face": 1, "rejected": 1}
    assert results["one_thread"]["frames_per_s"] > 0
    assert results["all_cores"]["frames_per_s"] > 0
    assert list(results["stages_ms"]) == ["decode", "detect", "align", "classify"]
    assert results["peers"] == {}


class SlowPeer:
    """Reads a frame in ten milliseconds, and keeps what it was given."""

    trained = True

    def __init__(self):
        self.frames = []

    def read(self, jpeg):
        self.frames.append(jpeg)
        time.sleep(0.01)


def test_a_peer_reads_the_same_frames_in_turns(monkeypatch):
    monkeypatch.setattr(benchmark, "ROUND_S", 0.05)
    monkeypatch.setattr(benchmark, "PEER_ROUND_S", 0.001)
    peer = SlowPeer()

    results = Bench([ASTRONAUT_JPEG, EMPTY_JPEG], processes=1, peers={"slow": peer})
    figures = results.run()["peers"]["slow"]

    assert peer.frames == [ASTRONAUT_JPEG, EMPTY_JPEG] * (benchmark.ROUNDS // 2)
    assert 0 < figures["frames_per_s"] <= 100
    assert figures["ratio_p10"] > 0


@pytest.mark.long
def test_a_bench_with_the_original_tells_how_much_slower_it_is(folder):
    """In a process of its own: TensorFlow takes its threads once a process."""
    code = (
        "import json; from pathlib import Path; from inference.tools import benchmark;"
        "from inference.tools.peers import PEERS;"
        "benchmark.ROUND_S = benchmark.PEER_ROUND_S = 0.05;"
        f"frames = benchmark.load_frames(Path({str(folder)!r}))[:1];"
        "peers = {'original': PEERS['original']()};"
        "bench = benchmark.Bench(frames, processes=1, peers=peers);"
        "print(json.dumps(bench.run()))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    results = json.loads(done.stdout.splitlines()[-1])
    assert results["peers"]["original"]["frames_per_s"] > 0
    assert results["peers"]["original"]["ratio_p10"] > 1
