"""Minutes that go together are read together, and those from before a turn are not."""

import numpy as np
import pytest

from inference import lately, posterior

PRIOR = np.array([0.25, 0.25, 0.5])
NOISE = 0.2
CALM, MERRY = np.array([0.05, 0.05, 0.9]), np.array([0.9, 0.05, 0.05])


@pytest.fixture(scope="module")
def library():
    return posterior.library(
        PRIOR,
        {20: 1.0},
        lambda _n: NOISE,
        posterior.counted,
        minutes=1 + lately.BEFORE,
    )


def noisy(*minutes, lessons=200, noise=NOISE):
    """Numbers of such minutes, the newest first, of many lessons (M, T, 3)."""
    rng = np.random.default_rng(len(minutes))
    exact = np.array(minutes)
    return exact + noise * rng.standard_normal((lessons, *exact.shape))


def believed(library, statistics, lasting=0.0):
    weights = lately.weights(library, statistics, lasting)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-4)
    return weights @ library.shares


def error(library, statistics, truth):
    return np.abs(believed(library, statistics) - truth).sum(axis=1).mean() / 2


def test_the_longer_a_class_stays_the_same_the_better_it_is_known(library):
    minutes = noisy(*[CALM] * 9)

    errors = [error(library, minutes[:, :count], CALM) for count in (1, 3, 9)]

    assert errors == sorted(errors, reverse=True)
    assert errors[2] < 0.6 * errors[0]


def test_a_class_that_turns_is_soon_another_one(library):
    before = [CALM] * 6

    just, then = (
        believed(library, noisy(*[MERRY] * count, *before)).mean(axis=0)
        for count in (1, 3)
    )
    alone = believed(library, noisy(MERRY)).mean(axis=0)

    assert just[0] > 0.6 * alone[0]
    assert then[0] > alone[0]


def test_what_a_class_was_like_before_it_turned_tells_nothing_of_it(library):
    turned = noisy(*[MERRY] * 4, *[CALM] * 5, noise=0.05)

    np.testing.assert_allclose(
        believed(library, turned).mean(axis=0),
        believed(library, turned[:, :4]).mean(axis=0),
        atol=0.02,
    )


def test_a_class_that_surely_turned_is_read_as_if_it_began_then():
    clear = posterior.library(
        PRIOR, {20: 1.0}, lambda _n: 1e-6, posterior.counted, minutes=9
    )
    turned = np.array([[MERRY, *[CALM] * 8]])

    np.testing.assert_allclose(
        believed(clear, turned), believed(clear, turned[:, :1]), atol=1e-3
    )


def test_noise_that_lasts_is_not_averaged_away(library):
    """All minutes have the same noise here: they tell as much as one of them."""
    rng = np.random.default_rng(0)
    alike = np.repeat(CALM + NOISE * rng.standard_normal((200, 1, 3)), 9, axis=1)
    one = lately.weights(library, alike[:, :1])

    believing, doubting = (
        lately.weights(library, alike, lasting) for lasting in (0.0, 0.99)
    )

    def width(weights):
        return np.sqrt(weights @ library.shares**2 - (weights @ library.shares) ** 2)

    assert width(believing).mean() < 0.75 * width(one).mean()
    assert width(doubting).mean() > 0.85 * width(one).mean()


def test_one_minute_is_read_as_if_there_were_no_others(library):
    minute = noisy(MERRY, lessons=3)
    sd, off = library.noise_sd, library.estimated[:, 0] - minute
    likely = np.exp(-(off**2).sum(axis=2) / (2 * sd**2))

    np.testing.assert_allclose(
        lately.weights(library, minute),
        likely / likely.sum(axis=1, keepdims=True),
        rtol=1e-2,
        atol=1e-7,
    )
