import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.detection import files
from inference.detection.blazeface import CLOSE, QUICK, SQUARE, WHOLE
from inference.detection.blazeface_network import (
    BlazeFaceNetwork,
    Seen,
    anchors,
    merge,
    overlap,
)
from tests.inference.frames import ASTRONAUT


@pytest.fixture(scope="module")
def content(models_dir):
    return files.find(files.BLAZEFACE, models_dir).read_bytes()


def test_every_size_sees_the_same_face_in_the_same_place(content):
    [whole] = BlazeFaceNetwork(content, *WHOLE).find(ASTRONAUT, threshold=0.5)

    [quick] = BlazeFaceNetwork(content, *QUICK).find(ASTRONAUT, threshold=0.5)

    assert overlap(whole.box, quick.box) > 0.7
    assert np.abs(quick.marks - whole.marks).max() < 0.15 * whole.size


def test_a_frame_without_black_bars_shows_what_a_square_one_shows(content):
    square = np.zeros((320, 320, 3), np.uint8)
    square[:240] = ASTRONAUT

    [wide] = BlazeFaceNetwork(content, *WHOLE).find(ASTRONAUT, threshold=0.5)
    [whole] = BlazeFaceNetwork(content, *SQUARE).find(square, threshold=0.5)

    np.testing.assert_allclose(wide.box, whole.box, atol=1)
    np.testing.assert_allclose(wide.marks, whole.marks, atol=1)
    assert wide.score == pytest.approx(whole.score, abs=0.05)


@pytest.mark.parametrize("size", [QUICK, WHOLE, SQUARE, CLOSE])
def test_every_halving_of_a_size_is_even(size):
    assert all(side % 16 == 0 for side in size)


def test_anchors_lie_in_the_middle_of_their_cells():
    centres = anchors(128, 128)

    assert centres.shape == (896, 2)
    np.testing.assert_allclose(centres[:3], [(4, 4), (4, 4), (12, 4)])
    np.testing.assert_allclose(centres[512:519], [(8, 8)] * 6 + [(24, 8)])


def square(left, top, side):
    corners = np.array([(left, top), (left + side, top + side)], float)
    return np.concatenate([corners, np.tile(corners.mean(axis=0), (4, 1))])


def test_anchors_of_one_face_are_merged_by_their_scores_and_others_stay():
    first, again, other = square(0, 0, 10), square(1, 0, 10), square(50, 50, 10)

    faces = merge(np.stack([first, other, again]), np.array([0.9, 0.7, 0.6]))

    assert [face.score for face in faces] == [0.9, 0.7]
    assert faces[0].box == pytest.approx((0.4, 0, 10.4, 10))
    np.testing.assert_allclose(faces[0].marks, [(5.4, 5)] * 4)
    assert faces[1].box == pytest.approx((50, 50, 60, 60))


def test_anchors_without_area_are_faces_of_their_own():
    faces = merge(np.zeros((3, 6, 2)), np.array([0.9, 0.8, 0.7]))

    assert len(faces) == 3


class EverywhereAFace:
    """Answers that every anchor shows one."""

    def __init__(self, count):
        self.answer = [np.zeros((1, count, 16)), np.full((1, count, 1), 9.0)]

    def run(self, values):
        return self.answer


def test_of_very_many_faces_the_surest_hundred_are_worth_the_time(content):
    network = BlazeFaceNetwork(content, *WHOLE)
    network._network = EverywhereAFace(len(anchors(*WHOLE)))

    assert len(network.find(ASTRONAUT, threshold=0.5)) == 100


def test_a_seen_face_is_as_large_as_the_longer_side_of_its_box():
    assert Seen((10, 20, 40, 70), np.zeros((4, 2)), 1.0).size == 50


def test_a_seen_face_moves_as_a_whole():
    face = Seen((10, 20, 40, 70), np.ones((4, 2)), 0.9).moved(5, 7)

    assert face.box == (15, 27, 45, 77)
    np.testing.assert_array_equal(face.marks, [(6, 8)] * 4)


boxes = st.lists(st.floats(-50, 50), min_size=4, max_size=4).map(
    lambda edges: (*np.minimum(edges[:2], edges[2:]), *np.maximum(edges[:2], edges[2:]))
)


@given(first=boxes, second=boxes)
def test_overlap_is_a_symmetric_share(first, second):
    there, back = overlap(first, second), overlap(second, first)

    assert 0 <= there <= 1 + 1e-9
    assert there == pytest.approx(back)
