"""The load test of a cluster, through its proxy, with the workers stopped meanwhile."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(600)


@pytest.mark.long
def test_loadtest_measures_the_parts_of_a_cluster_and_how_soon_it_goes_on():
    done = subprocess.run(
        [
            *(sys.executable, "manage.py", "loadtest", "--serve", "cluster"),
            *("--students", "6", "--classes", "2", "--seconds", "12", "--every", "4"),
            *("--stop-workers-after", "3", "--for", "3", "--profile", "--json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)

    assert report["classes"] == 2
    assert report["analysed"] + report["dropped"] == report["sent"]
    assert report["analysed"] > 6
    assert report["went_on_after_s"] < 10
    assert set(report["samples"][0]["rss_mb"]) == {
        *("web", "workers", "housekeeping", "redis", "postgresql", "proxy"),
        "supervisor",
    }
    assert all(ms >= 0 for ms in report["cpu_ms_per_frame"].values())
    assert {"detect", "classify"} <= set(report["ms_by_stage"]["workers"])
    assert "event loop" in report["ms_by_stage"]["web"]
    assert report["redis_commands_processed_per_frame"] > 3  # into a slot, out, back
    assert report["transactions_per_s"] > 1  # each web process reads its roster
    assert all(mb > 1 for mb in report["samples"][-1]["rss_mb"].values())
    assert len(done.stderr.splitlines()) == len(report["samples"])
