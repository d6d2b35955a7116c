import json
import shutil
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.artefact import FOLDER, ArtefactRefused, Golden
from inference.contracts import Face, FrameState
from inference.detection.blazeface import FRAMING, BlazeFace
from inference.engine import Engine, load_engine, prove
from inference.engine_config import EngineConfig
from inference.labels import EMOTIONS
from tests.inference.frames import ASTRONAUT_JPEG, EMPTY_JPEG

SCORES = (0.05, 0.05, 0.1, 0.4, 0.1, 0.1, 0.2)


class FakeDetector:
    """Sees the same faces in every frame that is not empty."""

    def __init__(self, *boxes):
        self.boxes = boxes

    def detect(self, image):
        if image.max() < 190:
            return []
        return [face_in(box) for box in self.boxes]


def face_in(box):
    left, top, right, bottom = box
    points = FRAMING * (right - left, bottom - top) + (left, top)
    return Face(box, 0.9, points, FRAMING, tuple(map(tuple, points)))


class FakeClassifier:
    """Gives every crop the same scores and remembers the batches."""

    size = 48

    def __init__(self):
        self.batches = []

    def classify(self, crops):
        self.batches.append(crops)
        return np.tile(SCORES, (len(crops), 1))


LARGE, SMALL = (100.0, 40.0, 180.0, 120.0), (10.0, 10.0, 40.0, 40.0)


def test_frames_with_a_face_are_classified_in_one_call_and_keep_their_place():
    classifier = FakeClassifier()
    engine = Engine(FakeDetector(LARGE), classifier)

    readings = engine.read([ASTRONAUT_JPEG, b"no frame", EMPTY_JPEG, ASTRONAUT_JPEG])

    ok, rejected, no_face, also_ok = readings
    assert [r.state for r in readings] == ["ok", "rejected", "no_face", "ok"]
    assert ok.scores == also_ok.scores == SCORES
    assert rejected.scores is None
    assert rejected.reason == "not a JPEG"
    assert no_face.faces == 0
    assert [len(batch) for batch in classifier.batches] == [2]


def test_nothing_is_classified_where_no_frame_shows_a_face():
    classifier = FakeClassifier()

    readings = Engine(FakeDetector(LARGE), classifier).read([EMPTY_JPEG])

    assert [r.state for r in readings] == [FrameState.NO_FACE]
    assert classifier.batches == []


def test_an_empty_batch_has_no_readings():
    assert Engine(FakeDetector(), FakeClassifier()).read([]) == []


def test_the_largest_face_is_read_and_all_are_counted():
    engine = Engine(FakeDetector(LARGE, SMALL), FakeClassifier())

    [reading] = engine.read([ASTRONAUT_JPEG])

    assert reading.faces == 2
    assert engine.read_with_box(ASTRONAUT_JPEG).box == LARGE


def test_luma_is_the_mean_grey_of_the_face_that_was_cut():
    classifier = FakeClassifier()

    [reading] = Engine(FakeDetector(LARGE), classifier).read([ASTRONAUT_JPEG])

    assert reading.luma == pytest.approx(classifier.batches[0].mean())


def test_a_reading_with_box_agrees_with_one_without_and_adds_where_the_face_is():
    engine = Engine(FakeDetector(LARGE), FakeClassifier())

    seen = engine.read_with_box(ASTRONAUT_JPEG)

    [reading] = engine.read([ASTRONAUT_JPEG])
    assert (seen.state, seen.scores, seen.luma) == (
        reading.state,
        reading.scores,
        reading.luma,
    )
    assert len(seen.landmarks) == 4


def test_a_reading_of_no_face_has_no_box():
    seen = Engine(FakeDetector(), FakeClassifier()).read_with_box(ASTRONAUT_JPEG)

    assert seen.state == FrameState.NO_FACE
    assert seen.box is None


def test_a_watch_sees_every_step_in_order():
    steps = []

    @contextmanager
    def watch(step):
        steps.append(step)
        yield

    Engine(FakeDetector(LARGE), FakeClassifier(), watch=watch).read([ASTRONAUT_JPEG])

    assert steps == ["decode", "detect", "align", "classify"]


@pytest.fixture(scope="module")
def seeing_engine(models_dir):
    return Engine(BlazeFace.load(models_dir), FakeClassifier())


@given(jpeg=st.binary(max_size=2000))
def test_no_bytes_make_the_engine_raise(jpeg, seeing_engine):
    [reading] = seeing_engine.read([jpeg])

    assert reading.state == FrameState.REJECTED


changes = st.lists(
    st.tuples(st.integers(0, len(ASTRONAUT_JPEG) - 1), st.integers(0, 255)), max_size=20
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(changes=changes, end=st.integers(0, len(ASTRONAUT_JPEG)))
def test_no_damaged_frame_makes_the_engine_raise(changes, end, seeing_engine):
    jpeg = bytearray(ASTRONAUT_JPEG)
    for position, value in changes:
        jpeg[position] = value

    readings = seeing_engine.read([bytes(jpeg[:end]), ASTRONAUT_JPEG])

    assert readings[0].state in {"ok", "no_face", "rejected"}
    assert readings[1].state == "ok"


def golden(tmp_path, scores, jpeg=ASTRONAUT_JPEG):
    (tmp_path / "golden.jpg").write_bytes(jpeg)
    return Golden(tmp_path / "golden.jpg", scores, tolerance=0.05)


def test_an_engine_that_scores_the_golden_face_as_it_should_passes(tmp_path):
    engine = Engine(FakeDetector(LARGE), FakeClassifier())

    prove(engine, golden(tmp_path, SCORES), tolerance=0.05)


def test_an_engine_that_scores_the_golden_face_otherwise_is_refused(tmp_path):
    engine = Engine(FakeDetector(LARGE), FakeClassifier())

    with pytest.raises(ArtefactRefused, match=r"0\.150 off its card.*restore"):
        prove(engine, golden(tmp_path, SCORES[::-1]), tolerance=0.05)


def test_an_engine_that_sees_no_golden_face_is_refused(tmp_path):
    engine = Engine(FakeDetector(LARGE), FakeClassifier())

    with pytest.raises(ArtefactRefused, match="No face was found"):
        prove(engine, golden(tmp_path, SCORES, jpeg=EMPTY_JPEG), tolerance=0.05)


def test_an_unknown_detector_is_refused_by_name():
    with pytest.raises(ValueError, match="FER_DETECTOR is 'eyes'; write one of blaze"):
        load_engine(EngineConfig(detector="eyes"))


def test_the_shipped_network_sees_a_smile():
    [reading] = load_engine(EngineConfig()).read([ASTRONAUT_JPEG])

    assert EMOTIONS[np.argmax(reading.scores)] == "happy"
    assert sum(reading.scores) == pytest.approx(1)
    assert reading.faces == 1


def test_the_original_system_s_detector_serves_the_shipped_network():
    [reading] = load_engine(EngineConfig(detector="haar")).read([ASTRONAUT_JPEG])

    assert EMOTIONS[np.argmax(reading.scores)] == "happy"


def test_a_card_whose_golden_face_says_otherwise_keeps_the_engine_from_starting(
    tmp_path,
):
    tampered = tmp_path / "tampered"
    shutil.copytree(FOLDER / "small", tampered)
    card = json.loads((tampered / "card.json").read_text())
    card["golden"]["scores"] = [1.0, 0, 0, 0, 0, 0, 0]
    (tampered / "card.json").write_text(json.dumps(card))

    with pytest.raises(ArtefactRefused, match="off its card"):
        load_engine(EngineConfig(artefact=str(tampered)))
