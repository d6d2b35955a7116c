from uuid import uuid4

import numpy as np

from inference.contracts import FrameState, Reading
from sessions_app.open_minute import LiveStats, MemoryStore

SESSION, ALICE, BOB = uuid4(), uuid4(), uuid4()
HAPPY = Reading(FrameState.OK, scores=(0, 0, 0, 0.9, 0, 0, 0.1), faces=1)
CALM = Reading(FrameState.OK, scores=(0, 0, 0, 0.2, 0, 0, 0.8), faces=1)
NO_FACE = Reading(FrameState.NO_FACE)


def test_readings_become_sums_of_a_person_and_a_minute():
    store = MemoryStore()
    for reading in (HAPPY, CALM, NO_FACE):
        store.add(SESSION, 3, ALICE, reading)

    sums = store.read(SESSION, 3).people[ALICE]

    assert (sums.frames, sums.faces) == (3, 2)
    np.testing.assert_allclose(sums.scores, [0, 0, 0, 1.1, 0, 0, 0.9])
    np.testing.assert_array_equal(sums.arg_max, [0, 0, 0, 1, 0, 0, 1])
    assert sums.max_score == 1.7000000000000002


def test_dropped_and_rejected_frames_leave_nothing():
    store = MemoryStore()
    for state in (FrameState.DROPPED, FrameState.REJECTED):
        store.add(SESSION, 0, ALICE, Reading(state))

    assert store.open_minutes(SESSION) == []


def test_reading_a_minute_keeps_it_and_dropping_deletes_it():
    store = MemoryStore()
    store.add(SESSION, 0, ALICE, HAPPY)

    assert store.read(SESSION, 0) == store.read(SESSION, 0)
    store.drop(SESSION, 0)

    assert store.read(SESSION, 0).people == {}
    assert store.open_minutes(SESSION) == []


def test_forgetting_deletes_a_persons_sums_in_every_open_minute_and_nobody_elses():
    store = MemoryStore()
    for minute in (0, 1):
        store.add(SESSION, minute, ALICE, HAPPY)
        store.add(SESSION, minute, BOB, CALM)

    store.forget_readings(SESSION, ALICE)

    assert [set(store.read(SESSION, m).people) for m in (0, 1)] == [{BOB}, {BOB}]


def test_the_last_tap_of_five_minutes_is_the_vote():
    store = MemoryStore()
    store.tap(SESSION, ALICE, "lost")
    store.tap(SESSION, ALICE, "ok")
    store.tap(SESSION, BOB, "too_fast")

    assert store.votes(SESSION, ago_s=0) == {ALICE: "ok", BOB: "too_fast"}
    assert store.votes(SESSION, ago_s=10) == {}
    store.forget_vote(SESSION, ALICE)
    assert store.votes(SESSION, ago_s=0) == {BOB: "too_fast"}


def test_votes_are_those_of_the_minutes_end_not_of_later_taps(monkeypatch):
    now = 1000.0
    monkeypatch.setattr("sessions_app.open_minute.time.monotonic", lambda: now)
    store = MemoryStore()
    store.tap(SESSION, ALICE, "lost")
    now = 1010.0
    store.tap(SESSION, ALICE, "ok")

    assert store.votes(SESSION, ago_s=5) == {ALICE: "lost"}
    now = 1306.0
    assert store.votes(SESSION, ago_s=0) == {ALICE: "ok"}
    now = 1311.0
    assert store.votes(SESSION, ago_s=0) == {}


def test_stats_tell_age_drops_and_lag_and_start_empty(monkeypatch):
    now = 50.0
    monkeypatch.setattr("sessions_app.open_minute.time.monotonic", lambda: now)
    store = MemoryStore()
    assert store.stats(SESSION) == LiveStats(None, 0, None)

    store.note_present(SESSION, 0, {ALICE})
    store.note_dropped(SESSION)
    now = 100.0
    store.note_dropped(SESSION)
    store.note_recorded(SESSION, 0.02)
    now = 111.0

    assert store.stats(SESSION) == LiveStats(11.0, 1, 20.0)


def test_what_comes_too_late_does_not_bring_back_a_closed_minute():
    store = MemoryStore()
    store.add(SESSION, 0, ALICE, HAPPY)
    store.drop(SESSION, 0)

    store.add(SESSION, 0, ALICE, HAPPY)
    store.note_present(SESSION, 0, {ALICE})

    assert store.open_minutes(SESSION) == []


def test_a_session_that_is_over_is_not_brought_back_by_a_late_drop():
    store = MemoryStore()
    store.note_present(SESSION, 0, {ALICE})
    store.drop_session(SESSION)

    store.note_dropped(SESSION)

    assert store.stats(SESSION) == LiveStats(None, 0, None)


def test_only_a_minute_that_holds_something_is_marked_as_interrupted():
    store = MemoryStore()
    store.note_interrupted(SESSION, 0)
    store.note_present(SESSION, 1, {ALICE})
    store.note_interrupted(SESSION, 1)
    store.note_interrupted(SESSION, 2)

    assert store.open_minutes(SESSION) == [1]
    assert store.read(SESSION, 1).interrupted
