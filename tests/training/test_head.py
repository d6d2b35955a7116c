"""A last layer learns what its examples show, and says what they do not."""

import numpy as np
import pytest

from inference.labels import EMOTIONS
from training.data import DataRefused
from training.head import Examples, features_of, fit_head

LABELS = np.tile(np.arange(7), 60)
RANDOM = np.random.default_rng(0)
FEATURES = np.eye(7)[LABELS] * 3 + RANDOM.normal(0, 1, (len(LABELS), 7)) + 5
ONE_HOT = np.eye(7)[LABELS]


def learnt(*examples, balance=0.0):
    return fit_head(list(examples), strength=1.0, balance=balance)


def test_it_reads_what_it_learnt():
    head = learnt(Examples(FEATURES, ONE_HOT, 1.0))

    scores = head.scores(FEATURES)

    assert scores.sum(axis=1) == pytest.approx(np.ones(len(LABELS)))
    assert (scores.argmax(axis=1) == LABELS).mean() > 0.9


def test_soft_labels_are_learnt_as_shares():
    same = np.zeros((400, 7))
    half = np.tile([0, 0, 0, 0.5, 0, 0, 0.5], (400, 1))
    rare = Examples(np.zeros((7, 7)), np.eye(7), 0.01)

    scores = learnt(Examples(same, half, 1.0), rare).scores(same[:1])[0]

    assert scores[[3, 6]] == pytest.approx([0.5, 0.5], abs=0.02)


def test_the_heavier_source_is_believed():
    same = np.zeros((100, 7))
    happy, calm = (np.tile(np.eye(7)[label], (100, 1)) for label in (3, 6))
    rare = Examples(np.zeros((7, 7)), np.eye(7), 0.01)

    scores = learnt(Examples(same, happy, 1.0), Examples(same, calm, 3.0), rare).scores(
        same[:1]
    )[0]

    assert scores[6] == pytest.approx(0.75, abs=0.03)


def test_balance_favours_rare_labels():
    kept = np.concatenate(
        [np.flatnonzero(LABELS != 1), np.flatnonzero(LABELS == 1)[:4]]
    )
    few = Examples(FEATURES[kept], ONE_HOT[kept], 1.0)

    plain, balanced = (learnt(few, balance=b).scores(FEATURES) for b in (0.0, 1.0))

    assert balanced[:, 1].sum() > plain[:, 1].sum()


def test_a_label_without_a_face_is_named():
    disgust = EMOTIONS.index("disgust")
    kept = disgust != LABELS

    with pytest.raises(DataRefused, match="No face to learn from shows disgust"):
        learnt(Examples(FEATURES[kept], ONE_HOT[kept], 1.0))


@pytest.mark.long
def test_a_network_that_ends_in_something_else_is_refused():
    import keras

    face = keras.Input((8, 8, 1))
    network = keras.Model(face, keras.layers.Flatten(name="flat")(face), name="odd")

    with pytest.raises(DataRefused, match="network odd does not end in a dense layer"):
        features_of(network, np.zeros((2, 8, 8), np.uint8))
