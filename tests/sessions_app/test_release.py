import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.labels import EMOTIONS
from sessions_app.enums import Coverage
from sessions_app.release import STEP, ReleasePolicy, coverage, release_shares

POLICY = ReleasePolicy(min_group=10, noise_scale=1.0)
KEYS = list(range(1000, 1012))
CALM = np.array([0, 0, 0, 0.2, 0.1, 0, 0.7])
NO_VARIANCE = np.zeros(7)

keys_of_a_class = st.lists(
    st.integers(0, 2**63 - 1), min_size=10, max_size=40, unique=True
)


def release(shares=CALM, keys=KEYS, policy=POLICY, purpose="expression"):
    return release_shares(
        shares, NO_VARIANCE, keys=keys, purpose=purpose, policy=policy
    )


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

    steps = np.array(released.shares) / STEP
    np.testing.assert_allclose(steps, steps.round(), atol=1e-9)
    assert min(released.shares) >= 0
    assert max(released.shares) <= 1
    assert abs(sum(released.shares) - 1) <= len(EMOTIONS) * STEP / 2
    assert released.n == len(keys)


def test_another_set_of_contributors_gets_fresh_noise():
    exact = np.full(7, 1 / 7)
    policy = ReleasePolicy(min_group=1, noise_scale=5.0)
    with_leaver = release(exact, keys=KEYS, policy=policy)
    without = release(exact, keys=KEYS[:-1], policy=policy)

    assert with_leaver.shares != without.shares


def test_two_statistics_of_one_group_get_independent_noise():
    exact = np.full(7, 1 / 7)
    policy = ReleasePolicy(min_group=1, noise_scale=5.0)

    first = release(exact, policy=policy, purpose="expression")
    second = release(exact, policy=policy, purpose="pulse")

    assert first.shares != second.shares


def test_the_noise_has_the_announced_size():
    rng = np.random.default_rng(0)
    policy = ReleasePolicy(min_group=1, noise_scale=1.0)
    half = np.array([0.5, 0.5])
    errors = [
        release_shares(
            half,
            np.zeros(2),
            keys=rng.integers(0, 2**62, 20).tolist(),
            purpose="x",
            policy=policy,
        ).shares[0]
        - 0.5
        for _ in range(2000)
    ]

    # Two shares of a half each, normalised: the error is the difference of two
    # draws of sd 1/20, halved; rounding adds STEP^2 / 12.
    expected = np.sqrt((1 / 20) ** 2 / 2 + STEP**2 / 12)
    assert np.std(errors) == pytest.approx(expected, rel=0.1)


def test_the_band_grows_with_noise_and_variance():
    narrow = release(policy=ReleasePolicy(10, 0.5)).band[0]
    wide = release(policy=ReleasePolicy(10, 2.0)).band[0]

    assert narrow < wide


@pytest.mark.parametrize(
    ("contributors", "present", "word"),
    [
        (9, 30, None),  # too few contribute
        (12, 12, None),  # too few do not, or nobody; which of the two is not told
        (12, 13, None),
        (12, 21, None),
        (19, 19, Coverage.MOST),  # whether nobody or nine do not
        (19, 28, Coverage.MOST),
        (30, 30, Coverage.MOST),
        (10, 40, Coverage.FEW),
        (15, 30, Coverage.HALF),
        (25, 35, Coverage.MOST),
    ],
)
def test_coverage_is_a_word_or_left_out_where_it_would_tell(
    contributors, present, word
):
    assert coverage(contributors=contributors, present=present, min_group=10) == word
