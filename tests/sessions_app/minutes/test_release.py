import numpy as np
import pytest
from hypothesis import strategies as st

from sessions_app.enums import Coverage, Purpose
from sessions_app.minutes.release import (
    NOISE_PARTS,
    SIZE_STEP,
    NoiseKeys,
    ReleasePolicy,
    coverage,
    noise_scale,
    release_coverage,
    release_shares,
    release_size,
    roughly,
    share_noise,
)

POLICY = ReleasePolicy(min_group=10, noise_scale=1.0)
KEYS = NoiseKeys(1000, 1012)
CALM = np.array([0, 0, 0, 0.2, 0.1, 0, 0.7])

keys_of_a_group = st.builds(NoiseKeys, *[st.integers(0, 2**63 - 1)] * 2)


def release(shares=CALM, keys=KEYS, policy=POLICY, statistic="expression", n=12):
    return release_shares(shares, n=n, keys=keys, statistic=statistic, policy=policy)


@pytest.mark.parametrize(("n", "leaves"), [(0, False), (9, False), (10, True)])
def test_fewer_than_the_minimum_group_and_nothing_leaves(n, leaves):
    assert (release(n=n) is not None) is leaves


def test_a_minimum_of_one_still_needs_somebody():
    assert release(n=0, policy=ReleasePolicy(1, 1.0)) is None


@pytest.mark.parametrize("keys", [KEYS._replace(of_group=7), KEYS._replace(of_class=7)])
def test_another_group_or_class_gets_other_noise(keys):
    exact = np.full(7, 1 / 7)
    loud = ReleasePolicy(min_group=1, noise_scale=5.0)

    first, other = (release(exact, keys=k, policy=loud) for k in (KEYS, keys))
    assert np.abs(first - other).min() > 0


def test_one_student_who_answers_otherwise_gets_other_noise_but_not_all_of_it():
    """What stays for class and group is drawn once; see `NOISE_PARTS`."""
    rng, n = np.random.default_rng(0), 20
    shares = np.array([[5, 5, 5, 5], [6, 4, 5, 5]]) / n
    noises = np.array(
        [
            [share_noise(own, n=n, keys=keys, statistic="x").tolist() for own in shares]
            for keys in (
                NoiseKeys(*pair)
                for pair in rng.integers(2**62, size=(4000, 2)).tolist()
            )
        ]
    )

    before, after = noises[:, 0].ravel(), noises[:, 1].ravel()
    assert np.corrcoef(before, after)[0, 1] == pytest.approx(
        sum(NOISE_PARTS[:2]), abs=0.03
    )
    assert sum(NOISE_PARTS) == 1
    assert before.std() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("n", [5, 10, 20, 30])
def test_a_tap_that_changes_alone_is_seldom_read(n):
    """The group stays the same, and all others tap as before; a guess is right in 25 %."""
    rng = np.random.default_rng(n)
    policy = ReleasePolicy(min_group=5, noise_scale=noise_scale(Purpose.PULSE, n))
    others = np.bincount(np.arange(n - 1) % 5, minlength=5)  # of five answers
    silent, right = 4, 0

    for tapped in (taps := rng.integers(4, size=3000)):
        keys = NoiseKeys(*rng.integers(2**62, size=2).tolist())
        before, after = (
            release((others + np.eye(5)[own]) / n, keys=keys, policy=policy, n=n)
            for own in (silent, tapped)
        )
        grown = (after - before)[:silent]
        guess = rng.choice(np.flatnonzero(grown == grown.max()))
        right += guess == tapped

    assert right / len(taps) < 0.35


def test_the_same_answers_get_the_same_noise_however_a_zero_was_computed():
    """Two workers may add up in another order, and one of them find a zero below zero."""
    one, other = np.array([0.5, 0.0, 0.5]), np.array([0.5, -1e-17, 0.5])

    noises = [
        share_noise(each, n=12, keys=KEYS, statistic="x") for each in (one, other)
    ]

    np.testing.assert_array_equal(*noises)


def test_two_statistics_of_one_group_get_independent_noise():
    exact = np.full(7, 1 / 7)
    policy = ReleasePolicy(min_group=1, noise_scale=5.0)

    first = release(exact, policy=policy, statistic="expression")
    second = release(exact, policy=policy, statistic="pulse")

    assert np.abs(first - second).min() > 0


def test_the_noise_has_the_announced_size():
    rng = np.random.default_rng(0)
    policy = ReleasePolicy(min_group=1, noise_scale=1.0)
    half = np.array([0.5, 0.5])
    errors = [
        release_shares(
            half,
            n=20,
            keys=NoiseKeys(*rng.integers(0, 2**62, 2).tolist()),
            statistic="x",
            policy=policy,
        )[0]
        - 0.5
        for _ in range(2000)
    ]

    assert np.std(errors) == pytest.approx(1 / 20, rel=0.1)


def size_of(n, policy=POLICY, keys=KEYS, formed_with=None):
    return release_size(
        n,
        formed_with=formed_with or n,
        keys=keys,
        statistic="expression",
        policy=policy,
    )


def test_a_size_leaves_in_steps_of_five_and_from_the_minimum_group_on():
    sizes = [size_of(12, keys=NoiseKeys(1, key)) for key in range(1000)]

    assert set(sizes) <= {10, 15, 20, 25}
    assert np.mean(np.array(sizes) <= 12) > 0.9  # rather too low than too high
    assert size_of(9) is None


def test_a_size_does_not_move_where_students_of_the_group_say_no():
    policy = ReleasePolicy(min_group=5, noise_scale=1.0)

    assert {size_of(n, policy, formed_with=30) for n in range(5, 31)} == {
        size_of(30, policy)
    }


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
                    who,
                    keys=rng.integers(2**62, size=2).tolist(),
                    statistic="x",
                    policy=policy,
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

    assert [size_of(n, silent) for n in (1, 4, 5, 29, 30)] == [
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
    assert release_coverage(list(range(9)), list(range(30)), policy=POLICY) is None


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
