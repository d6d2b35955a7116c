"""Right and wrong are told apart; each photo has its own label and its own copy."""

import cv2
import numpy as np
import pytest

from inference.contracts import FrameState, ReadingWithBox
from training.data import DataRefused
from training.photo_labels import PhotoLabels
from training.predict import photos_of, predict, table

HAPPY = ReadingWithBox(
    FrameState.OK, scores=(0, 0, 0, 0.9, 0, 0, 0.1), faces=1, box=(10, 10, 40, 40)
)
NO_FACE = ReadingWithBox(FrameState.NO_FACE)
NO_LABELS = PhotoLabels({})


class FakeEngine:
    """Answers with given readings."""

    def __init__(self, *readings):
        self._readings = list(readings)

    def read_picture(self, picture):
        return self._readings.pop(0)


@pytest.fixture
def photo(tmp_path):
    def make(name):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), np.full((48, 64, 3), 120, np.uint8))
        return path

    return make


@pytest.fixture
def labels(tmp_path):
    def write(content):
        path = tmp_path / "labels.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return PhotoLabels.load(path)

    return write


def test_right_and_wrong_are_counted(photo, labels):
    paths = [photo("a.png"), photo("b.png"), photo("c.png")]
    truths = labels("a.png,happy\nb.png,sad\n")

    found = predict(FakeEngine(HAPPY, HAPPY, NO_FACE), paths, truths, None)

    assert table(found).splitlines() == [
        f"{paths[0]}: happy 90% (right)",
        f"{paths[1]}: happy 90% (wrong, it is sad)",
        f"{paths[2]}: no face found",
        "1 of 2 right",
    ]


def test_photos_of_one_name_have_labels_and_copies_of_their_own(
    photo, labels, tmp_path
):
    photos = [photo("a/1.jpg"), photo("b/1.jpg"), photo("b/1.png")]
    truths = labels("a/1.jpg,happy\n.\\b\\1.jpg,sad\n1.png,happy\n")

    found = predict(FakeEngine(HAPPY, HAPPY, HAPPY), photos, truths, tmp_path / "out")

    assert [each.truth for each in found] == ["happy", "sad", "happy"]
    copies = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(copies) == 3
    assert all(cv2.imread(str(copy)) is not None for copy in copies)


def test_a_name_that_may_mean_two_photos_labels_neither(photo, labels):
    photos = [photo("a/1.jpg"), photo("b/1.jpg")]

    with pytest.raises(DataRefused, match=r"1\.jpg may mean .*a/1\.jpg or .*b/1\.jpg"):
        predict(FakeEngine(), photos, labels("1.jpg,happy\n"), None)


def test_a_label_of_a_photo_that_was_not_given_is_remarked_on(photo, labels, capsys):
    predict(FakeEngine(NO_FACE), [photo("a.png")], labels("b.png,sad\n"), None)

    assert "photos that were not given: b.png" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa.png,happy\r\nb.png,sad\r\n",  # a byte order mark
        "a.png;happy\nb.png;sad\n",  # as Excel writes it in Germany or France
        "file,label\na.png, Happy\n\nb.png,sad\n",
    ],
)
def test_labels_are_read_as_programs_write_them(photo, labels, content):
    truths = labels(content).of([photo("a.png"), photo("b.png")])

    assert truths == ["happy", "sad"]


def test_a_name_typed_on_another_system_is_the_same_name(photo, labels):
    decomposed, composed = "Zoe\u0308.png", "Zo\u00eb.png"

    assert labels(f"{composed},sad\n").of([photo(decomposed)]) == ["sad"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a.png,happy\nb.png,bored\n", r"line 2: .* received 'b\.png' with 'bored'"),
        ("a.png\n", "line 1: expected a file name and one of angry"),
        ("a.png,happy\na.png,sad\n", r"line 2: a\.png has another label, too"),
        ("Zoë.png,sad\n".encode("latin-1"), "save it as “CSV UTF-8”"),
    ],
)
def test_a_wrong_line_is_named(labels, content, said):
    with pytest.raises(DataRefused, match=said):
        labels(content)


def test_a_folder_stands_for_its_photos_without_what_systems_leave(photo, capsys):
    wanted = [photo("in/b.png"), photo("in/c.JPG")]
    for name in ("._b.png", "Thumbs.db", "notes.txt"):
        (wanted[0].parent / name).write_bytes(b"\x00\x05\x16\x07")

    assert photos_of([wanted[0].parent]) == wanted
    said = capsys.readouterr().err
    assert "skipped 1 of another kind" in said
    assert "notes.txt" in said


def test_a_folder_without_photos_is_refused(tmp_path):
    with pytest.raises(DataRefused, match="no photo"):
        photos_of([tmp_path])
