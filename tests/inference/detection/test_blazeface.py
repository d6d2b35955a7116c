"""What the detector makes of what its network sees, with answers instead of a network."""

import cv2
import numpy as np
import pytest

from inference.detection.blazeface import CONFIRMED, BlazeFace
from inference.detection.blazeface_network import Seen, overlap
from tests.inference.frames import ASTRONAUT


class FakeNetwork:
    """Answers from a list, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def find(self, image, *, threshold):
        self.asked.append((image.shape, threshold))
        return self.answers.pop(0)


def detector(*, quick=(), whole=(), square=(), close=()):
    """A detector, and its networks by name."""
    answers = {"quick": quick, "whole": whole, "square": square, "close": close}
    networks = {name: FakeNetwork(*each) for name, each in answers.items()}
    return BlazeFace(**networks), networks


def seen(left, top, side, score):
    marks = np.tile((left + side / 2, top + side / 2), (4, 1))
    return Seen((left, top, left + side, top + side), marks, score)


def test_a_large_sure_face_is_believed_at_the_quick_look():
    blazeface, networks = detector(quick=[[seen(100, 80, 60, 0.76)]])

    [face] = blazeface.detect(ASTRONAUT)

    assert face.box == (100, 80, 160, 140)
    assert not networks["whole"].asked


@pytest.mark.parametrize("quick", [[], [seen(200, 30, 30, 0.9)]])
def test_where_the_quick_look_shows_no_large_face_the_whole_picture_is_asked(quick):
    blazeface, _ = detector(quick=[quick], whole=[[seen(100, 80, 60, 0.9)]])

    [face] = blazeface.detect(ASTRONAUT)

    assert face.box == (100, 80, 160, 140)


def test_a_small_face_counts_where_the_whole_picture_shows_none():
    blazeface, _ = detector(quick=[[seen(200, 30, 30, 0.9)]], whole=[[]])

    [face] = blazeface.detect(ASTRONAUT)

    assert face.box == (200, 30, 230, 60)


def test_the_whole_picture_must_be_surer_than_the_quick_look():
    blazeface, _ = detector(quick=[[]], whole=[[seen(100, 80, 60, 0.81)]], close=[[]])

    assert blazeface.detect(ASTRONAUT) == []


def test_an_unsure_face_is_confirmed_by_its_surroundings_alone():
    blazeface, networks = detector(
        quick=[[seen(100, 80, 60, 0.6)]], close=[[seen(19, 19, 58, 0.8)]]
    )

    [face] = blazeface.detect(ASTRONAUT)

    assert face.box == (101, 81, 159, 139)
    assert networks["close"].asked == [((96, 96, 3), CONFIRMED)]


@pytest.mark.parametrize("corner", [(0, 0), (280, 0), (0, 200), (300, 220)])
def test_at_the_edge_the_surroundings_keep_their_shape(corner):
    blazeface, networks = detector(
        quick=[[seen(*corner, 50, 0.6)]], whole=[[]], close=[[]]
    )

    assert blazeface.detect(ASTRONAUT) == []
    assert networks["close"].asked == [((80, 80, 3), CONFIRMED)]


def test_a_small_doubt_of_the_quick_look_is_left_to_the_whole_picture():
    small, large = seen(10, 10, 30, 0.6), seen(100, 80, 60, 0.9)
    blazeface, networks = detector(quick=[[small]], whole=[[large]])

    [face] = blazeface.detect(ASTRONAUT)

    assert face.box == large.box
    assert not networks["close"].asked


def test_an_unsure_face_that_a_closer_look_does_not_show_is_none():
    blazeface, _ = detector(
        quick=[[seen(100, 80, 60, 0.6)]], close=[[seen(0, 0, 20, 0.9)]], whole=[[]]
    )

    assert blazeface.detect(ASTRONAUT) == []


def test_no_time_is_spent_on_doubts_smaller_than_a_sure_face():
    blazeface, _ = detector(quick=[[seen(100, 80, 60, 0.9), seen(10, 10, 30, 0.6)]])

    [face] = blazeface.detect(ASTRONAUT)

    assert face.score == 0.9


def test_many_doubts_cost_three_closer_looks_each_time_at_most():
    doubts = [seen(10 * i, 10, 41 + i, 0.6) for i in range(12)]
    blazeface, networks = detector(
        quick=[doubts], whole=[doubts], close=[[] for _ in range(6)]
    )

    assert blazeface.detect(ASTRONAUT) == []
    assert len(networks["close"].asked) == 6


@pytest.mark.parametrize("shape", [(480, 240), (240, 480)])
def test_a_picture_of_another_shape_is_neither_stretched_nor_moved(shape):
    blazeface, networks = detector(square=[[seen(100, 80, 60, 0.9)]])

    [face] = blazeface.detect(np.zeros((*shape, 3), np.uint8))

    assert networks["square"].asked == [((480, 480, 3), 0.5)]
    assert face.box == (100, 80, 160, 140)


def near(width):
    """The astronaut's face, so wide in pixels, in the middle of a frame."""
    scale = width / 58
    matrix = np.array([[scale, 0, 160 - 141 * scale], [0, scale, 120 - 80 * scale]])
    return cv2.warpAffine(
        ASTRONAUT, matrix, (320, 240), borderMode=cv2.BORDER_REPLICATE
    )


@pytest.mark.parametrize("width", [45, 60, 80, 110, 140])
def test_a_face_is_found_near_the_camera_and_away_from_it(width, models_dir):
    half = width / 2
    where = (160 - half, 120 - half, 160 + half, 120 + half)

    face = BlazeFace.load(models_dir).detect(near(width))[0]

    assert overlap(where, face.box) > 0.6
