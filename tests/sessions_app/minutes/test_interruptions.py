import inspect
from pathlib import Path
from uuid import uuid4

import pytest

from sessions_app.enums import Inference, MinuteStatus, Purpose, SessionState
from sessions_app.minutes.interruptions import (
    Interruption,
    InterruptionWatch,
    PlatformIssue,
)
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.running_session import RunningSession

pytestmark = pytest.mark.real

CLASS = uuid4()
SOURCES = Path(inspect.getfile(Interruption)).parents[1]


def running(**changes):
    known = {
        "id": CLASS,
        "state": SessionState.LIVE,
        "expression_on": True,
        "pulse_on": True,
        "frame_interval_ms": 2000,
        "started_at": 0.0,
        "window_s": 60,
        "closed_through": -1,
        "inference": Inference.SERVER,
    }
    return RunningSession(**known | changes)


@pytest.mark.parametrize("reason", Interruption)
def test_every_reason_interrupts_a_signal_and_tells_a_dashboard(reason):
    store = MemoryStore()

    store.note_interruption(CLASS, 4, reason)

    assert store.read(CLASS, 4).interrupted == set(reason.signals) != set()
    assert reason.issue in PlatformIssue


def test_only_a_missing_engine_leaves_the_pulse_its_numbers():
    spared = [reason for reason in Interruption if Purpose.PULSE not in reason.signals]

    assert spared == [Interruption.ENGINE_AWAY]


@pytest.mark.parametrize("reason", Interruption)
def test_every_reason_is_noticed_somewhere(reason):
    using = [
        source
        for source in SOURCES.rglob("*.py")
        if f"Interruption.{reason.name}" in source.read_text()
    ]

    assert using, "a reason that nobody notices explains nothing"


def test_the_words_of_rows_and_dashboards_stay_as_they_were_stored_and_sent():
    assert MinuteStatus.INTERRUPTED == "interrupted"
    assert PlatformIssue.values == ["cut_off", "store", "database"]


def test_what_happened_before_a_reading_is_told_once():
    watch = InterruptionWatch(None, Interruption.REDIS_LOST_DATA)

    [first] = watch.with_database({CLASS: running()}, now=130.0)

    assert first == (CLASS, 2, Interruption.REDIS_LOST_DATA)
    assert watch.with_database({CLASS: running()}, now=131.0) == []


@pytest.mark.parametrize(("now", "minutes"), [(2.0, []), (40.0, [0]), (130.0, [2])])
def test_it_interrupts_lessons_that_ran_by_then_also_their_first_minute(now, minutes):
    watch = InterruptionWatch(None, Interruption.SERVER_STARTED)

    found = watch.with_database({CLASS: running()}, now=now)

    assert [each.minute for each in found] == minutes


def test_while_the_database_is_away_every_minute_that_begins_is_interrupted():
    watch = InterruptionWatch(None, None)

    found = watch.without_database({CLASS: running()}, now=130.0)
    found += watch.without_database({}, now=190.0)
    found += watch.with_database({CLASS: running()}, now=250.0)

    away = Interruption.DATABASE_AWAY
    assert found == [(CLASS, 2, away), (CLASS, 3, away), (CLASS, 4, away)]
