"""What dies, freezes, restarts or forgets under a class of forty; the class goes on.

After each fault: within ten seconds every student's frames are read again, without
anyone's action; the minutes are all there once, and those closed before are as they
were; nothing grew; and the dashboard had said what was going on.
"""

import time
from pathlib import Path

import pytest

from sessions_app.minutes.interruptions import PlatformIssue
from tests.cluster.live_class import STUDENTS
from tests.cluster.topology import WEB, WINDOW_S, WORKERS, until

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),  # the first one starts the cluster
]

GOES_ON_WITHIN_S = 10
SETTLES_WITHIN_S = 120  # restarted workers load their engine; a busy machine takes long
CLOSES_WITHIN_S = 15  # of a minute's end, with its grace
# Of the class, in the whole minute after a fault. On a machine that does much else a few
# send too little in it.
MOST = 0.5
ROUGHLY = 15  # students by which a released count may be too low: noise, and its step
[FAKETIME, *_] = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")


class Fault:
    """One fault, from before it to the whole minute after it."""

    def __init__(self, platform, room):
        self._platform, self._room = platform, room

    def __enter__(self):
        """Wait until all is well, so that what follows comes of this fault."""
        until(self._is_well, within_s=SETTLES_WITHIN_S)
        self._kept = self._room.minutes()
        self.began_at = time.monotonic()
        self.ended_at = None
        return self

    def ends(self):
        """Now, where that is later than its cause."""
        self.ended_at = time.monotonic()

    def __exit__(self, error, *rest):
        if error is not None:
            return
        room = self._room
        since = self.ended_at or self.began_at
        until(lambda: room.read_since(since) == STUDENTS, within_s=GOES_ON_WITHIN_S)
        whole = room.minute_now() + 1  # the first one without any of it
        until(
            lambda: room.closed_through() >= whole,
            within_s=2 * WINDOW_S + CLOSES_WITHIN_S,
        )
        self._each_minute_is_there_once(whole)

    def _is_well(self):
        room, now = self._room, time.monotonic()
        return (
            all(map(self._platform.is_ready, WEB))
            and self._platform.workers_work()
            and room.read_since(now - 5) == STUDENTS
            and [m["status"] for m in room.minutes()[-1:]] == ["released"]
        )

    def _each_minute_is_there_once(self, whole):
        minutes = self._room.minutes()
        assert minutes[: len(self._kept)] == self._kept
        assert [m["index"] for m in minutes] == list(range(len(minutes)))
        assert minutes[whole]["status"] == "released"
        assert minutes[whole]["size"] >= STUDENTS * MOST - ROUGHLY
        self.statuses = {m["status"] for m in minutes[len(self._kept) : whole]}
        # Whom a fault kept from sending is no group that was too small.
        assert self.statuses <= {"released", "interrupted"}

    @property
    def issues(self):
        """What the dashboard said ailed the platform, in order."""
        told = self._room.dashboard.since(self.began_at)
        said = [snapshot["trouble"] for snapshot in told if snapshot]
        return [b for a, b in zip(["", *said], said, strict=False) if b and a != b]


@pytest.fixture
def fault(platform, live_class):
    return Fault(platform, live_class)


@pytest.fixture(autouse=True)
def _within_bounds(bounds):
    """Whatever a test does, nothing grew meanwhile."""
    yield
    bounds.check()


def test_a_killed_worker_is_hardly_noticed(fault, platform):
    with fault:
        platform.kill("inference-1")

    assert fault.statuses <= {"released"}
    assert fault.issues == []


def test_a_frozen_worker_is_hardly_noticed(fault, platform):
    with fault:
        platform.freeze("inference-2")
    platform.thaw("inference-2")

    assert fault.statuses <= {"released"}
    assert fault.issues == []


def test_workers_that_are_away_interrupt_the_class_and_nothing_queues(fault, platform):
    with fault:
        platform.stop_parts(*WORKERS)
        time.sleep(20)
        platform.start_parts(*WORKERS)
        until(platform.workers_work, within_s=SETTLES_WITHIN_S)
        fault.ends()

    assert set(fault.issues) == {PlatformIssue.INTERRUPTED}
    assert "interrupted" in fault.statuses


