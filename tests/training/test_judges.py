"""Shares of right faces with their intervals, by judge."""

import numpy as np
import pytest

from training.judges import judge, likeness, share


def test_an_interval_is_wilsons():
    found = share(np.array([True] * 8 + [False] * 2))

    assert found["share"] == 0.8
    assert found["low"] == pytest.approx(0.490, abs=1e-3)  # as tables of it have it
    assert found["high"] == pytest.approx(0.943, abs=1e-3)
    assert found["faces"] == 10


def test_of_no_faces_nothing_is_known():
    found = share(np.array([], bool))

    assert np.isnan(found["share"])
    assert (found["low"], found["high"]) == (0.0, 1.0)


def test_a_wrong_label_may_be_of_the_right_group():
    labels = np.array([0, 4, 3, 6])  # angry, sad, happy, neutral
    scores = np.eye(7)[[4, 4, 5, 3]]  # sad, sad, surprise, happy

    found = judge(scores, labels)

    assert found["right"]["share"] == 0.25
    assert found["three_groups"]["share"] == 0.75
    assert found["recall"]["sad"]["share"] == 1
    assert found["recall"]["fear"]["faces"] == 0
    assert found["macro_recall"] == 0.25  # of the four labels that occur


def test_a_group_is_read_by_its_sum():
    scores = np.array([[0.2, 0.2, 0.1, 0, 0.1, 0, 0.4]])  # neutral leads, strained wins

    found = judge(scores, np.array([0]))

    assert found["right"]["share"] == 0
    assert found["three_groups"]["share"] == 1


def test_likeness_is_one_for_the_same_shares_and_zero_for_other_labels():
    votes = np.eye(7)[[0, 1]]

    assert likeness(votes, votes) == 1
    assert likeness(np.eye(7)[[2, 3]], votes) == 0
