"""Simulated classes have the error that can be worked out by hand."""

import numpy as np
import pytest

from inference.contracts import Calibration
from training.mood_trials import simulate

LABELS = np.arange(700) % 7


def calibration(means):
    return Calibration(
        means=means,
        covariances=np.zeros((7, 7, 7)),
        arg_max=np.eye(7),
        max_mean=np.ones(7),
        max_var=np.zeros(7),
        prior=np.full(7, 1 / 7),
        faces=np.full(7, 100),
        offsets=np.zeros((0, 7, 7)),
        artefact_hash="",
    )


def test_a_network_that_never_errs_has_no_error():
    trials = simulate(
        np.eye(7)[LABELS],
        LABELS,
        calibration(np.eye(7)),
        prior="uniform",
        size=10,
        classes=50,
    )

    assert trials.errors == pytest.approx(
        {"counting": 0, "averaging": 0, "estimator": 0}, abs=1e-6
    )
    assert trials.coverage == 1


def test_known_blur_misleads_averaging_alone():
    blur = 0.5 * np.eye(7) + 0.5 / 7
    trials = simulate(
        blur[LABELS], LABELS, calibration(blur), prior="uniform", size=10, classes=50
    )

    assert trials.errors["counting"] == pytest.approx(0)
    assert trials.errors["averaging"] > 0.1
    assert trials.errors["estimator"] == pytest.approx(0, abs=1e-6)
