"""Photos of any size are read; right and wrong are told apart."""

import cv2
import numpy as np
import pytest

from inference.contracts import FrameState, ReadingWithBox
from training.data import DataRefused
from training.predict import load_labels, predict, table

HAPPY = ReadingWithBox(
    FrameState.OK, scores=(0, 0, 0, 0.9, 0, 0, 0.1), faces=1, box=(10, 10, 40, 40)
)
NO_FACE = ReadingWithBox(FrameState.NO_FACE)


class RecordingEngine:
    """Answers with given readings and keeps the sizes of what it was shown."""

    def __init__(self, *readings):
        self._readings = list(readings)
        self.shapes = []

    def look(self, jpeg):
        self.shapes.append(cv2.imdecode(np.frombuffer(jpeg, np.uint8), 1).shape)
        return self._readings.pop(0)


@pytest.fixture
def photo(tmp_path):
    def make(name, width=64, height=48):
        path = tmp_path / name
        cv2.imwrite(str(path), np.full((height, width, 3), 120, np.uint8))
        return path

    return make


def test_right_and_wrong_are_counted(photo):
    paths = [photo("a.png"), photo("b.png"), photo("c.png")]
    labels = {"a.png": "happy", "b.png": "sad"}

    found = predict(RecordingEngine(HAPPY, HAPPY, NO_FACE), paths, labels, None)

    assert table(found).splitlines() == [
        f"{paths[0]}: happy 90% (right)",
        f"{paths[1]}: happy 90% (wrong, it is sad)",
        f"{paths[2]}: no face found",
        "1 of 2 right",
    ]


def test_a_large_photo_is_shrunk_to_what_the_engine_reads(photo):
    engine = RecordingEngine(HAPPY)

    predict(engine, [photo("large.png", width=3000, height=4000)], {}, None)

    height, width, _ = engine.shapes[0]
    assert (width, height) == (720, 960)


def test_an_annotated_copy_is_drawn(photo, tmp_path):
    predict(RecordingEngine(HAPPY), [photo("a.png")], {}, tmp_path / "out")

    assert cv2.imread(str(tmp_path / "out" / "a.png")) is not None


def test_a_file_that_is_no_picture_is_named(tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("none")

    with pytest.raises(DataRefused, match=r"notes\.jpg is not a readable picture"):
        predict(RecordingEngine(), [path], {}, None)


def test_an_unknown_label_is_named_with_its_line(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("a.png,happy\nb.png,bored\n")

    with pytest.raises(DataRefused, match="line 2"):
        load_labels(path)
