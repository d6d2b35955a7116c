"""What is shown of a minute is what is likely, and words are said when they are sure."""

import numpy as np
import pytest

from inference import lately
from inference.artefact import load_calibration
from inference.mood import GROUPING
from sessions_app.enums import Tap
from sessions_app.minutes import belief
from sessions_app.minutes.belief import Left, Release, run_of, said_from
from sessions_app.minutes.claims import CLAIMS, Claim, Kind
from sessions_app.minutes.release import (
    GROUPED_BELOW,
    expression_statistic,
    likely_sizes,
)

CALIBRATION = load_calibration("small")
SURE, NOISY = Release(15, 10, 0.01), Release(15, 10, 1.0)
CALM = np.eye(7)[6]


def shown(shares, release):
    numbers = np.atleast_2d(shares) @ expression_statistic(release.size).T
    return belief.expression(numbers[:, np.newaxis], release, CALIBRATION)


@pytest.mark.parametrize("size", [10, 15, 20, 45])
def test_shares_that_stand_side_by_side_add_up_to_all(size):
    rng = np.random.default_rng(size)
    noisy = rng.dirichlet(np.ones(7), 50) + rng.normal(0, 0.2, (50, 7))

    found = shown(noisy, Release(size, 10, 1.0))

    np.testing.assert_allclose(found.groups.shares.sum(axis=1), 1)
    assert (found.labels is None) is (size < GROUPED_BELOW)
    if found.labels is not None:
        np.testing.assert_allclose(found.labels.shares.sum(axis=1), 1)
        np.testing.assert_allclose(
            found.labels.shares @ GROUPING.T, found.groups.shares, atol=1e-9
        )


def test_a_class_that_is_surely_calm_is_said_to_be():
    found = shown(CALM, SURE)

    assert found.statements == ["nearly_all:calm"]
    assert found.groups.shares[0, 1] > 0.8


def test_the_same_numbers_with_much_noise_say_less():
    sure, noisy = shown(CALM, SURE), shown(CALM, NOISY)

    assert noisy.statements[0] != "nearly_all:calm"
    assert noisy.groups.shares[0, 1] < sure.groups.shares[0, 1]
    assert noisy.groups.band[0, 1] > sure.groups.band[0, 1]


def test_nothing_stands_out_where_nothing_is_sure():
    assert shown(CALIBRATION.prior, NOISY).statements == [""]


def test_what_says_more_must_be_surer():
    for size in (5, 10, 12, 15, 20, 45):
        least = dict(zip(map(str, CLAIMS), said_from(size), strict=True))

        assert least["third:calm"] < least["most:calm"] < least["few:calm"] < 1
        assert least["few:calm"] == least["hardly:calm"] == least["nearly_all:calm"]


def test_small_classes_must_be_surer():
    chances = [said_from(size).tolist() for size in (5, 10, 15, 20)]

    assert chances == sorted(chances, reverse=True)
    assert said_from(45).tolist() == chances[-1]


def test_less_is_said_where_more_is_not_as_sure_as_it_must_be():
    steps = np.linspace(0, 1.2, 100)[:, np.newaxis]
    shares = (1 - steps) * CALIBRATION.prior + steps * CALM  # like any class, or calm
    likely = belief.likely_classes(NOISY, CALIBRATION)
    numbers = (shares @ expression_statistic(NOISY.size).T)[:, np.newaxis]
    chances = lately.weights(likely.library, numbers) @ likely.claims
    few, third = (
        CLAIMS.index(Claim(kind, "pleased")) for kind in (Kind.FEW, Kind.THIRD)
    )
    least = said_from(NOISY.size)

    said = shown(shares, NOISY).statements

    nearly = (chances[:, few] >= least[third]) & (chances[:, few] < least[few])
    assert nearly.any()
    for index in np.flatnonzero(nearly):
        assert said[index] != "few:pleased"
        assert said[index] != ""


def test_what_follows_from_the_release_alone_is_the_same_again():
    first, again = shown(CALM, NOISY), shown(CALM, NOISY)

    np.testing.assert_array_equal(first.groups.shares, again.groups.shares)
    np.testing.assert_array_equal(first.groups.band, again.groups.band)


def test_a_silent_pulse_is_said_to_be_silent():
    silent = np.array([0, 0, 0, 0, 1.0])

    found = belief.pulse(silent[np.newaxis], SURE)

    assert found.shares.shares[0, 4] > 0.85
    assert found.shares.shares.sum() == pytest.approx(1)
    assert found.answers.shares.sum() == pytest.approx(1)
    assert found.statements == ["few:answers"]


