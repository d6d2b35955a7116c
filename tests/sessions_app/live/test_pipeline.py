import time
from dataclasses import replace
from uuid import uuid4

import pytest

from inference.contracts import FrameState, Reading
from sessions_app.enums import Inference, Purpose, SessionState
from sessions_app.live.pipeline import LivePath
from sessions_app.live.roster import Roster
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.running_session import RunningSession

SESSION, ALICE = uuid4(), uuid4()


def running(state=SessionState.LIVE, *, interval_ms=2000, window_s=60, age_s=150.0):
    return RunningSession(
        id=SESSION,
        state=state,
        expression_on=True,
        pulse_on=True,
        frame_interval_ms=interval_ms,
        started_at=time.time() - age_s,
        window_s=window_s,
        closed_through=-1,
        inference=Inference.SERVER,
    )


class Socket:
    """A student's, which keeps what it was told."""

    session_id, participant_id = SESSION, ALICE
    channel_name, entered_at = "here", 0.0

    def __init__(self):
        self.told = []

    def continued_elsewhere(self):
        self.told.append("elsewhere")

    def tell_news(self):
        self.told.append("news")


class Path:
    """A live path whose third minute holds something already."""

    def __init__(self, first):
        self.store = MemoryStore()
        self.live = LivePath(executor=None, store=self.store)
        self.see(first)
        self.store = self.live.store = MemoryStore()
        self.store.note_present(SESSION, 2, {ALICE})

    def see(self, session, consents=None):
        consents = consents or {}
        people = frozenset(consents)
        self.live.refresh(Roster(people, {SESSION: session}, consents))

    @property
    def interrupted(self):
        return self.store.read(SESSION, 2).interrupted

    @property
    def paused(self):
        return self.store.read(SESSION, 2).paused


def test_a_live_class_that_stays_live_is_not_interrupted():
    path = Path(running())

    path.see(running())

    assert not path.interrupted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SessionState.LIVE, SessionState.PAUSED),
        (SessionState.PAUSED, SessionState.LIVE),
    ],
)
def test_a_pause_is_no_interruption(before, after):
    path = Path(running(before))

    path.see(running(after))

    assert path.paused
    assert not path.interrupted


def test_closing_the_intake_interrupts_the_minute_and_lets_nobody_send():
    path = Path(running())

    path.live.close_intake()

    assert path.interrupted
    assert path.live.roster == Roster()


def test_minutes_that_begin_while_the_database_stays_away_are_interrupted_too(
    monkeypatch,
):
    path, now = Path(running(age_s=150.0)), time.time()
    for later in (0, 60, 120):
        monkeypatch.setattr("sessions_app.clock.now_s", lambda s=later: now + s)
        path.live.close_intake()

    states = [path.store.read(SESSION, minute).interrupted for minute in range(1, 6)]
    assert [bool(state) for state in states] == [False, True, True, True, False]


def test_the_end_does_not_take_the_last_minute_away():
    path = Path(running())

    path.see(running(SessionState.ENDING))

    assert not path.interrupted


def test_who_went_away_a_moment_ago_is_still_asked_about_and_forgotten():
    """A reading may come back after its sender is gone; a no must reach it, too."""
    path, alice = Path(running()), Socket()
    path.live.sockets.enter(alice)
    path.see(running(), {ALICE: frozenset(Purpose)})
    path.store.add(SESSION, 2, ALICE, Reading(FrameState.NO_FACE))
    path.live.leave(alice)

    assert path.live.sockets.people() == {ALICE: SESSION}
    path.see(running(), {ALICE: frozenset()})

    assert path.store.read(SESSION, 2).people == {}


def test_what_a_server_finds_that_starts_alone_was_interrupted():
    live = LivePath(executor=None, store=MemoryStore())

    live.refresh(Roster(sessions={SESSION: running()}))

    assert live.store.read(SESSION, 2).interrupted


def test_what_a_server_finds_that_starts_beside_others_was_not():
    live = LivePath(executor=None, store=MemoryStore(), starts_alone=False)

    live.refresh(Roster(sessions={SESSION: running()}))

    assert not live.store.read(SESSION, 2).interrupted


@pytest.mark.parametrize(
    ("interval_ms", "window_s", "delay_ms"),
    [(2000, 60, 2000), (10_000, 60, 10_000), (10_000, 10, 2500), (5000, 10, 2500)],
)
def test_no_delay_is_so_long_that_a_minute_would_hold_too_few_readings(
    interval_ms, window_s, delay_ms
):
    path = Path(running(interval_ms=interval_ms, window_s=window_s))

    assert path.live.delay_ms(SESSION) == delay_ms


class InterruptedEngine:
    """An executor to which no frame gets."""

    notices_within_s = 5.0

    def is_interrupted(self):
        return True


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {Purpose.EXPRESSION}),
        ({"expression_on": False}, set()),
        ({"state": SessionState.ENDING}, set()),
    ],
)
def test_a_live_class_whose_frames_nobody_can_read_is_interrupted(change, expected):
    """Also where nobody sends: it must not tell whether anybody does."""
    live = LivePath(
        executor=InterruptedEngine(), store=MemoryStore(), starts_alone=False
    )

    live.refresh(Roster(sessions={SESSION: replace(running(), **change)}))

    assert live.store.read(SESSION, 2).interrupted == expected


@pytest.mark.parametrize(("seconds_into", "also_before"), [(4.0, True), (6.0, False)])
def test_what_was_unread_before_it_was_noticed_is_interrupted_too(
    seconds_into, also_before
):
    live = LivePath(
        executor=InterruptedEngine(), store=MemoryStore(), starts_alone=False
    )

    live.refresh(Roster(sessions={SESSION: running(age_s=120 + seconds_into)}))

    assert bool(live.store.read(SESSION, 1).interrupted) == also_before
