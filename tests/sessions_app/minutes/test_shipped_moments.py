"""Spans of usual lessons need nothing to be learnt: what they are read by is shipped."""

from dataclasses import fields

import numpy as np
import pytest

from inference.artefact import load_calibration
from sessions_app.minutes import shipped_moments
from sessions_app.minutes.belief import Release
from sessions_app.minutes.shipped_moments import KINDS, moments
from sessions_app.minutes.span_moments import learn_groups, learn_pulse

CALIBRATION = load_calibration("small")
NETWORK = CALIBRATION.artefact_hash
REMEDY = "call manage.py learn_moments"


@pytest.mark.parametrize("release", [Release(10, 10, 1.0), Release(20, 1, 0.0)])
def test_what_is_shipped_is_what_would_be_learnt(release):
    """After a change of the network, of the estimator or of the noise it is not."""
    learnt = [learn_groups(release, CALIBRATION), *learn_pulse(release)]

    for kind, expected in zip(KINDS, learnt, strict=True):
        found = moments(kind, release, NETWORK if kind == "groups" else "")
        assert found is not None, REMEDY
        for field in fields(found):
            np.testing.assert_allclose(
                getattr(found, field.name),
                getattr(expected, field.name),
                atol=1e-6,
                err_msg=REMEDY,
            )


@pytest.mark.parametrize("size", range(5, 61, 5))
@pytest.mark.parametrize("kind", KINDS)
def test_no_size_up_to_sixty_is_learnt_while_somebody_waits(kind, size):
    assert moments(kind, Release(size, min(size, 10), 1.0), NETWORK), REMEDY


def test_what_another_network_read_is_learnt(monkeypatch):
    release = Release(10, 10, 1.0)

    assert moments("groups", release, "another") is None
    assert moments("votes", release) is not None


def test_what_had_other_noise_is_learnt(monkeypatch):
    monkeypatch.setattr(shipped_moments, "_noise", lambda: np.ones((2, 60)))

    assert moments("votes", Release(10, 10, 1.0)) is None
