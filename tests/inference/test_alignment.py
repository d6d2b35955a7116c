import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.alignment import cut, similarity
from inference.contracts import Face
from inference.detection.blazeface import FRAMING


def face_at(points):
    return Face(box=(0, 0, 1, 1), score=1.0, points=points, framing=FRAMING)


@given(
    angle=st.floats(-180, 180),
    scale=st.floats(0.05, 20),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)
def test_a_turned_scaled_and_moved_face_is_brought_back(angle, scale, shift):
    radians = np.radians(angle)
    turn = np.array(
        [(np.cos(radians), -np.sin(radians)), (np.sin(radians), np.cos(radians))]
    )
    points = scale * FRAMING @ turn.T + shift

    matrix = similarity(points, FRAMING)

    brought_back = points @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(brought_back, FRAMING, atol=1e-6)


def test_points_that_coincide_are_moved_without_turning_or_scaling():
    matrix = similarity(np.full((4, 2), 7.0), FRAMING)

    np.testing.assert_allclose(matrix[:, :2], np.eye(2))


@pytest.mark.parametrize("size", [48, 96])
def test_a_face_that_already_is_framed_comes_back_as_it_is(size):
    random = np.random.default_rng(0)
    picture = cv2.GaussianBlur(
        random.integers(0, 256, (size, size, 3), np.uint8), (5, 5), 2
    )

    crop = cut(picture, face_at(FRAMING * size), size=size)

    expected = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    assert crop.dtype == np.uint8
    assert np.abs(crop.astype(int) - expected).max() <= 1


def test_a_face_twice_as_large_is_halved_in_place():
    picture = np.zeros((96, 96, 3), np.uint8)
    picture[:, 48:] = 200

    crop = cut(picture, face_at(FRAMING * 96), size=48)

    assert (crop[:, :23] == 0).all()
    assert (crop[:, 25:] == 200).all()
