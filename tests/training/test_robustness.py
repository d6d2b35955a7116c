"""Bad pictures: each circumstance changes the face as its name says, and no more."""

import json

import numpy as np
import pytest

from inference.engine import DETECTORS, Engine
from tests.training.small import (
    people_faces,
    small_faces,
    write_npz,
    write_people,
    write_votes,
)
from training import robustness as of
from training.__main__ import main
from training.frames import camera_frames
from training.robustness import CIRCUMSTANCES

FACES = small_faces(per_label=1, tests_per_label=3)
PEOPLE = people_faces()
FACE = np.tile(np.linspace(40, 200, 96, dtype=np.uint8), (96, 1))


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_frames_of_every_circumstance_are_pictures_of_the_same_places(name):
    jpeg = next(camera_frames(FACES.images[:1], shot=CIRCUMSTANCES[name]))

    assert jpeg.startswith(b"\xff\xd8")


def test_a_dim_face_keeps_a_third_of_its_light():
    assert of.dim(FACE).mean() == pytest.approx(FACE.mean() / 3, abs=2)


def test_light_from_one_side_leaves_the_other_dark():
    level = np.full((96, 96), 100, np.uint8)

    lit = of.side_lit(level)

    assert lit[:, 0].mean() > 100
    assert lit[:, -1].mean() == pytest.approx(25, abs=2)


def test_a_moving_face_is_blurred_along_its_way_alone():
    edges = np.zeros((96, 96), np.uint8)
    edges[:, 48:] = 200

    assert np.array_equal(of.moving(edges.T.copy()), edges.T)
    assert len(np.unique(of.moving(edges))) > 3


def test_a_mask_hides_the_mouth_and_glasses_leave_it():
    masked, glasses = of.with_mask(FACE), of.with_glasses(FACE)

    mouth, eye = (74, 48), (38, 31)  # row, column
    assert masked[mouth] == 200
    assert masked[eye] == FACE[eye]
    assert glasses[mouth] == FACE[mouth]
    assert glasses[eye] == FACE[eye]  # a frame goes around it
    assert (glasses != FACE).mean() < 0.2


def test_the_command_prints_a_row_for_each_judge_and_circumstance(
    quick, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(
        "training.__main__.load_engine",
        lambda config: Engine(DETECTORS["blazeface"](tmp_path), Calm()),
    )
    options = {
        "--data": write_npz(FACES, tmp_path / "fer.npz"),
        "--votes": write_votes(np.eye(7)[FACES.labels] * 10, tmp_path / "votes.csv"),
        "--people": write_people(PEOPLE, tmp_path / "people.npz"),
        "--artefact": "small",
        "--faces": 4,
    }
    words = [str(word) for pair in options.items() for word in pair]
    monkeypatch.setattr("sys.argv", ["training", "robustness", *words, "--json"])

    main()

    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(row["judge"], row["circumstance"]) for row in rows] == [
        (judge, name) for judge in ("FER+", "people") for name in CIRCUMSTANCES
    ]
    assert {row["right"]["faces"] for row in rows} == {4}


class Calm:
    """Reads every face as neutral."""

    size = 48

    def classify(self, crops):
        return np.tile(np.eye(7)[6], (len(crops), 1))
