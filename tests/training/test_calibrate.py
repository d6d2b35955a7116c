"""Calibration finds what was put into the scores."""

import numpy as np
import pytest

from inference.classification import soften
from training.calibrate import (
    CLASSROOM_PRIOR,
    VOTES_TRUTH,
    Measured,
    calibration,
    fit_temperature,
    opinions,
)
from training.data import DataRefused


def of(scores, labels):
    return Measured(scores, labels, opinions(labels, None))


def measured(*, faces=3000, temperature=1.0, seed=0):
    """Faces whose scores were honest before they were sharpened."""
    random = np.random.default_rng(seed)
    honest = random.dirichlet(np.full(7, 0.6), faces)
    drawn = (honest.cumsum(axis=1) < random.random((faces, 1))).sum(axis=1)
    labels = np.minimum(drawn, 6)
    return of(soften(honest, 1 / temperature), labels)


@pytest.mark.parametrize("temperature", [0.6, 1.0, 2.5])
def test_the_temperature_undoes_overconfidence(temperature):
    found = fit_temperature(measured(temperature=temperature))

    assert found == pytest.approx(temperature, rel=0.06)


def test_rows_of_many_faces_are_their_means():
    faces = measured()

    found = calibration(faces, 1.0)

    happy = faces.scores[faces.labels == 3]
    assert found["M"][3] == pytest.approx(happy.mean(axis=0), abs=0.02)
    assert np.sum(found["M"], axis=1) == pytest.approx(np.ones(7))
    assert np.sum(found["A"], axis=1) == pytest.approx(np.ones(7))
    assert np.shape(found["S"]) == (7, 7, 7)
    assert sum(found["faces"]) == 3000


def test_rows_of_few_faces_are_pulled_towards_all_faces():
    faces = measured()
    disgust = np.flatnonzero(faces.labels == 1)
    kept = np.ones(len(faces.labels), bool)
    kept[disgust[4:]] = False
    few = of(faces.scores[kept], faces.labels[kept])

    own = few.scores[few.labels == 1].mean(axis=0)
    found = np.array(calibration(few, 1.0)["M"])

    assert (
        np.abs(found[1] - found.mean(axis=0)).sum()
        < np.abs(own - found.mean(axis=0)).sum()
    )


def test_a_label_without_faces_is_refused():
    faces = measured()
    kept = faces.labels != 1

    with pytest.raises(DataRefused, match="two held-out faces of every label"):
        calibration(of(faces.scores[kept], faces.labels[kept]), 1.0)


def test_the_prior_is_a_distribution():
    assert sum(CLASSROOM_PRIOR.values()) == pytest.approx(1)


def test_votes_decide_a_part_of_the_truth():
    labels = np.array([3, 3])
    votes = np.zeros((2, 7))
    votes[0, 6] = 10  # the voters saw a calm face; nobody voted on the second

    truth = Measured(np.ones((2, 7)) / 7, labels, opinions(labels, votes)).truth

    assert truth[0] == pytest.approx(
        (1 - VOTES_TRUTH) * np.eye(7)[3] + VOTES_TRUTH * np.eye(7)[6]
    )
    assert truth[1] == pytest.approx(np.eye(7)[3])


def test_what_people_disagree_about_is_kept_as_doubt():
    faces = measured()
    votes = np.zeros((3000, 7))
    angry = faces.labels == 0
    votes[angry, 6] = 10  # the voters never see anger
    votes[~angry, faces.labels[~angry]] = 10

    disputed = Measured(faces.scores, faces.labels, opinions(faces.labels, votes))
    offsets = np.array(calibration(disputed, 1.0)["offsets"])
    agreed = np.array(calibration(faces, 1.0)["offsets"])

    assert np.abs(offsets[:, 6]).max() > 0.02
    assert offsets[:, 3] == pytest.approx(np.zeros((2, 7)), abs=0.005)
    assert agreed == pytest.approx(np.zeros((1, 7, 7)), abs=1e-12)
