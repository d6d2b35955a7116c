import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.labels import EMOTIONS
from sessions_app.enums import Coverage, Purpose
from sessions_app.minutes.release import (
    SIZE_STEP,
    STEP,
    ReleasePolicy,
    coverage,
    noise_scale,
    release_band,
    release_coverage,
    release_shares,
    release_size,
    roughly,
)

POLICY = ReleasePolicy(min_group=10, noise_scale=1.0)
KEYS = list(range(1000, 1012))
CALM = np.array([0, 0, 0, 0.2, 0.1, 0, 0.7])

keys_of_a_class = st.lists(
    st.integers(0, 2**63 - 1), min_size=10, max_size=40, unique=True
)


def release(shares=CALM, keys=KEYS, policy=POLICY, statistic="expression"):
    return release_shares(shares, keys=keys, statistic=statistic, policy=policy)


@pytest.mark.parametrize(("n", "leaves"), [(0, False), (9, False), (10, True)])
def test_fewer_than_the_minimum_group_and_nothing_leaves(n, leaves):
    assert (release(keys=list(range(n))) is not None) is leaves


def test_a_minimum_of_one_still_needs_somebody():
    assert release(keys=[], policy=ReleasePolicy(1, 1.0)) is None


@given(keys_of_a_class, st.randoms())
def test_the_same_contributors_never_get_two_different_releases(keys, random):
    shuffled = list(keys)
    random.shuffle(shuffled)

    assert release(keys=keys) == release(keys=shuffled)


@given(keys_of_a_class)
def test_shares_leave_as_steps_of_five_points_within_bounds(keys):
    released = release(keys=keys)

    steps = np.array(released) / STEP
    np.testing.assert_allclose(steps, steps.round(), atol=1e-9)
    assert min(released) >= 0
    assert max(released) <= 1
    assert abs(sum(released) - 1) <= len(EMOTIONS) * STEP / 2


def test_another_set_of_contributors_gets_fresh_noise():
    exact = np.full(7, 1 / 7)
    policy = ReleasePolicy(min_group=1, noise_scale=5.0)
    with_leaver = release(exact, keys=KEYS, policy=policy)
    without = release(exact, keys=KEYS[:-1], policy=policy)

    assert with_leaver != without


@pytest.mark.parametrize("n", [5, 10, 20, 30])
def test_a_tap_that_changes_alone_shows_as_often_as_the_privacy_page_says(n):
    """The group stays the same, and so does its noise."""
    rng = np.random.default_rng(n)
    policy = ReleasePolicy(min_group=5, noise_scale=noise_scale(Purpose.PULSE, n))
    others = np.bincount(np.arange(n - 1) % 5, minlength=5)  # of five answers
    silent, right = 4, 0

    for tapped in (taps := rng.integers(4, size=1000)):
        keys = rng.integers(2**62, size=n).tolist()
        before, after = (
            np.array(release((others + np.eye(5)[own]) / n, keys=keys, policy=policy))
            for own in (silent, tapped)
        )
        grown = (after - before)[:silent]
        guess = grown.argmax() if grown.max() > 0 else rng.integers(silent)
        right += guess == tapped

    assert 0.6 < right / len(taps) < 0.92


def test_two_statistics_of_one_group_get_independent_noise():
    exact = np.full(7, 1 / 7)
    policy = ReleasePolicy(min_group=1, noise_scale=5.0)

    first = release(exact, policy=policy, statistic="expression")
    second = release(exact, policy=policy, statistic="pulse")

    assert first != second


def test_the_noise_has_the_announced_size():
    rng = np.random.default_rng(0)
    policy = ReleasePolicy(min_group=1, noise_scale=1.0)
    half = np.array([0.5, 0.5])
    errors = [
        release_shares(
            half,
            keys=rng.integers(0, 2**62, 20).tolist(),
            statistic="x",
            policy=policy,
        )[0]
        - 0.5
        for _ in range(2000)
    ]

    # Two shares of a half each, normalised: the error is the difference of two
    # draws of sd 1/20, halved; rounding adds STEP^2 / 12.
    expected = np.sqrt((1 / 20) ** 2 / 2 + STEP**2 / 12)
    assert np.std(errors) == pytest.approx(expected, rel=0.1)


def test_the_band_grows_with_noise_and_variance():
    sure, quiet = np.zeros(1), 0.5
    [narrow] = release_band(sure, size=10, noise_scale=quiet)

    assert [narrow] < list(release_band(sure, size=10, noise_scale=2.0))
    assert [narrow] < list(release_band(np.ones(1) / 9, size=10, noise_scale=quiet))


def size_of(keys, policy=POLICY):
    return release_size(keys, statistic="expression", policy=policy)


def test_a_size_leaves_in_steps_of_five_and_from_the_minimum_group_on():
    sizes = [size_of(list(range(start, start + 12))) for start in range(0, 12_000, 12)]

    assert set(sizes) <= {10, 15, 20, 25}
    assert np.mean(np.array(sizes) <= 12) > 0.9  # rather too low than too high
    assert size_of(KEYS[:9]) is None
    assert size_of(KEYS) == size_of(KEYS[::-1])


@pytest.mark.parametrize("n", range(4, 31))
def test_a_size_tells_little_of_whether_one_student_is_in_the_group(n):
    """Of two classes, with and without the student, who sees it guesses right which.

    The attacker adds as many own browsers as make the step the sharpest.
    """
    rng = np.random.default_rng(n)
    policy = ReleasePolicy(min_group=1, noise_scale=1.0)
    sizes = np.array(
        [
            [
                roughly(
                    rng.integers(2**62, size=who).tolist(), statistic="x", policy=policy
                )
                for who in (n - 1, n)
            ]
            for _ in range(4000)
        ]
    )

    best = max(
        ((sizes[:, 0] < step).mean() + (sizes[:, 1] >= step).mean()) / 2
        for step in range(0, 60, SIZE_STEP)
    )
    assert best < 0.60


def test_without_noise_a_size_is_a_count_in_steps():
    silent = ReleasePolicy(min_group=1, noise_scale=0.0)

    assert [size_of(list(range(n)), silent) for n in (1, 4, 5, 29, 30)] == [
        1, 1, 5, 25, 30,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("contributors", "others", "word"),
    [
        (12, 0, None),  # too few do not, or nobody; which of the two is not told
        (12, 1, None),
        (12, 9, None),
        (19, 0, Coverage.MOST),  # whether nobody or nine do not
        (19, 9, Coverage.MOST),
        (30, 0, Coverage.MOST),
        (10, 30, Coverage.FEW),
        (15, 15, Coverage.HALF),
        (25, 10, Coverage.MOST),
    ],
)
def test_coverage_is_a_word_or_left_out_where_it_would_tell(contributors, others, word):
    assert coverage(contributors, others, min_group=10) == word


def test_no_word_is_said_where_too_few_contribute():
    assert release_coverage(KEYS[:9], list(range(30)), policy=POLICY) is None


def test_silent_browsers_move_coverage_to_no_step_that_one_student_takes_for_sure():
    """Fifteen contribute; one who switches makes it sixteen, beside eight others."""
    rng = np.random.default_rng(0)
    words = []
    for _ in range(2000):
        keys = rng.integers(2**62, size=24).tolist()
        words.append(
            [release_coverage(keys[:n], keys[n:], policy=POLICY) for n in (15, 16)]
        )

    before, after = zip(*words, strict=True)
    assert all(
        abs(before.count(word) - after.count(word)) < 0.2 * len(words)
        for word in (None, *Coverage)
    )
