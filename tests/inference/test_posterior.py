"""What is believed of a class follows the noisy numbers as far as these deserve it."""

import numpy as np
import pytest

from inference import lately, posterior
from tests.inference.classes import calibrate, made_up_scores

PRIOR = np.array([0.1, 0.2, 0.7])


def counted(noise, n=20):
    return posterior.library(PRIOR, {n: 1.0}, lambda _n: noise, posterior.counted)


def believed(library, statistic):
    weights = lately.weights(library, np.atleast_2d(statistic)[:, np.newaxis])
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    return (weights @ library.shares)[0]


def test_numbers_without_noise_are_believed():
    truth = np.array([0.5, 0.3, 0.2])

    np.testing.assert_allclose(believed(counted(1e-6), truth), truth, atol=0.05)


def test_numbers_that_are_noise_alone_change_nothing():
    library = counted(50.0)

    told = believed(library, np.array([1.0, 0.0, 0.0]))

    np.testing.assert_allclose(told, library.shares.mean(axis=0), atol=0.01)


def test_the_more_noise_the_nearer_to_what_was_assumed():
    all_first = np.array([1.0, 0.0, 0.0])

    first = [believed(counted(noise), all_first)[0] for noise in (0.05, 0.2, 0.5, 2.0)]

    assert first == sorted(first, reverse=True)


def test_numbers_that_no_class_has_are_answered_with_one_that_may_be():
    told = believed(counted(0.3), np.array([1.6, -0.4, -0.2]))

    assert told.min() >= 0
    assert told.sum() == pytest.approx(1, abs=1e-5)


def test_the_same_library_is_drawn_again():
    first, second = counted(0.2), counted(0.2)

    np.testing.assert_array_equal(first.shares, second.shares)


def test_classes_are_drawn_of_every_size_as_often_as_it_is_likely():
    library = posterior.library(
        PRIOR, {10: 3.0, 11: 1.0}, lambda n: 1 / n, posterior.counted
    )

    assert (library.noise_sd == 0.1).mean() == pytest.approx(0.75, abs=0.01)


def test_a_width_holds_nine_in_ten_and_no_more_than_it_must():
    values = np.array([0.0, 0.1, 0.2, 0.3])
    weights = np.array([[0.05, 0.45, 0.45, 0.05], [0.0, 1.0, 0.0, 0.0]])

    widths = posterior.half_widths(weights, values, np.array([0.15, 0.3]))

    np.testing.assert_allclose(widths, [0.05, 0.2])


def test_classes_are_read_with_the_mistakes_of_the_network():
    calibration = calibrate(made_up_scores(faces=400))
    read = posterior.read(calibration)
    happy = np.tile(np.eye(7)[3], (2, 200, 1))

    estimated = read(30, happy, np.random.default_rng(0))

    assert estimated.shape == (200, 2, 7)
    np.testing.assert_allclose(estimated.sum(axis=2), 1)
    assert estimated.mean(axis=(0, 1)).argmax() == 3
    assert estimated.std(axis=0).max() > 0.01  # no two classes are read alike


def test_a_class_looks_much_the_same_a_minute_before():
    library = posterior.library(
        PRIOR, {20: 1.0}, lambda _n: 0.1, posterior.counted, minutes=9
    )
    shown = library.estimated[:, :, 2]
    off = shown - shown.mean(axis=0)
    sd = off.std(axis=0)

    alike = (off[:, :1] * off).mean(axis=0) / (sd[0] * sd)

    np.testing.assert_allclose(library.estimated[:, 0], library.shares, atol=1e-6)
    np.testing.assert_allclose(sd, sd[0], rtol=0.05)  # as classes always are
    assert alike.tolist() == sorted(alike, reverse=True)
    assert 0.9 < alike[1] < 1.0
    assert alike[8] > 0.5  # the mood of the class stays
