"""`manage.py doctor`, asked beside the housekeeper of a whole cluster, as an operator asks it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from inference.cluster.watchdog import BEAT, sign_key
from tests.cluster.topology import ROOT, until

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),  # where this one starts the cluster
]

SETTLES_WITHIN_S = 60
FORGOTTEN_WITHIN_S = 60
# Nobody listens where mails go, and the rules are a demo's.
LEFT_OUT = ("--skip", "mail", "--skip", "policy")


def doctor(platform):
    """What it says is at fault, and its remedy, by name; and its exit code."""
    given = Path(f"/proc/{platform.pid('housekeeper')}/environ").read_text()
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json", *LEFT_OUT],
        cwd=ROOT,
        env=dict(pair.split("=", 1) for pair in given.split("\0") if pair),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)["findings"]
    assert {"workers", "beat", "redis clock", "live_redis"} <= {
        each["name"] for each in found
    }
    faults = {
        each["name"]: (each["says"], each["remedy"])
        for each in found
        if each["state"] == "fault"
    }
    return faults, done.returncode


def test_a_cluster_that_is_well_has_no_fault_and_a_clock_that_stopped_is_named(
    platform,
):
    # Its web processes look for workers once a second, while all of it still starts.
    until(lambda: doctor(platform) == ({}, 0), within_s=SETTLES_WITHIN_S)

    platform.stop_parts("beat")
    try:
        with platform.redis("redis") as broker:
            until(
                lambda: not broker.exists(sign_key(BEAT)), within_s=FORGOTTEN_WITHIN_S
            )
        faults, code = doctor(platform)
    finally:
        platform.start_parts("beat")

    assert set(faults) == {"beat"}
    says, remedy = faults["beat"]
    assert says.startswith("It is silent")
    assert remedy.startswith("Start it")
    assert code == 1