def test_silence_is_kept_apart_from_what_those_say_who_answer():
    many_lost = np.array([0.4, 0.0, 0.1, 0.0, 0.5])

    found = belief.pulse(many_lost[np.newaxis], SURE)

    assert found.statements == ["half:lost"]
    assert found.shares.shares[0, 0] == pytest.approx(0.4, abs=0.06)
    assert found.answers.shares[0, 0] == pytest.approx(0.75, abs=0.11)


def test_what_was_not_offered_has_no_share_and_no_sentence():
    noisy = np.array([0.1, 0.5, 0.3, -0.1, 0.2])  # much noise where nobody could tap

    found = belief.pulse(noisy[np.newaxis], SURE, [Tap.LOST, Tap.OK])

    for shown in (found.shares, found.answers):
        assert shown.shares[0, [1, 3]].tolist() == [0, 0]
        assert shown.band[0, [1, 3]].tolist() == [0, 0]
        assert shown.shares.sum() == pytest.approx(1)
    assert "too_fast" not in found.statements[0]


def test_with_all_taps_offered_nothing_is_different():
    noisy = np.array([[0.2, 0.1, 0.3, 0.1, 0.3]])

    usual, all_offered = belief.pulse(noisy, NOISY), belief.pulse(noisy, NOISY, [*Tap])

    np.testing.assert_array_equal(usual.shares.shares, all_offered.shares.shares)


def test_many_are_said_to_be_behind_only_where_that_is_sure():
    some_lost = np.array([0.15, 0.15, 0.2, 0.0, 0.5])

    assert belief.pulse(some_lost[np.newaxis], NOISY).statements == [""]


def test_a_size_of_the_minimum_group_stands_for_all_that_are_told_so():
    sizes = likely_sizes(10, min_group=10, noisy=True)

    assert min(sizes) == 10
    assert 17 in sizes
    assert sizes[10] > sizes[15] > sizes[17]
    assert set(likely_sizes(12, min_group=12, noisy=False)) <= set(range(12, 16))
    assert set(range(20, 25)) <= set(likely_sizes(20, min_group=10, noisy=False))


def left(minute, *, size=15, numbers=3, value=None):
    return Left(
        minute, size, np.full(numbers, 0.1 * minute if value is None else value)
    )


@pytest.mark.parametrize(
    ("before", "read"),
    [
        ([], [9]),
        ([left(8), left(7)], [9, 8, 7]),
        ([left(8), left(6)], [9, 8]),  # a minute without numbers lies between
        ([left(7), left(6)], [9]),
        ([left(8, size=20), left(7, size=25), left(6)], [9, 8]),  # half as many more
        ([left(8, numbers=7, size=20)], [9, 8]),  # the sums of the groups come first
        ([left(8, value=0.9), left(7, value=0.9), left(6)], [9, 6]),  # told already
        ([left(minute) for minute in range(8, -1, -1)], [9, *range(8, 0, -1)]),
    ],
)
def test_a_minute_is_read_with_those_before_it(before, read):
    run = run_of(left(9), before)

    np.testing.assert_allclose(run, np.repeat(0.1 * np.array([read]).T, 3, axis=1))


def test_what_a_large_class_shows_needs_minutes_that_show_it():
    run = run_of(left(9, numbers=7, size=20), [left(8, numbers=3, size=15)])

    assert run.shape == (1, 7)


def test_a_calm_lesson_is_said_to_be_calm_where_one_minute_alone_is_not_enough():
    numbers = np.tile(CALM @ expression_statistic(10).T, (1, 9, 1))

    one, many = (
        belief.expression(numbers[:, :minutes], Release(10, 10, 1.0), CALIBRATION)
        for minutes in (1, 9)
    )

    assert not one.statements[0].startswith("most")
    assert many.statements == ["most:calm"]
    assert many.groups.band[0, 1] < one.groups.band[0, 1]
    np.testing.assert_array_equal(many.alone.shares, one.groups.shares)


def test_without_noise_a_minute_says_all_that_there_is_to_say():
    exact = Release(15, 10, 0.0)
    calm, sad = CALM @ GROUPING.T, np.eye(7)[4] @ GROUPING.T

    turned, calm_all_along = (
        belief.expression(np.array([[calm, *before]]), exact, CALIBRATION)
        for before in ([sad] * 8, [calm] * 8)
    )

    np.testing.assert_array_equal(turned.groups.shares, calm_all_along.groups.shares)
