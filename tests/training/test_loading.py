"""Every form of FER2013 loads to the same arrays; damage is named."""

import zipfile

import cv2
import numpy as np
import pytest

from tests.training.small import (
    small_faces,
    write_csv,
    write_folders,
    write_npz,
)
from training.data import PRIVATE, PUBLIC, TRAINING, DataRefused, Faces
from training.loading import load_faces

FACES = small_faces(per_label=2, tests_per_label=2)


def assert_same(loaded, expected):
    assert np.array_equal(loaded.images, expected.images)
    assert np.array_equal(loaded.labels, expected.labels)
    assert np.array_equal(loaded.usage, expected.usage)


def test_an_archive_loads_as_it_was_written(tmp_path):
    assert_same(load_faces(write_npz(FACES, tmp_path / "fer.npz")), FACES)


def test_an_archive_of_wider_integers_loads_as_bytes(tmp_path):
    wide = Faces(
        *(each.astype(np.int64) for each in (FACES.images, FACES.labels, FACES.usage))
    )

    loaded = load_faces(write_npz(wide, tmp_path / "fer.npz"))

    assert_same(loaded, FACES)
    assert loaded.images.dtype == np.uint8


def test_kaggles_csv_loads_in_row_order(tmp_path):
    assert_same(load_faces(write_csv(FACES, tmp_path / "fer2013.csv")), FACES)


def test_the_challenges_csv_has_blanks_in_its_header(tmp_path):
    header = ("emotion", " Usage", " pixels")
    path = write_csv(FACES, tmp_path / "icml_face_data.csv", header=header)

    assert_same(load_faces(path), FACES)


@pytest.mark.parametrize("name", ["fer2013", "FER2013.CSV", "fer2013.txt"])
def test_a_csv_loads_whatever_its_name(tmp_path, name):
    assert_same(load_faces(write_csv(FACES, tmp_path / name)), FACES)


@pytest.mark.parametrize("name", ["fer2013", "FER2013.NPZ"])
def test_an_archive_loads_whatever_its_name(tmp_path, name):
    whole = write_npz(FACES, tmp_path / "whole.npz")

    assert_same(load_faces(whole.rename(tmp_path / name)), FACES)


def test_a_csv_may_begin_with_a_byte_order_mark(tmp_path):
    path = write_csv(FACES, tmp_path / "fer2013.csv")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert_same(load_faces(path), FACES)


def test_a_csv_saved_again_with_semicolons_is_the_same(tmp_path):
    path = write_csv(FACES, tmp_path / "fer2013.csv")
    path.write_text(path.read_text().replace(",", ";"))

    assert_same(load_faces(path), FACES)


def test_a_folder_stands_for_the_one_data_set_in_it(tmp_path):
    inner = tmp_path / "archive" / "fer2013"
    inner.mkdir(parents=True)
    write_csv(FACES, inner / "fer2013.csv")
    (inner / "README").write_text("emotion and usage are columns")
    (inner / "train.csv").write_text("emotion,pixels\n0,1 2 3\n")  # as Kaggle's
    (inner / "._fer2013.csv").write_bytes(b"\x00\x05\x16\x07")

    assert_same(load_faces(tmp_path), FACES)


def test_two_data_sets_in_a_folder_are_named(tmp_path):
    write_csv(FACES, tmp_path / "fer2013.csv")
    write_npz(FACES, tmp_path / "fer2013.npz")

    with pytest.raises(DataRefused, match=r"give one of .*2013\.csv, .*2013\.npz"):
        load_faces(tmp_path)


def test_what_is_still_packed_is_to_be_unpacked(tmp_path):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(write_csv(FACES, tmp_path / "fer2013.csv"), "fer2013.csv")

    with pytest.raises(DataRefused, match="is packed; unpack it and give the folder"):
        load_faces(path)


LEFT_BEHIND = [".ipynb_checkpoints", "__MACOSX", "@eaDir"]


