"""Our figures are those of scikit-learn on the same predictions."""

import numpy as np
import pytest
from sklearn import metrics

from training import figures


@pytest.fixture
def predictions():
    random = np.random.default_rng(0)
    labels = random.integers(0, 7, 500)
    scores = random.dirichlet(np.ones(7), 500)
    scores[np.arange(500), labels] += 0.3
    return scores / scores.sum(axis=1, keepdims=True), labels


def test_accuracy_matches_scikit_learn(predictions):
    scores, labels = predictions

    assert figures.accuracy(scores, labels) == pytest.approx(
        metrics.accuracy_score(labels, scores.argmax(axis=1))
    )


def test_accuracy_of_nothing_is_not_a_number():
    assert np.isnan(figures.accuracy(np.empty((0, 7)), np.empty(0, int)))


def test_confusion_recall_and_f1_match_scikit_learn(predictions):
    scores, labels = predictions
    read = scores.argmax(axis=1)

    matrix = figures.confusion(scores, labels)
    recall, f1 = figures.recall_and_f1(matrix)

    assert np.array_equal(matrix, metrics.confusion_matrix(labels, read))
    assert recall == pytest.approx(metrics.recall_score(labels, read, average=None))
    assert f1 == pytest.approx(metrics.f1_score(labels, read, average=None))


def test_a_label_never_seen_and_never_read_has_no_recall():
    recall, f1 = figures.recall_and_f1(np.diag([3, 0]))

    assert recall.tolist() == [1, 0]
    assert f1.tolist() == [1, 0]


def test_calibration_error_is_the_gap_between_sure_and_right():
    scores = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
    labels = np.array([0, 1, 0, 0])

    # Bins of 0.9 (half right) and 0.6 (all right): 0.5 * 0.4 + 0.5 * 0.4.
    assert figures.expected_calibration_error(scores, labels) == pytest.approx(0.4)


def test_a_perfectly_calibrated_network_has_no_error():
    scores = np.tile([0.75, 0.25], (4, 1))

    assert figures.expected_calibration_error(
        scores, np.array([0, 0, 0, 1])
    ) == pytest.approx(0)
