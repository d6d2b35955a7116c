from hypothesis import given
from hypothesis import strategies as st

from sessions_app.live.credit import (
    GROWS_WITHIN_S,
    PROBE_EVERY_S,
    TIMEOUT_S,
    Credit,
)


def test_the_window_grows_by_one_with_each_quick_reply_up_to_its_ceiling():
    credit = Credit(ceiling=4)

    for _ in range(5):
        credit.give_back(credit.spend(now=0.0), now=GROWS_WITHIN_S)

    assert credit.window == 4


def test_a_slow_reply_leaves_the_window_as_it_is():
    credit = Credit(ceiling=4)

    credit.give_back(credit.spend(now=0.0), now=GROWS_WITHIN_S + 0.1)

    assert credit.window == 2


def test_a_timeout_takes_the_batch_back_and_halves_the_window():
    credit = Credit(ceiling=4)
    batch = credit.spend(now=0.0)

    assert credit.expire(now=TIMEOUT_S) == []
    assert credit.expire(now=TIMEOUT_S + 0.1) == [batch]
    assert credit.window == 1
    assert credit.in_flight == 0


def test_a_late_reply_returns_no_credit():
    credit = Credit(ceiling=4)
    batch = credit.spend(now=0.0)
    credit.expire(now=TIMEOUT_S + 0.1)

    assert not credit.give_back(batch, now=TIMEOUT_S + 0.2)
    assert credit.window == 1


def test_below_one_batch_it_probes_only_when_the_engine_has_nothing_left_to_do():
    credit = Credit(ceiling=2)
    for _ in range(2):
        credit.spend(now=0.0)
    credit.expire(now=3.0)
    assert credit.window == 0.5

    assert not credit.has_any(now=3.0, backlog=2)
    assert credit.has_any(now=3.0, backlog=0)
    credit.spend(now=3.0)
    assert not credit.has_any(now=3.0 + PROBE_EVERY_S / 2, backlog=0)


def test_one_answered_probe_brings_it_back():
    credit = Credit(ceiling=2)
    for _ in range(2):
        credit.spend(now=0.0)
    credit.expire(now=3.0)

    credit.give_back(credit.spend(now=3.0), now=4.5)

    assert credit.has_any(now=3.0, backlog=0)


@given(
    steps=st.lists(st.sampled_from(["send", "reply", "expire", "lose"]), max_size=200),
    ceiling=st.integers(1, 8),
)
def test_batches_in_flight_never_exceed_the_ceiling(steps, ceiling):
    credit, out, now = Credit(ceiling=ceiling), [], 0.0
    for step in steps:
        now += 0.3
        if step == "send" and credit.has_any(now=now, backlog=len(out)):
            out.append(credit.spend(now=now))
        elif step == "reply" and out:
            credit.give_back(out.pop(0), now=now)
        elif step == "lose" and out:
            credit.lose(out.pop(0))
        elif step == "expire":
            credit.expire(now=now)

        assert credit.in_flight <= ceiling
        assert 0 < credit.window <= ceiling
