"""Figures of photographs of people: true to their scores, and telling of nobody."""

import numpy as np
import pytest

from inference.artefact import load_artefact
from inference.contracts import FrameState, Reading
from inference.labels import EMOTIONS
from tests.training.small import people_faces
from training.data import DataRefused
from training.face_scores import GROUP, face_scores, split


class FixedEngine:
    """Finds the same face in every frame, or none."""

    def __init__(self, scores):
        self.scores = scores

    def read(self, jpegs):
        return [Reading(FrameState.OK, self.scores) for _ in jpegs]


def test_groups_hold_every_face_once_and_never_few():
    scores = np.random.default_rng(0).dirichlet(np.ones(7), 333)

    groups = split(scores)

    assert min(len(group) for group in groups) >= GROUP
    together = np.concatenate(groups)
    np.testing.assert_array_equal(np.sort(together, axis=0), np.sort(scores, axis=0))


def test_faces_that_differ_are_parted():
    sure = np.tile([0.94, *[0.01] * 6], (GROUP, 1))
    unsure = np.full((GROUP, 7), 1 / 7)

    groups = split(np.concatenate([sure, unsure]))

    assert [len(np.unique(group, axis=0)) for group in groups] == [1, 1]


def test_the_figures_are_those_of_the_check_part():
    scores = (0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)
    people = people_faces()

    figures = face_scores(FixedEngine(scores), "small", people)

    assert figures["artefact"] == load_artefact("small").hash
    assert len(figures["groups"]) == len(EMOTIONS)
    groups = [group for label in figures["groups"] for group in label]
    assert sum(group["faces"] for group in groups) == len(people.check)
    assert groups[0]["mean"] == list(scores)
    assert groups[0]["variance"] == 0


def test_labels_without_a_face_are_named():
    with pytest.raises(DataRefused, match="angry, disgust"):
        face_scores(FixedEngine(None), "small", people_faces())
