"""One contract for every store: in memory, in the Redis, and through the buffer."""

from uuid import uuid4

import numpy as np
import pytest

from inference.contracts import FrameState, Reading
from sessions_app.enums import Purpose
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.re_entry import rule
from sessions_app.minutes.store import TAKEN_BACK, LiveStats, PersonSums

pytestmark = pytest.mark.real

FIVE = rule(window_s=60, min_group=1, noise=True)
SESSION, OTHER, ALICE, BOB = uuid4(), uuid4(), uuid4(), uuid4()
HAPPY = Reading(FrameState.OK, scores=(0, 0, 0, 0.9, 0, 0, 0.1), faces=1)
CALM = Reading(FrameState.OK, scores=(0, 0, 0, 0.2, 0, 0, 0.8), faces=1)
NO_FACE = Reading(FrameState.NO_FACE)


def test_readings_become_sums_of_a_person_and_a_minute(store):
    for reading in (HAPPY, CALM, NO_FACE):
        store.add(SESSION, 3, ALICE, reading)

    sums = store.read(SESSION, 3).people[ALICE]

    assert (sums.frames, sums.faces) == (3, 2)
    np.testing.assert_allclose(sums.scores, [0, 0, 0, 1.1, 0, 0, 0.9])
    np.testing.assert_array_equal(sums.arg_max, [0, 0, 0, 1, 0, 0, 1])
    assert sums.max_score == pytest.approx(1.7)


def test_sums_grow_also_after_they_were_read(store):
    store.add(SESSION, 0, ALICE, HAPPY)
    assert store.read(SESSION, 0).people[ALICE].faces == 1

    store.add(SESSION, 0, ALICE, CALM)

    sums = store.read(SESSION, 0).people[ALICE]
    assert sums.faces == 2
    np.testing.assert_allclose(sums.scores, [0, 0, 0, 1.1, 0, 0, 0.9])


def test_what_a_device_added_up_counts_as_if_it_had_been_frames(store):
    sums = PersonSums()
    for reading in (HAPPY, NO_FACE, CALM):
        sums.add(reading)
        store.add(SESSION, 2, BOB, reading)
    store.add(SESSION, 2, ALICE, HAPPY)
    store.add(SESSION, 2, BOB, HAPPY)

    for _ in range(2):  # what is handed over stays the caller's
        store.add_sums(SESSION, 1, ALICE, sums)
    store.add_sums(SESSION, 2, ALICE, sums)

    assert store.read(SESSION, 1).people[ALICE].frames == 6
    people = store.read(SESSION, 2).people
    np.testing.assert_allclose(people[ALICE].scores, people[BOB].scores)
    np.testing.assert_array_equal(people[ALICE].arg_max, people[BOB].arg_max)
    assert people[ALICE].max_score == pytest.approx(people[BOB].max_score)
    store.drop(SESSION, 2)
    store.add_sums(SESSION, 2, ALICE, sums)
    assert store.read(SESSION, 2).people == {}


def test_dropped_and_rejected_frames_leave_nothing(store):
    for state in (FrameState.DROPPED, FrameState.REJECTED):
        store.add(SESSION, 0, ALICE, Reading(state))

    assert store.open_minutes(SESSION) == []


def test_reading_a_minute_keeps_it_and_dropping_deletes_it(store):
    store.add(SESSION, 0, ALICE, HAPPY)

    assert set(store.read(SESSION, 0).people) == {ALICE}
    assert set(store.read(SESSION, 0).people) == {ALICE}
    store.drop(SESSION, 0)

    assert store.read(SESSION, 0).people == {}
    assert store.open_minutes(SESSION) == []


def test_somebody_who_left_is_nowhere_any_more(store):
    for person in (ALICE, BOB):
        store.add(SESSION, 0, person, HAPPY)
        store.note_present(SESSION, 0, {person})
        store.tap(SESSION, person, "lost")
    for purpose in Purpose:
        assert admit(store, 0, {ALICE, BOB}, purpose) == {ALICE, BOB}
    store.keep_last(SESSION, 0, {ALICE, BOB}, of={ALICE, BOB})

    store.forget_person(SESSION, ALICE)

    held = store.read(SESSION, 0)
    assert (set(held.people), held.present) == ({BOB}, {BOB})
    assert set(held.last) == {BOB}
    assert set(store.votes(SESSION, ago_s=0)) == {BOB}
    for purpose in Purpose:  # the group stays, but for the one who left
        assert admit(store, 1, {ALICE, BOB}, purpose) == {BOB}


def test_classes_know_nothing_of_each_other(store):
    store.add(SESSION, 0, ALICE, HAPPY)
    store.note_present(OTHER, 0, {BOB})
    store.tap(OTHER, BOB, "ok")

    store.drop_session(OTHER)

    assert store.open_minutes(SESSION) == [0]
    assert (store.open_minutes(OTHER), store.votes(OTHER, ago_s=0)) == ([], {})


