from dataclasses import replace

import numpy as np
import pytest

from inference import mood
from inference.artefact import load_calibration
from sessions_app.lab.attack import signals
from sessions_app.minutes.release import EXPRESSION

CALIBRATION = load_calibration("small")


@pytest.fixture(scope="module")
def expression():
    faces = signals.expected_faces(CALIBRATION, np.random.default_rng(0))
    return signals.expression(CALIBRATION, faces)


@pytest.mark.parametrize("n", [5, 30])
def test_what_is_attacked_is_the_server_s_own_estimate(expression, n):
    rng = np.random.default_rng(n)
    scores, votes = rng.dirichlet(np.ones(7), 20), rng.dirichlet(np.ones(7), 20)
    highest = rng.uniform(0.4, 1, (20, 1))

    numbers = expression.estimate(scores, n)
    distances = expression.outlier_distance(scores, np.hstack([votes, highest]), n)

    for i in range(20):
        sums = mood.ClassSums(n, n * scores[i], n * votes[i], n * highest[i].item())
        served = mood.estimate(sums, CALIBRATION)
        np.testing.assert_allclose(numbers[i], EXPRESSION @ served.shares, atol=1e-12)
        assert distances[i] == pytest.approx(
            float(mood.outlier_distance(sums, served, CALIBRATION))
        )


def test_the_attacker_s_gain_is_the_slope_of_the_estimate(expression):
    centre = CALIBRATION.prior @ CALIBRATION.means
    step = 1e-4 * (np.eye(7)[0] - np.eye(7)[6])

    before, after = (
        mood.linear_bayes(
            mood.ClassSums(10, 10 * scores, 10 * scores, 1.0), CALIBRATION
        ).shares
        for scores in (centre, centre + step)
    )

    moved = EXPRESSION @ (after - before)
    np.testing.assert_allclose(moved, expression.gain(10) @ step, atol=1e-12)


def test_simulated_faces_are_mistaken_as_the_calibration_says(expression):
    np.testing.assert_allclose(expression.means, CALIBRATION.means, atol=0.03)


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