def test_both_redis_restart(fault, platform):
    with fault:
        platform.stop_parts("redis", "live-redis")
        platform.kill("beat")  # so that it has to start without one
        until(
            lambda: "The clock does not start" in platform.log("beat"),
            within_s=SETTLES_WITHIN_S,
        )
        platform.start_parts("redis", "live-redis")
        fault.ends()

    until(
        lambda: platform.pid("beat"), within_s=SETTLES_WITHIN_S
    )  # its supervisor tried again
    assert PlatformIssue.STORE in fault.issues
    assert "interrupted" in fault.statuses


def test_both_redis_lose_all_they_held_while_a_minute_waits_for_its_closing(
    fault, platform, live_class
):
    with fault:
        until(
            lambda: 0.3 < live_class.seconds_into_the_minute() < 1,
            within_s=SETTLES_WITHIN_S,
            every_s=0.1,
        )
        for name in ("redis", "live-redis"):
            with platform.redis(name) as held:
                held.flushall()
        fault.ends()

    assert set(fault.issues) == {PlatformIssue.INTERRUPTED}
    assert "interrupted" in fault.statuses


def test_postgresql_restarts(fault, platform):
    with fault:
        platform.stop_parts("database")
        time.sleep(8)
        platform.start_parts("database")
        until(platform.holds_rows, within_s=SETTLES_WITHIN_S)
        fault.ends()

    assert fault.issues[0] == PlatformIssue.DATABASE
    assert "interrupted" in fault.statuses


def test_a_killed_web_process_loses_its_sockets_to_the_other(
    fault, platform, live_class
):
    [its_dashboard] = [web for web in WEB if platform.sockets(web, "dashboard")]
    with fault:
        platform.kill(its_dashboard)
        [other] = set(WEB) - {its_dashboard}
        until(
            lambda: platform.sockets(other, "student") == STUDENTS,
            within_s=GOES_ON_WITHIN_S,
        )

    told = live_class.dashboard.since(fault.began_at)
    assert None in told  # the page says that it is disconnected ...
    assert told[told.index(None) + 1] is not None  # ... and is back at once
    assert fault.statuses <= {"released"}


def test_a_clock_that_is_set_moves_no_minute(fault, platform, live_class, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("+0")
    _give_own_clock(platform, "web-1", clock)
    until(lambda: platform.is_ready("web-1"), within_s=SETTLES_WITHIN_S)
    platform.supervisor.stopProcess("web-2")  # until nobody can come back to it
    until(
        lambda: platform.sockets("web-1", "student") == STUDENTS,
        within_s=SETTLES_WITHIN_S,
    )
    platform.supervisor.startProcess("web-2")
    until(lambda: platform.is_ready("web-2"), within_s=SETTLES_WITHIN_S)

    with fault:
        for offset in ("+3600", "-86400"):
            clock.write_text(offset)
            time.sleep(5)

    assert platform.sockets("web-1", "student") == STUDENTS
    assert fault.statuses <= {"released"}
    assert fault.issues == []


def test_the_end_closes_the_last_minute_and_leaves_nothing_open(platform, live_class):
    live_class.end()

    until(lambda: live_class.state() == "ended", within_s=SETTLES_WITHIN_S)
    minutes = live_class.minutes()
    assert [m["index"] for m in minutes] == list(range(live_class.closed_through() + 1))
    with platform.redis("live-redis") as live:
        name = f"open:{live_class.id.hex}"
        assert live.keys(f"{name}*") == [name.encode()]  # which says that it is over


def _give_own_clock(platform, name, file):
    """Restart a part whose wall clock, and no other, is that file's."""
    held = platform.configuration()
    section = f"program:{name}"
    own = {
        "LD_PRELOAD": FAKETIME,
        "FAKETIME_TIMESTAMP_FILE": file,
        "FAKETIME_CACHE_DURATION": 1,
        "DONT_FAKE_MONOTONIC": 1,
        "FAKETIME_FORCE_MONOTONIC_FIX": 0,  # or every wait for the GIL would be long
    }
    added = ",".join(f'{key}="{value}"' for key, value in own.items())
    held[section]["environment"] += f",{added}"
    platform.reconfigure(name, held)
