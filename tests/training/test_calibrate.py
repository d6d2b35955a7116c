"""Calibration finds what was put into the scores."""

import numpy as np
import pytest

from inference.classification import soften
from training.calibrate import (
    CLASSROOM_PRIOR,
    calibration,
    fit_temperature,
    source_of_people,
    sources_of_fer,
)
from training.data import DataRefused


def of(scores, labels):
    return sources_of_fer(scores, labels, None)


def measured(*, faces=3000, temperature=1.0, seed=0):
    """Faces whose scores were honest before they were sharpened."""
    random = np.random.default_rng(seed)
    honest = random.dirichlet(np.full(7, 0.6), faces)
    drawn = (honest.cumsum(axis=1) < random.random((faces, 1))).sum(axis=1)
    labels = np.minimum(drawn, 6)
    return of(soften(honest, 1 / temperature), labels)


def labels_of(sources):
    return sources[0].truth.argmax(axis=1)


def shown(sources, label):
    return sources[0].scores[labels_of(sources) == label]


@pytest.mark.parametrize("temperature", [0.6, 1.0, 2.5])
def test_the_temperature_undoes_overconfidence(temperature):
    found = fit_temperature(measured(temperature=temperature)[0])

    assert found == pytest.approx(temperature, rel=0.06)


def test_rows_of_many_faces_are_their_means():
    faces = measured()

    found = calibration(faces, 1.0)

    happy = shown(faces, 3)
    assert found["M"][3] == pytest.approx(happy.mean(axis=0), abs=0.02)
    assert np.sum(found["M"], axis=1) == pytest.approx(np.ones(7))
    assert np.sum(found["A"], axis=1) == pytest.approx(np.ones(7))
    assert np.shape(found["S"]) == (7, 7, 7)
    assert sum(found["faces"]) == 3000


def test_rows_of_few_faces_are_pulled_towards_all_faces():
    faces = measured()
    labels = labels_of(faces)
    kept = np.ones(len(labels), bool)
    kept[np.flatnonzero(labels == 1)[4:]] = False
    few = of(faces[0].scores[kept], labels[kept])

    own = shown(few, 1).mean(axis=0)
    found = np.array(calibration(few, 1.0)["M"])

    assert (
        np.abs(found[1] - found.mean(axis=0)).sum()
        < np.abs(own - found.mean(axis=0)).sum()
    )


def test_a_label_without_faces_is_refused():
    faces = measured()
    labels = labels_of(faces)
    kept = labels != 1

    with pytest.raises(DataRefused, match="two held-out faces of every label"):
        calibration(of(faces[0].scores[kept], labels[kept]), 1.0)


def test_the_prior_is_a_distribution():
    assert sum(CLASSROOM_PRIOR.values()) == pytest.approx(1)


def test_voters_say_what_is_true_and_the_label_where_nobody_voted():
    labels = np.array([3, 3])
    votes = np.zeros((2, 7))
    votes[0, 6] = 10  # the voters saw a calm face; nobody voted on the second

    voters, label = sources_of_fer(np.ones((2, 7)) / 7, labels, votes)

    assert voters.truth == pytest.approx(np.eye(7)[[6, 3]])
    assert label.truth == pytest.approx(np.eye(7)[[3, 3]])
    assert label.part == 0


def test_what_people_disagree_about_is_kept_as_doubt():
    faces = measured()
    labels = labels_of(faces)
    votes = np.zeros((3000, 7))
    votes[np.arange(3000), labels] = 10
    swapped = np.where(labels == 0, 6, labels)  # the label calls anger calm

    sources = sources_of_fer(faces[0].scores, swapped, votes)
    offsets = np.array(calibration(sources, 1.0)["offsets"])
    agreed = np.array(calibration(faces, 1.0)["offsets"])

    assert np.abs(offsets[1, 6]).max() > 0.02
    assert offsets[:, 3] == pytest.approx(np.zeros((2, 7)), abs=0.005)
    assert agreed == pytest.approx(np.zeros((1, 7, 7)), abs=0.005)


def test_photographs_of_people_move_the_rows_that_they_have_many_faces_of():
    faces = measured()
    other = measured(seed=1)
    calm = labels_of(other) == 6
    few = np.flatnonzero(labels_of(other) == 1)[:2]
    kept = np.flatnonzero(calm).tolist() + few.tolist()
    scores = np.roll(other[0].scores[kept], 1, axis=1)  # they look unlike the others
    people = source_of_people(scores, labels_of(other)[kept])

    alone = np.array(calibration(faces, 1.0)["M"])
    found = calibration([*faces, people], 1.0)
    moved = np.abs(np.array(found["M"]) - alone).sum(axis=1)

    assert moved[6] == pytest.approx(
        people.part * np.abs(scores[:-2].mean(axis=0) - alone[6]).sum(), rel=0.15
    )
    assert moved[1] < moved[6] / 4
    assert moved[3] < 0.02
    assert np.shape(found["offsets"]) == (2, 7, 7)
