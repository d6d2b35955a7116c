"""Augmentation changes faces by chance alone, and never their kind of data."""

import numpy as np

from tests.training.small import small_faces
from training.augment import Augmentation, augment

FACES = small_faces(per_label=4, tests_per_label=1).images
NONE = Augmentation(0, 0, 0, 0, 0, camera=0, erase=0)


def test_the_same_chance_gives_the_same_faces():
    first, again = (
        augment(FACES, np.random.default_rng(1), Augmentation(), side=48)
        for _ in range(2)
    )

    assert np.array_equal(first, again)


def test_another_chance_gives_other_faces():
    first, other = (
        augment(FACES, np.random.default_rng(seed), Augmentation(), side=48)
        for seed in (1, 2)
    )

    assert not np.array_equal(first, other)


def test_faces_come_in_the_wanted_size():
    changed = augment(FACES, np.random.default_rng(0), Augmentation(), side=32)

    assert changed.shape == (len(FACES), 32, 32)
    assert changed.dtype == np.uint8


def test_the_originals_stay_as_they_are():
    before = FACES.copy()

    augment(FACES, np.random.default_rng(0), Augmentation(), side=48)

    assert np.array_equal(FACES, before)


def test_without_any_change_a_face_stays_or_is_mirrored():
    changed = augment(FACES, np.random.default_rng(0), NONE, side=48)

    for face, result in zip(FACES, changed, strict=True):
        assert np.array_equal(result, face) or np.array_equal(result, face[:, ::-1])


def test_no_faces_give_no_faces():
    changed = augment(FACES[:0], np.random.default_rng(0), Augmentation(), side=48)

    assert changed.shape == (0, 48, 48)
