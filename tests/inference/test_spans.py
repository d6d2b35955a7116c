"""A mean of shown shares is led back to the truth as far as it can be."""

import numpy as np
import pytest

from inference.spans import Seen, estimate, learn

PRIOR = np.array([0.2, 0.5, 0.3])


def played(rng, classes=4000, noise=0.2, reading=0.05):
    """Classes whose minutes show half of what sets them apart, and noise."""
    truth = rng.dirichlet(4 * PRIOR, classes)
    read = truth + reading * centred(rng, truth.shape)
    first, second = (
        PRIOR + 0.5 * (read - PRIOR + noise * centred(rng, truth.shape))
        for _ in range(2)
    )
    return truth, first, second


def centred(rng, shape):
    drawn = rng.standard_normal(shape)
    return drawn - drawn.mean(axis=1, keepdims=True)


@pytest.fixture
def moments(rng):
    return learn(*played(rng))


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def seen(moments, shown, minutes, noise_left):
    return Seen(moments, minutes, minutes * np.array(shown), minutes**2 * noise_left)


def test_one_minute_is_read_as_a_regression_reads_it(rng):
    truth, first, second = played(rng)
    shown, both = np.concatenate([first, second]), np.concatenate([truth, truth])
    off = shown - shown.mean(axis=0)
    slopes, *_ = np.linalg.lstsq(off, both - both.mean(axis=0), rcond=1e-6)

    found = estimate([seen(learn(truth, first, second), [0.3, 0.4, 0.3], 1, 1.0)])

    oracle = truth.mean(axis=0) + ([0.3, 0.4, 0.3] - shown.mean(axis=0)) @ slopes
    np.testing.assert_allclose(found.shares, oracle, atol=0.01)
    residual = both - both.mean(axis=0) - off @ slopes
    np.testing.assert_allclose(found.covariance, np.cov(residual.T), atol=0.002)


def test_without_noise_the_pull_of_what_is_assumed_is_undone(moments):
    """Shown is half of what sets a class apart; all of it is wanted."""
    truth = np.array([0.4, 0.2, 0.4])

    found = estimate([seen(moments, PRIOR + 0.5 * (truth - PRIOR), 45, 0.0)])

    np.testing.assert_allclose(found.shares, truth, atol=0.03)


def test_what_stays_of_the_noise_is_doubted(moments):
    shown = [0.35, 0.35, 0.3]

    pleased = [
        estimate([seen(moments, shown, 45, left)]).shares[0] for left in (0, 0.3, 1)
    ]
    doubts = [
        estimate([seen(moments, shown, 45, left)]).covariance[0, 0]
        for left in (0, 0.3, 1)
    ]

    assert pleased == sorted(pleased, reverse=True)
    assert doubts == sorted(doubts)


def test_a_thousand_lessons_leave_the_doubt_of_how_faces_are_read(moments):
    one = estimate([seen(moments, PRIOR, 45, 0.0)])

    many = estimate([seen(moments, PRIOR, 45, 0.4)] * 1000)

    assert many.covariance[0, 0] >= 0.99 * one.covariance[0, 0] > 0


def test_parts_are_minutes_of_one_span(moments):
    parts = [
        seen(moments, [0.4, 0.3, 0.3], 10, 0.5),
        seen(moments, [0.1, 0.7, 0.2], 30, 0.4),
    ]
    noise = sum(part.noise for part in parts)
    together = Seen(moments, 40, parts[0].total + parts[1].total, noise)

    apart, as_one = estimate(parts), estimate([together])

    np.testing.assert_allclose(apart.shares, as_one.shares)
    np.testing.assert_allclose(apart.covariance, as_one.covariance)


def test_shares_are_shares_whatever_is_shown(moments):
    found = estimate([seen(moments, [0.0, 0.0, 1.0], 45, 0.1)])

    assert found.shares.min() >= 0
    assert found.shares.sum() == pytest.approx(1)


def test_no_minute_is_no_estimate():
    with pytest.raises(ValueError, match="at least one minute"):
        estimate([])
