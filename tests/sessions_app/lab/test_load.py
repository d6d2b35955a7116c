"""What a load test says of a server, without one; with one: tests/cluster."""

import asyncio
import time
from collections import Counter

import pytest

from fer_platform.local_cluster import LocalCluster
from sessions_app.lab.load import Load, Plan
from sessions_app.lab.load_chart import draw
from sessions_app.lab.load_samples import Sampler, _p99
from sessions_app.lab.processes import _part_of
from sessions_app.lab.tally import Tally

pytestmark = [pytest.mark.long, pytest.mark.real]

METRICS = """\
fer_frames_waiting {waiting}
fer_queued_batches {queued}
fer_loop_lag_seconds_bucket{{le="0.001"}} {low}
fer_loop_lag_seconds_bucket{{le="0.05"}} {all}
fer_loop_lag_seconds_bucket{{le="+Inf"}} {all}
"""


class FakeServer:
    """Web processes that answer from a list; all of it works a little with each look."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.looks = 0

    def metrics(self):
        return self.answers.pop(0)

    def rss_mb_by_part(self):
        return {"web": 200.0, "workers": 300.0}

    def cpu_s_by_part(self):
        self.looks += 1
        return {"web": 1.0 * self.looks, "workers": 3.0 * self.looks}

    def stores(self):
        return {
            "redis_commands_processed": 500 * self.looks,
            "transactions": self.looks,
        }


def told(waiting=0, queued=0, low=0, every=0):
    return METRICS.format(waiting=waiting, queued=queued, low=low, all=every)


def test_a_sample_tells_what_happened_since_the_last_one():
    tally = Tally(answers=Counter(ok=10, dropped=1), latencies_ms=[5.0] * 11)
    server = FakeServer(
        {"8001": told(low=100, every=100), "8002": told(low=100, every=100)},
        {
            "8001": told(waiting=2, queued=7, low=200, every=200),
            "8002": told(waiting=1, queued=5, low=150, every=200),
        },
    )
    take_sample = Sampler(tally, server)
    take_sample(0.0)
    tally.answers.update(ok=40, no_face=10, dropped=3)
    tally.latencies_ms += [20.0] * 53

    sample = take_sample(10.0)

    assert sample == {
        "at_s": 10.0,
        "analysed_per_s": 5.0,
        "dropped": 3,
        "latency_ms": {"p50": 20.0, "p95": 20.0, "p99": 20.0},
        "loop_lag_ms": 50.0,  # of the process that is worse off
        "waiting": 3,
        "queued": 7,
        "rss_mb": {"web": 200.0, "workers": 300.0},
    }


def test_a_web_process_that_does_not_answer_ends_no_measurement():
    take_sample = Sampler(Tally(), FakeServer({"8001": told(low=5, every=5)}, {}))
    take_sample(0.0)

    sample = take_sample(10.0)

    assert sample["loop_lag_ms"] is None
    assert sample["queued"] == 0


def test_nobody_was_late_where_nothing_was_counted():
    assert _p99({}, {}) is None
    assert _p99({1.0: 7, 5.0: 9}, {1.0: 7, 5.0: 9}) is None


def test_every_process_of_a_cluster_is_counted_to_its_part(tmp_path):
    parts = {
        program.name: _part_of(tuple(map(str, program.command)))
        for program in LocalCluster(tmp_path, port=8000).programs()
    }

    assert parts == {
        "proxy": "proxy",
        "web-1": "web",
        "web-2": "web",
        "inference-1": "workers",
        "inference-2": "workers",
        "housekeeper": "housekeeping",
        "beat": "housekeeping",
        "database": "postgresql",
        "redis": "redis",
        "live-redis": "redis",
    }


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("redis-server 127.0.0.1:6379", "redis"),
        ("postgres: checkpointer ", None),  # as its parent
        (
            "-c from multiprocessing.spawn import spawn_main --multiprocessing-fork",
            "workers",
        ),
        ("-c from multiprocessing.resource_tracker import main;main(15)", None),
    ],
)
def test_a_title_tells_a_part_or_nothing(title, part):
    assert _part_of((title,)) == part


class Recorder:
    """A student that answers itself, and keeps when it was asked to send."""

    def __init__(self, load):
        self.load = load

    async def send(self, next_frame, *, interval_s, until):
        assert next_frame().startswith(b"frame")
        while time.monotonic() < until:
            self.load._tally.sent += 1
            self.load._tally.note_answer("ok", 0.01)
            await asyncio.sleep(interval_s)


async def test_a_load_is_sampled_at_its_start_once_settled_steadily_and_at_its_end():
    plan = Plan(students=2, seconds=0.6, interval_s=0.05, sample_every_s=0.15)
    seen = []
    load = Load(plan, [b"frame"], on_sample=seen.append)

    report = await load._send([Recorder(load), Recorder(load)])

    assert [sample["at_s"] for sample in seen] == [0.0, 0.2, 0.3, 0.5, 0.6]
    assert report["sent"] == report["analysed"] == load._tally.sent
    assert report["latency_ms"] == {"p50": 10.0, "p95": 10.0, "p99": 10.0}


async def test_a_load_tells_what_a_frame_costs_each_part():
    plan = Plan(students=1, seconds=0.3, interval_s=0.1)
    server = FakeServer(*[{"8001": told(low=5, every=5)}] * 3)
    load = Load(plan, [b"frame"], server=server)

    report = await load._send([Recorder(load)])

    frames = report["analysed"]
    assert report["cpu_ms_per_frame"] == {
        "web": round(1000 / frames, 2),
        "workers": round(3000 / frames, 2),
    }
    assert report["redis_commands_processed_per_frame"] == round(500 / frames, 1)
    assert report["transactions_per_s"] == pytest.approx(1 / report["seconds"], rel=0.3)
    assert report["frame_bytes"] == 5


def test_samples_become_a_picture(tmp_path):
    tally = Tally()
    take_sample = Sampler(tally, FakeServer(*[{"8001": told(low=5, every=5)}] * 3))
    samples = []
    for minute in range(3):
        tally.note_answer("ok", 0.02)
        samples.append(take_sample(60.0 * minute))

    draw(samples, tmp_path / "soak.png")

    assert (tmp_path / "soak.png").read_bytes().startswith(b"\x89PNG")
