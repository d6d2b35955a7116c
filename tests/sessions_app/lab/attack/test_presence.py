import numpy as np
import pytest

from sessions_app.lab.attack.presence import (
    Pattern,
    among_own_browsers,
    one_leave,
    session,
)

MINUTES = 45


def a_session(pattern, *, churn=False, lasts=5, others=10):
    return session(
        np.random.default_rng(0),
        others=others,
        minutes=MINUTES,
        pattern=pattern,
        churn=churn,
        lasts=lasts,
    )


def returns(presence):
    return int(np.sum(np.diff(presence.target.astype(int)) == 1))


def test_a_leaver_is_all_that_two_minutes_differ_by():
    np.testing.assert_array_equal(one_leave(3).counts, [[1, 1, 1, 1], [1, 1, 1, 0]])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [(Pattern.ONE_LEAVE, 0), (Pattern.ONE_GAP, 1), (Pattern.PAUSED, 0)],
)
def test_patterns_return_as_often_as_their_names_say(pattern, expected):
    assert returns(a_session(pattern)) == expected


def test_short_visits_use_every_other_group():
    assert returns(a_session(Pattern.SHORT_VISITS, lasts=0)) == 22
    assert returns(a_session(Pattern.SHORT_VISITS, lasts=5)) == 4


def test_among_own_browsers_the_set_changes_at_every_mark_and_never_else():
    whole = among_own_browsers(9, minutes=MINUTES, lasts=5, coming=False)
    coming = among_own_browsers(10, minutes=MINUTES, lasts=5, coming=True)

    for presence in (whole, coming):
        sets, minute_set = presence.sets
        assert len(sets) == 9
        assert set(np.flatnonzero(np.diff(minute_set)) + 1) == set(range(5, MINUTES, 5))
    assert (whole.n == 10).all()
    assert whole.target.all()
    assert set(coming.n) == {10, 11}
    assert coming.target.sum() == 20


def test_an_own_browser_makes_another_set_of_a_class_that_stays():
    alone = a_session(Pattern.ALWAYS)
    with_own = session(
        np.random.default_rng(0),
        others=10,
        minutes=MINUTES,
        pattern=Pattern.ALWAYS,
        churn=False,
        lasts=5,
        own=True,
    )

    assert (len(alone.sets[0]), len(with_own.sets[0])) == (1, 9)


def test_a_paused_class_publishes_nothing():
    assert len(a_session(Pattern.PAUSED).n) == MINUTES - 10


def test_churn_changes_the_set_of_contributors_at_every_mark():
    assert len(a_session(Pattern.ONE_LEAVE).sets[0]) == 2
    assert len(a_session(Pattern.ONE_LEAVE, churn=True, others=30).sets[0]) == 9
    free = a_session(Pattern.ONE_LEAVE, churn=True, others=30, lasts=0)
    assert len(free.sets[0]) > 20


def test_minutes_below_the_minimum_group_are_gone():
    presence = a_session(Pattern.ONE_LEAVE, others=10)

    assert set(presence.n) == {10, 11}
    assert set(presence.released(11).n) == {11}


def test_without_the_target_only_the_target_is_missing():
    presence = a_session(Pattern.ONE_GAP)

    alone = presence.without_target()

    np.testing.assert_array_equal(alone.counts[:, :-1], presence.counts[:, :-1])
    assert not alone.target.any()
