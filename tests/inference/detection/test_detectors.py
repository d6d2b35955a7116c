import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.contracts import Face
from inference.detection import files, largest_first
from inference.detection.blazeface import (
    BlazeFace,
    BlazeFaceNetwork,
    Seen,
    anchors,
    merge,
    overlap,
)
from inference.detection.files import KnownFile, ModelFileMissing
from inference.detection.haar import Haar
from tests.inference.frames import ASTRONAUT, empty_frame

FACE_ON_ASTRONAUT = np.array([(112, 51), (170, 109)])  # by eye


@pytest.fixture(scope="module")
def blazeface(models_dir):
    return BlazeFace.load(models_dir)


@pytest.mark.parametrize("name", ["blazeface", "haar"])
def test_a_face_is_found_where_it_is(name, blazeface):
    detector = blazeface if name == "blazeface" else Haar()

    [face] = detector.detect(ASTRONAUT)

    box = np.array([face.box]).reshape(1, 2, 2)
    assert overlap(FACE_ON_ASTRONAUT, box)[0] > 0.6


@pytest.mark.parametrize("name", ["blazeface", "haar"])
def test_an_empty_room_holds_no_face(name, blazeface):
    detector = blazeface if name == "blazeface" else Haar()

    assert detector.detect(empty_frame()) == []


def test_landmarks_lie_as_in_a_face(blazeface):
    [face] = blazeface.detect(ASTRONAUT)

    left_eye, right_eye, nose, mouth = face.landmarks

    assert left_eye[0] < nose[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < mouth[1]


def test_a_mirrored_frame_gives_the_mirrored_face(blazeface):
    [face] = blazeface.detect(ASTRONAUT)
    [mirrored] = blazeface.detect(np.ascontiguousarray(ASTRONAUT[:, ::-1]))

    left, _, right, _ = mirrored.box

    assert face.box[0] == pytest.approx(320 - right, abs=3)
    assert face.box[2] == pytest.approx(320 - left, abs=3)


@pytest.mark.parametrize("shape", [(1, 1), (2, 300), (300, 2), (960, 1280)])
def test_a_frame_of_any_shape_is_looked_at(shape, blazeface):
    assert blazeface.detect(np.zeros((*shape, 3), np.uint8)) == []


def test_the_network_without_black_bars_sees_what_the_square_one_sees(models_dir):
    path = files.find(files.BLAZEFACE, models_dir)
    square = np.zeros((320, 320, 3), np.uint8)
    square[40:280] = ASTRONAUT
    network = BlazeFaceNetwork(path)

    [wide] = network.find(ASTRONAUT, threshold=0.5)
    [whole] = network.find(square, threshold=0.5)

    np.testing.assert_allclose(wide.points, whole.points - [0, 40], atol=1)
    assert wide.score == pytest.approx(whole.score, abs=0.05)


class FakeNetwork:
    """Answers from a list, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def find(self, image, *, threshold):
        self.asked.append((image.shape, threshold))
        return self.answers.pop(0)


def seen(left, top, side, score):
    corners = np.array([(left, top), (left + side, top + side)], float)
    return Seen(np.concatenate([corners, np.tile(corners.mean(axis=0), (4, 1))]), score)


def test_a_sure_face_is_believed_at_first_sight():
    network = FakeNetwork([seen(100, 80, 60, 0.9)])

    [face] = BlazeFace(network).detect(ASTRONAUT)

    assert face.box == (100, 80, 160, 140)
    assert len(network.asked) == 1


def test_an_unsure_face_is_confirmed_by_its_surroundings_at_twice_the_size():
    network = FakeNetwork([seen(100, 80, 60, 0.6)], [seen(31, 31, 58, 0.8)])

    [face] = BlazeFace(network).detect(ASTRONAUT)

    assert face.box == (101, 81, 159, 139)
    assert network.asked[1][0] == (120, 120, 3)


def test_an_unsure_face_that_a_closer_look_does_not_show_is_none():
    network = FakeNetwork([seen(100, 80, 60, 0.6)], [seen(0, 0, 20, 0.9)])

    assert BlazeFace(network).detect(ASTRONAUT) == []


def test_no_time_is_spent_on_doubts_smaller_than_a_sure_face():
    network = FakeNetwork([seen(100, 80, 60, 0.9), seen(10, 10, 30, 0.6)])

    [face] = BlazeFace(network).detect(ASTRONAUT)

    assert face.score == 0.9


def test_many_doubts_cost_three_looks_at_most():
    doubts = [seen(10 * i, 10, 20 + i, 0.6) for i in range(12)]
    network = FakeNetwork(doubts, [], [], [])

    assert BlazeFace(network).detect(ASTRONAUT) == []
    assert len(network.asked) == 4


def test_anchors_lie_in_the_middle_of_their_cells():
    centres = anchors()

    assert centres.shape == (896, 2)
    np.testing.assert_allclose(centres[:3] * 128, [(4, 4), (4, 4), (12, 4)])
    np.testing.assert_allclose(centres[512:519] * 128, [(8, 8)] * 6 + [(24, 8)])


def test_anchors_of_one_face_are_merged_by_their_scores_and_others_stay():
    first, again, other = (
        seen(*place, 1).points for place in [(0, 0, 10), (1, 0, 10), (50, 50, 10)]
    )

    faces = merge(np.stack([again, other, first]), np.array([0.6, 0.7, 0.9]))

    assert [face.score for face in faces] == [0.9, 0.7]
    np.testing.assert_allclose(faces[0].box, [(0.4, 0), (10.4, 10)])
    np.testing.assert_allclose(faces[1].points, other)


boxes = st.lists(st.floats(-50, 50), min_size=4, max_size=4).map(
    lambda values: np.sort(np.array(values).reshape(2, 2), axis=0)
)


@given(first=boxes, second=boxes)
def test_overlap_is_a_symmetric_share(first, second):
    there = overlap(first, second[np.newaxis])[0]
    back = overlap(second, first[np.newaxis])[0]

    assert 0 <= there <= 1 + 1e-9
    assert there == pytest.approx(back)


def test_the_largest_face_comes_first():
    small, large = (
        Face((0, 0, side, side), 1.0, np.zeros((2, 2)), np.zeros((2, 2)))
        for side in (10, 20)
    )

    assert largest_first([small, large]) == [large, small]


def test_a_missing_model_file_names_its_remedy(tmp_path):
    with pytest.raises(ModelFileMissing, match=r"missing.*npm ci"):
        BlazeFace.load(tmp_path)


def test_a_model_file_with_other_content_is_refused(tmp_path):
    (tmp_path / "known").write_bytes(b"something else")

    with pytest.raises(ModelFileMissing, match="not the file we know"):
        files.find(KnownFile("known", "0" * 64, "Get it."), tmp_path)