def test_forgetting_deletes_a_persons_sums_in_every_open_minute_and_nobody_elses(store):
    for minute in (0, 1):
        store.add(SESSION, minute, ALICE, HAPPY)
        store.add(SESSION, minute, BOB, CALM)
    assert store.open_minutes(SESSION) == [0, 1]
    store.add(SESSION, 1, ALICE, HAPPY)

    store.forget_readings(SESSION, ALICE)

    assert [set(store.read(SESSION, m).people) for m in (0, 1)] == [{BOB}, {BOB}]


def test_who_agrees_again_begins_anew(store):
    store.add(SESSION, 0, ALICE, HAPPY)
    store.forget_readings(SESSION, ALICE)

    store.add(SESSION, 0, ALICE, CALM)

    assert store.read(SESSION, 0).people[ALICE].faces == 1


def test_the_last_tap_of_five_minutes_is_the_vote(store):
    store.tap(SESSION, ALICE, "lost")
    store.tap(SESSION, ALICE, "ok")
    store.tap(SESSION, BOB, "too_fast")

    assert store.votes(SESSION, ago_s=0) == {ALICE: "ok", BOB: "too_fast"}
    assert store.votes(SESSION, ago_s=10) == {}
    store.forget_vote(SESSION, ALICE)
    assert store.votes(SESSION, ago_s=0) == {BOB: "too_fast"}


def test_votes_are_those_of_the_minutes_end_not_of_later_taps(store, clock):
    store.tap(SESSION, ALICE, "lost")
    clock.now += 10
    store.tap(SESSION, ALICE, "ok")

    assert store.votes(SESSION, ago_s=5) == {ALICE: "lost"}
    clock.now += 296
    assert store.votes(SESSION, ago_s=0) == {ALICE: "ok"}
    clock.now += 5
    assert store.votes(SESSION, ago_s=0) == {}


def test_taps_that_no_later_minute_counts_are_let_go(store, clock):
    store.tap(SESSION, ALICE, "lost")
    clock.now += 200
    store.tap(SESSION, ALICE, "ok")
    store.tap(SESSION, BOB, "lost")
    clock.now += 101

    store.let_go(SESSION, 0, ago_s=60)
    assert store.votes(SESSION, ago_s=102) == {ALICE: "lost"}
    store.let_go(SESSION, 1, ago_s=0)
    assert store.votes(SESSION, ago_s=102) == {}
    assert store.votes(SESSION, ago_s=0) == {ALICE: "ok", BOB: "lost"}
    clock.now += 200
    store.let_go(SESSION, 2, ago_s=0)
    assert store.votes(SESSION, ago_s=150) == {}


def test_a_tap_that_is_taken_back_counts_until_then_and_no_longer(store, clock):
    store.tap(SESSION, ALICE, "lost")
    store.tap(SESSION, BOB, "ok")
    clock.now += 10
    store.tap(SESSION, ALICE, TAKEN_BACK)

    assert store.votes(SESSION, ago_s=5) == {ALICE: "lost", BOB: "ok"}
    assert store.votes(SESSION, ago_s=0) == {BOB: "ok"}
    clock.now += 1
    store.tap(SESSION, ALICE, "too_fast")
    assert store.votes(SESSION, ago_s=0) == {ALICE: "too_fast", BOB: "ok"}


def test_of_many_taps_the_last_ones_are_remembered(store, clock):
    for choice in ["lost", *["ok"] * 15, "too_slow"]:
        store.tap(SESSION, ALICE, choice)
        clock.now += 1

    assert store.votes(SESSION, ago_s=0) == {ALICE: "too_slow"}
    assert store.votes(SESSION, ago_s=2) == {ALICE: "ok"}
    assert store.votes(SESSION, ago_s=16.5) == {}  # the first is forgotten


def test_stats_tell_the_newest_minute_that_was_interrupted_until_it_is_closed(store):
    store.note_interruption(SESSION, 3, Interruption.SERVER_STARTED)
    store.note_interruption(SESSION, 4, Interruption.SERVER_STARTED)
    store.note_paused(SESSION, 5)  # which is no outage
    assert store.stats(SESSION) == LiveStats(interrupted=4, paused=5)

    store.drop(SESSION, 4)
    assert store.stats(SESSION) == LiveStats(interrupted=-1, paused=5)

    store.drop(SESSION, 5)
    assert store.stats(SESSION) == LiveStats()


def test_a_store_that_lost_a_session_does_not_know_what_was_closed(store):
    assert not store.forgot(SESSION, -1)  # a session that just began
    assert store.forgot(SESSION, 3)

    store.note_present(SESSION, 4, {ALICE})  # what comes after the loss
    assert store.forgot(SESSION, 3)

    store.drop(SESSION, 4)
    assert not store.forgot(SESSION, 4)


def test_sums_whose_row_was_stored_a_moment_ago_are_not_lost(store):
    """Between a row's commit and the deletion of its sums, both are there."""
    store.note_present(SESSION, 3, {ALICE})

    assert not store.forgot(SESSION, 3)


