"""Folders of pictures as they lie on disks, before the commands that play them."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from inference.contracts import FrameState
from inference.engine import load_engine
from inference.engine_config import EngineConfig
from inference.labels import EMOTIONS
from inference.tools.benchmark import load_frames
from sessions_app.lab.camera_frames import frames_of_folder
from sessions_app.lab.faces import load_faces
from tests.training.small import small_faces, write_npz, write_votes
from training.data import PRIVATE

ASTRONAUT = Image.fromarray(data.astronaut())
LEFT_BEHIND = (
    "._face.jpg",
    "Thumbs.db",
    ".ipynb_checkpoints/face.jpg",
    "__MACOSX/a.jpg",
)


def leave_behind(folder):
    for name in LEFT_BEHIND:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\x00\x05\x16\x07")


def test_frames_are_turned_and_keep_their_proportions(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    tall = ASTRONAUT.crop((100, 0, 356, 512)).transpose(Image.Transpose.ROTATE_90)
    tall.save(tmp_path / "face.jpg", exif=exif)
    leave_behind(tmp_path)

    [jpeg] = frames_of_folder(tmp_path)

    assert Image.open(io.BytesIO(jpeg)).size == (320, 240)
    [reading] = load_engine(EngineConfig()).read([jpeg])
    assert reading.state is FrameState.OK


def test_a_cut_picture_is_named(tmp_path):
    ASTRONAUT.save(tmp_path / "face.jpg")
    whole = (tmp_path / "face.jpg").read_bytes()
    (tmp_path / "face.jpg").write_bytes(whole[:9000])

    with pytest.raises(ValueError, match=r"face\.jpg is no whole picture"):
        frames_of_folder(tmp_path)


def test_labelled_faces_are_read_past_what_systems_leave(tmp_path):
    for label in EMOTIONS:
        folder = tmp_path / label.title()
        folder.mkdir()
        Image.fromarray(np.zeros((48, 48), np.uint8)).save(folder / "face.png")
        leave_behind(folder)

    assert load_faces(tmp_path).labels.tolist() == list(range(len(EMOTIONS)))


def test_of_fer2013_the_faces_that_no_training_has_seen_are_read(tmp_path):
    faces = small_faces(per_label=2, tests_per_label=2)
    path = write_npz(faces, tmp_path / "fer.npz")

    read = load_faces(path)

    unseen = faces.rows(faces.usage == PRIVATE)
    assert read.labels.tolist() == unseen.labels.tolist()
    assert (read.images == unseen.images).all()


def test_the_engine_is_measured_on_pictures_alone(tmp_path):
    ASTRONAUT.save(tmp_path / "face.jpg")
    leave_behind(tmp_path)

    assert load_frames(tmp_path) == [(tmp_path / "face.jpg").read_bytes()]


def test_by_votes_a_face_has_the_label_of_most_voters_or_is_left_out(tmp_path):
    faces = small_faces()
    votes = np.eye(len(EMOTIONS))[(faces.labels + 1) % len(EMOTIONS)] * 6
    votes[:, 0] += 4
    torn = np.flatnonzero(faces.usage == PRIVATE)[0]
    votes[torn] = [5, 5, 0, 0, 0, 0, 0]

    read = load_faces(
        write_npz(faces, tmp_path / "fer2013.npz"),
        write_votes(votes, tmp_path / "v.csv"),
    )

    unseen = faces.usage == PRIVATE
    unseen[torn] = False
    np.testing.assert_array_equal(read.images, faces.images[unseen])
    np.testing.assert_array_equal(
        read.labels, (faces.labels[unseen] + 1) % len(EMOTIONS)
    )


def test_votes_are_not_for_class_folders(tmp_path):
    (tmp_path / "angry").mkdir()

    with pytest.raises(
        ValueError, match=r"v\.csv: votes are for FER2013, .* class folders"
    ):
        load_faces(tmp_path, tmp_path / "v.csv")