def test_what_systems_leave_in_class_folders_is_neither_class_nor_picture(
    tmp_path, capsys
):
    write_folders(FACES, tmp_path)
    expected = load_faces(tmp_path)
    for part in ("train", "test"):
        for name in LEFT_BEHIND:
            (tmp_path / part / name).mkdir()
            (tmp_path / part / "happy" / name).mkdir()
        (tmp_path / part / ".DS_Store").write_bytes(b"Bud1")
        for name in ("Thumbs.db", "desktop.ini", "._Training_00003.png"):
            (tmp_path / part / "happy" / name).write_bytes(b"\x00\x05\x16\x07")

    assert_same(load_faces(tmp_path), expected)
    assert capsys.readouterr().err == ""


def test_pictures_of_another_kind_are_counted_and_named(tmp_path, capsys):
    write_folders(FACES, tmp_path)
    expected = load_faces(tmp_path)
    names = [f"{n}.{kind}" for n in range(4) for kind in ("bmp", "webp")]
    for name in names:
        (tmp_path / "train" / "sad" / name).write_bytes(b"")

    assert_same(load_faces(tmp_path), expected)
    said = capsys.readouterr().err
    assert "skipped 8 of another kind than .jpg, .jpeg, .png" in said
    assert said.endswith("0.bmp, 0.webp, 1.bmp, 1.webp, 2.bmp, 3 more.\n")


def test_folders_may_be_written_with_capitals(tmp_path):
    write_folders(FACES, tmp_path)
    expected = load_faces(tmp_path)
    (tmp_path / "train" / "fear").rename(tmp_path / "train" / "Fear")
    (tmp_path / "train").rename(tmp_path / "Train")

    assert_same(load_faces(tmp_path), expected)


def test_class_folders_load_with_the_parts_of_their_names(tmp_path):
    loaded = load_faces(write_folders(FACES, tmp_path))

    for part in (TRAINING, PUBLIC, PRIVATE):
        ours, theirs = loaded.usage == part, FACES.usage == part
        assert sorted(loaded.labels[ours]) == sorted(FACES.labels[theirs])
        assert {i.tobytes() for i in loaded.images[ours]} == {
            i.tobytes() for i in FACES.images[theirs]
        }


def test_unmarked_test_pictures_count_as_private(tmp_path):
    write_folders(FACES, tmp_path)
    for file in tmp_path.rglob("PublicTest_*"):
        file.rename(file.with_name(file.name.removeprefix("PublicTest_")))

    assert set(load_faces(tmp_path).usage.tolist()) == {TRAINING, PRIVATE}


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(DataRefused, match=r"nowhere\.npz does not exist"):
        load_faces(tmp_path / "nowhere.npz")


def test_an_unknown_form_is_refused(tmp_path):
    path = tmp_path / "fer.parquet"
    path.write_bytes(b"PAR1")

    with pytest.raises(DataRefused, match="no form of FER2013"):
        load_faces(path)


def test_a_cut_archive_is_refused(tmp_path):
    path = write_npz(FACES, tmp_path / "fer.npz")
    path.write_bytes(path.read_bytes()[:5000])

    with pytest.raises(DataRefused, match="copy it again"):
        load_faces(path)


def test_an_archive_without_usage_is_refused(tmp_path):
    path = tmp_path / "fer.npz"
    np.savez(path, images=FACES.images, labels=FACES.labels)

    with pytest.raises(DataRefused, match="usage"):
        load_faces(path)


def test_images_of_another_size_in_an_archive_are_refused(tmp_path):
    path = tmp_path / "fer.npz"
    np.savez(path, images=FACES.images[:, 1:], labels=FACES.labels, usage=FACES.usage)

    with pytest.raises(DataRefused, match=r"expected integer images of shape"):
        load_faces(path)


def test_an_archive_with_fewer_labels_than_images_is_refused(tmp_path):
    path = tmp_path / "fer.npz"
    np.savez(path, images=FACES.images, labels=FACES.labels[1:], usage=FACES.usage)

    with pytest.raises(DataRefused, match=r"expected integer labels of shape \(28,\)"):
        load_faces(path)


@pytest.mark.parametrize("compress", [np.savez, np.savez_compressed])
def test_an_archive_with_changed_bytes_is_refused(tmp_path, compress):
    path = tmp_path / "fer.npz"
    compress(path, images=FACES.images, labels=FACES.labels, usage=FACES.usage)
    content = bytearray(path.read_bytes())
    content[3000:3100] = bytes(100)
    path.write_bytes(content)

    with pytest.raises(DataRefused, match="copy it again"):
        load_faces(path)


