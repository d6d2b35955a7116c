import numpy as np
import pytest

from inference.contracts import Face
from inference.detection import files, largest_first
from inference.detection.blazeface import BlazeFace
from inference.detection.blazeface_network import overlap
from inference.detection.files import KnownFile, ModelFileMissing
from inference.detection.haar import Haar
from tests.inference.frames import ASTRONAUT, empty_frame

FACE_ON_ASTRONAUT = (112, 51, 170, 109)  # by eye


@pytest.fixture(scope="module")
def blazeface(models_dir):
    return BlazeFace.load(models_dir)


@pytest.mark.parametrize("name", ["blazeface", "haar"])
def test_a_face_is_found_where_it_is(name, blazeface):
    detector = blazeface if name == "blazeface" else Haar()

    [face] = detector.detect(ASTRONAUT)

    assert overlap(FACE_ON_ASTRONAUT, face.box) > 0.6


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
