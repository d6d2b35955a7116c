"""No image is on both sides of a split, whatever copies the data holds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.training.small import small_faces
from training.data import (
    PRIVATE,
    TRAINING,
    Faces,
    groups_of_copies,
    split_training,
    unseen_test_rows,
)

FACES = small_faces(per_label=6, tests_per_label=3)


@st.composite
def faces_with_copies(draw):
    """The small data set with some rows overwritten by copies of others."""
    images, usage = FACES.images.copy(), FACES.usage.copy()
    rows = st.integers(0, len(FACES) - 1)
    for source, target in draw(st.lists(st.tuples(rows, rows), max_size=30)):
        images[target] = images[source]
    labels = FACES.labels[draw(st.permutations(range(len(FACES))))]
    return Faces(images, labels, usage)


@given(faces_with_copies(), st.integers(0, 5), st.floats(0.05, 0.5))
def test_no_image_is_in_two_parts(faces, seed, share):
    split = split_training(faces, share=share, seed=seed)

    parts = [split.train, split.held_out, np.flatnonzero(faces.usage != TRAINING)]
    contents = [{faces.images[row].tobytes() for row in part} for part in parts]

    assert not contents[0] & contents[1]
    assert not contents[0] & contents[2]
    assert not contents[1] & contents[2]


@given(faces_with_copies())
def test_every_usable_training_image_is_used(faces):
    split = split_training(faces, share=0.2)

    test_images = {i.tobytes() for i in faces.images[faces.usage != TRAINING]}
    usable = [
        row
        for row in np.flatnonzero(faces.usage == TRAINING)
        if faces.images[row].tobytes() not in test_images
    ]

    assert sorted([*split.train, *split.held_out]) == usable


def test_each_label_gives_its_share():
    faces = small_faces(per_label=40)

    split = split_training(faces, share=0.25)

    assert np.bincount(faces.labels[split.held_out]).tolist() == [10] * 7


def test_the_same_seed_splits_the_same_way():
    first, again = split_training(FACES, seed=3), split_training(FACES, seed=3)

    assert np.array_equal(first.held_out, again.held_out)


def test_blank_images_are_left_out():
    images = FACES.images.copy()
    images[:3] = np.array([128, 0, 255], np.uint8)[:, None, None]
    split = split_training(Faces(images, FACES.labels, FACES.usage))

    assert not {0, 1, 2} & {*split.train, *split.held_out}


def test_pictures_without_a_face_are_left_out_and_move_nobody_else():
    plain = split_training(FACES, share=0.2)
    no_face = np.zeros(len(FACES), bool)
    no_face[[plain.train[0], plain.held_out[0]]] = True

    faces = FACES.without(no_face)
    split = split_training(faces, share=0.2)

    assert split.train.tolist() == plain.train[1:].tolist()
    assert split.held_out.tolist() == plain.held_out[1:].tolist()


def test_pictures_without_a_face_test_nothing():
    no_face = np.zeros(len(FACES), bool)
    no_face[np.flatnonzero(FACES.usage != TRAINING)[0]] = True
    faces = FACES.without(no_face)

    assert faces.is_test.sum() == FACES.is_test.sum() - 1
    assert unseen_test_rows(faces).sum() == unseen_test_rows(FACES).sum() - 1


def test_copies_share_a_number():
    images = FACES.images[[0, 1, 0, 2, 1]]

    assert groups_of_copies(images).tolist() == [0, 1, 0, 2, 1]


def test_unseen_test_rows_leave_out_copies_of_training_images():
    images = FACES.images.copy()
    copied = int(np.flatnonzero(FACES.usage == PRIVATE)[0])
    images[copied] = images[0]

    unseen = unseen_test_rows(Faces(images, FACES.labels, FACES.usage))

    assert not unseen[copied]
    assert unseen.sum() == (FACES.usage != TRAINING).sum() - 1