def test_what_comes_too_late_does_not_bring_back_a_closed_minute(store):
    store.add(SESSION, 0, ALICE, HAPPY)
    store.drop(SESSION, 0)

    store.add(SESSION, 0, ALICE, HAPPY)
    store.note_present(SESSION, 0, {ALICE})
    store.note_interruption(SESSION, 0, Interruption.SERVER_STARTED)
    store.note_paused(SESSION, 0)

    assert store.open_minutes(SESSION) == []
    assert not store.read(SESSION, 0).interrupted
    assert not store.read(SESSION, 0).paused


def test_a_pause_marks_its_minute_and_no_other(store):
    store.note_paused(SESSION, 1)

    assert [store.read(SESSION, minute).paused for minute in (0, 1, 10)] == [
        False,
        True,
        False,
    ]


def test_a_session_that_is_over_is_not_brought_back_by_what_comes_late(store):
    store.note_present(SESSION, 0, {ALICE})
    store.drop_session(SESSION)

    store.drop(SESSION, 0)
    store.add(SESSION, 1, ALICE, HAPPY)
    store.note_present(SESSION, 1, {ALICE})
    store.tap(SESSION, ALICE, "ok")

    assert store.open_minutes(SESSION) == []
    assert store.read(SESSION, 1).people == {}
    assert store.votes(SESSION, ago_s=0) == {}


def test_an_interrupted_minute_is_open_only_once_it_holds_something(store):
    for minute in (0, 1):
        store.note_interruption(SESSION, minute, Interruption.SERVER_STARTED)
    store.note_present(SESSION, 1, {ALICE})
    store.note_present(SESSION, 2, {ALICE})

    assert store.open_minutes(SESSION) == [1, 2]
    assert store.read(SESSION, 1).interrupted
    assert not store.read(SESSION, 2).interrupted


def test_a_group_is_remembered_by_purpose_and_forgotten_with_the_session(store):
    store.note_present(SESSION, 0, {ALICE})
    for minute, full in enumerate([{BOB}, {ALICE, BOB}]):
        counting = admit(store, minute, full, Purpose.EXPRESSION)

    assert counting == {BOB}
    assert admit(store, 1, {ALICE}, Purpose.PULSE) == {ALICE}
    store.drop_session(SESSION)
    assert admit(store, 3, {ALICE}, Purpose.EXPRESSION) == {ALICE}


def test_asking_about_the_latest_minute_again_gives_the_same_answer(store):
    for minute, full in enumerate([{ALICE}, {ALICE, BOB}]):
        admit(store, minute, full, Purpose.EXPRESSION)

    at_mark = [
        store.admit(
            SESSION,
            5,
            Purpose.EXPRESSION,
            full={ALICE: 1, BOB: 2},
            able={ALICE, BOB},
            its=FIVE,
        )
        for _ in range(3)
    ]

    assert at_mark[0].people == {ALICE, BOB}
    assert at_mark[0] == at_mark[1] == at_mark[2]


def test_a_no_is_remembered_beside_the_group(store):
    admit(store, 0, {ALICE, BOB}, Purpose.PULSE)

    assert admit(store, 1, {BOB}, Purpose.PULSE, able={BOB}) == {BOB}

    assert admit(store, 5, {ALICE, BOB}, Purpose.PULSE) == {BOB}
    store.drop(SESSION, 5)
    from_on = store.counts_from(SESSION, [ALICE, BOB], Purpose.PULSE)
    assert from_on == {ALICE: 10, BOB: 6}
    assert admit(store, 10, {ALICE, BOB}, Purpose.PULSE) == {ALICE, BOB}


def test_of_a_group_the_last_full_minute_is_kept_and_of_nobody_else(store):
    for person in (ALICE, BOB):
        store.add(SESSION, 0, person, HAPPY)
    store.keep_last(SESSION, 0, {ALICE, BOB}, of={ALICE})
    store.drop(SESSION, 0)
    store.add(SESSION, 1, BOB, CALM)

    assert store.read(SESSION, 1).last.keys() == {ALICE}
    np.testing.assert_allclose(store.read(SESSION, 1).last[ALICE].scores, HAPPY.scores)

    store.keep_last(SESSION, 1, {BOB}, of={ALICE, BOB})
    assert store.read(SESSION, 2).last.keys() == {ALICE, BOB}
    store.keep_last(SESSION, 2, set(), of=set())
    assert store.read(SESSION, 2).last == {}


def test_what_was_forgotten_is_not_kept(store):
    store.add(SESSION, 0, ALICE, HAPPY)
    store.add(SESSION, 0, BOB, HAPPY)
    store.keep_last(SESSION, 0, {ALICE, BOB}, of={ALICE, BOB})

    store.forget_readings(SESSION, ALICE)
    store.keep_last(SESSION, 0, {ALICE, BOB}, of={ALICE, BOB})

    assert store.read(SESSION, 0).last.keys() == {BOB}


def admit(store, minute, full, purpose, able=(ALICE, BOB)):
    keys = {ALICE: 1, BOB: 2}
    return store.admit(
        SESSION,
        minute,
        purpose,
        full={person: keys[person] for person in full},
        able=able,
        its=FIVE,
    ).people