def test_a_single_array_is_no_archive(tmp_path):
    path = tmp_path / "fer.npz"
    with path.open("wb") as file:
        np.save(file, FACES.images)

    with pytest.raises(DataRefused, match="copy it again"):
        load_faces(path)


def test_an_archive_with_an_eighth_label_is_refused(tmp_path):
    path = tmp_path / "fer.npz"
    np.savez(path, images=FACES.images, labels=FACES.labels + 1, usage=FACES.usage)

    with pytest.raises(DataRefused, match="expected labels 0 to 6"):
        load_faces(path)


def test_a_truncated_csv_names_its_last_line(tmp_path):
    path = write_csv(FACES, tmp_path / "fer2013.csv")
    whole = path.read_text()
    path.write_text(whole[: len(whole) - 3000])

    with pytest.raises(DataRefused, match=r"line 2[89].*pixels, expected 2304"):
        load_faces(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("emotion,pixels,Usage", "label,pixels,Usage", "columns emotion are missing"),
        ("\n0,", "\n7,", "line 2: emotion 7"),
        ("\n0,", "\nhappy,", "line 2: not a number"),
        ("Training", "Train", "line 2: emotion 0 with usage 'Train'"),
    ],
)
def test_a_wrong_cell_of_a_csv_is_named(tmp_path, old, new, said):
    path = write_csv(FACES, tmp_path / "fer2013.csv")
    path.write_text(path.read_text().replace(old, new, 1))

    with pytest.raises(DataRefused, match=said):
        load_faces(path)


def test_a_csv_that_is_no_text_is_refused(tmp_path):
    path = write_csv(FACES, tmp_path / "fer2013.csv")
    path.write_bytes(path.read_bytes()[:9000] + b"\xff\xfe\x00")

    with pytest.raises(DataRefused, match=r"fer2013\.csv cannot be read"):
        load_faces(path)


def test_an_empty_csv_is_refused(tmp_path):
    path = tmp_path / "fer2013.csv"
    path.write_text("emotion,pixels,Usage\n")

    with pytest.raises(DataRefused, match="no rows"):
        load_faces(path)


def test_folders_without_a_label_are_refused(tmp_path):
    write_folders(FACES, tmp_path)
    (tmp_path / "train" / "disgust").rename(tmp_path / "train" / "contempt")

    with pytest.raises(DataRefused, match=r"missing \['disgust'\].*'contempt'"):
        load_faces(tmp_path)


def test_folders_without_a_test_part_are_refused(tmp_path):
    write_folders(FACES, tmp_path)
    (tmp_path / "test").rename(tmp_path / "later")

    with pytest.raises(DataRefused, match="train/ and test/"):
        load_faces(tmp_path)


def test_folders_without_pictures_are_refused(tmp_path):
    write_folders(FACES, tmp_path)
    for file in tmp_path.rglob("*.png"):
        file.unlink()

    with pytest.raises(DataRefused, match="holds no picture"):
        load_faces(tmp_path)


def test_a_picture_of_another_size_is_named(tmp_path):
    write_folders(FACES, tmp_path)
    large = next((tmp_path / "test" / "happy").iterdir())
    cv2.imwrite(str(large), np.zeros((64, 50), np.uint8))

    with pytest.raises(DataRefused, match=f"{large.name} has 50x64 pixels"):
        load_faces(tmp_path)


def test_an_unreadable_picture_is_named(tmp_path):
    write_folders(FACES, tmp_path)
    broken = next((tmp_path / "train" / "sad").iterdir())
    broken.write_bytes(b"not a picture")

    with pytest.raises(DataRefused, match=broken.name):
        load_faces(tmp_path)


def test_a_data_set_without_test_faces_is_refused(tmp_path):
    training = FACES.rows(FACES.usage == TRAINING)

    with pytest.raises(DataRefused, match="no test face"):
        load_faces(write_npz(training, tmp_path / "fer.npz"))


def test_a_label_without_training_faces_is_named(tmp_path):
    kept = FACES.rows((FACES.labels != 1) | (FACES.usage != TRAINING))

    with pytest.raises(DataRefused, match="labelled disgust"):
        load_faces(write_npz(kept, tmp_path / "fer.npz"))
