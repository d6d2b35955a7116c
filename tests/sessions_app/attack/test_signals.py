from dataclasses import replace

import numpy as np
import pytest

from inference import mood
from sessions_app.attack import signals

CALIBRATION = signals.made_up_calibration()


@pytest.fixture(scope="module")
def expression():
    return signals.expression(CALIBRATION, np.random.default_rng(0))


@pytest.mark.parametrize("n", [1, 5, 11, 30, 450])
def test_many_classes_at_once_are_estimated_as_the_server_estimates_one(expression, n):
    scores = np.random.default_rng(n).dirichlet(np.ones(7), 50)

    together = expression.estimate(scores, n)

    one_by_one = [
        mood.estimate(mood.ClassSums(n, n * row, n * row, 0.0), CALIBRATION).shares
        for row in scores
    ]
    np.testing.assert_allclose(together, one_by_one, atol=1e-8)


@pytest.mark.parametrize("n", [5, 30])
def test_many_classes_at_once_are_as_strange_as_one_by_one(expression, n):
    rng = np.random.default_rng(n)
    scores, votes = rng.dirichlet(np.ones(7), 50), rng.dirichlet(np.ones(7), 50)
    highest = rng.uniform(0.4, 1, (50, 1))
    shares = expression.estimate(scores, n)

    together = expression.strangeness(shares, np.hstack([votes, highest]), n)

    one_by_one = [
        mood.strangeness(sums, mood.estimate(sums, CALIBRATION), CALIBRATION)
        for row, vote, top in zip(scores, votes, highest, strict=True)
        for sums in [mood.ClassSums(n, n * row, n * vote, n * top.item())]
    ]
    np.testing.assert_allclose(together, one_by_one, rtol=1e-4)


def test_many_rows_reach_the_simplex_as_one_does():
    rows = np.random.default_rng(0).normal(0, 1, (50, 7))

    np.testing.assert_allclose(
        signals.to_simplex(rows), [mood.to_simplex(row) for row in rows], atol=1e-12
    )


def test_simulated_faces_are_mistaken_as_the_calibration_says(expression):
    np.testing.assert_allclose(expression.means, CALIBRATION.means, atol=0.03)


def test_the_made_up_network_is_right_on_about_two_faces_in_three():
    right = CALIBRATION.prior @ np.diag(CALIBRATION.arg_max)

    assert 0.62 < right < 0.72


def test_a_calibration_that_differs_in_one_number_has_another_fingerprint():
    means = CALIBRATION.means.copy()
    means[0, 0] += 1e-12

    other = replace(CALIBRATION, means=means, artefact_hash="another card")
    same = replace(CALIBRATION, artefact_hash="another card")

    assert signals.fingerprint(other) != signals.fingerprint(CALIBRATION)
    assert signals.fingerprint(same) == signals.fingerprint(CALIBRATION)


def test_a_tap_is_read_as_it_was_tapped():
    taps = np.array([[0.1, 0.2, 0.3, 0.0, 0.4]])

    np.testing.assert_allclose(signals.pulse().estimate(taps, 10), taps, atol=1e-12)
