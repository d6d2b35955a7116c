"""What students are told of when they count is asked for seldom, and never insisted on."""

from uuid import uuid4

from inference.cluster.redis_away import RedisAway
from sessions_app.enums import Inference, Purpose, SessionState
from sessions_app.live.waiting import Waiting
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.re_entry import Rule
from sessions_app.minutes.running_session import RunningSession

SESSION, ALICE, BOB = uuid4(), uuid4(), uuid4()


class CountingStore(MemoryStore):
    """Counts how often it is asked, and may be away."""

    asked, away = 0, False

    def counts_from(self, session, people, purpose):
        self.asked += 1
        if self.away:
            raise RedisAway("The Redis of the open minutes does not answer.")
        return super().counts_from(session, people, purpose)


def running(closed_through):
    return {
        SESSION: RunningSession(
            id=SESSION,
            state=SessionState.LIVE,
            expression_on=True,
            pulse_on=True,
            frame_interval_ms=2000,
            started_at=0.0,
            window_s=60,
            closed_through=closed_through,
            inference=Inference.SERVER,
        )
    }


def with_a_group():
    store = CountingStore()
    for purpose in Purpose:
        store.admit(SESSION, 0, purpose, full={ALICE: 1}, able={ALICE}, its=Rule(5, 1))
    store.drop(SESSION, 0)
    return store


def test_a_student_outside_the_group_waits_for_its_end():
    waiting = Waiting(with_a_group())

    found = waiting.read({ALICE: SESSION, BOB: SESSION}, running(0))

    assert found[ALICE] == dict.fromkeys(Purpose, 1)
    assert found[BOB] == dict.fromkeys(Purpose, 5)


def test_the_store_is_asked_once_for_a_minute_and_its_students():
    store = with_a_group()
    waiting = Waiting(store)
    for _ in range(3):
        waiting.read({ALICE: SESSION}, running(0))
    assert store.asked == len(Purpose)

    waiting.read({ALICE: SESSION, BOB: SESSION}, running(0))
    waiting.read({ALICE: SESSION, BOB: SESSION}, running(1))

    assert store.asked == 3 * len(Purpose)


def test_a_store_that_is_away_is_not_asked_every_second():
    store = with_a_group()
    store.away = True
    waiting = Waiting(store)

    assert [waiting.read({BOB: SESSION}, running(0)) for _ in range(5)] == [{}] * 5
    assert store.asked == 1
