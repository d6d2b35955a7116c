"""What pictures tell of light and heads is measured, face by face."""

import numpy as np
import pytest

from inference.engine import load_engine
from tests.training.small import people_faces
from training.conditions import THIRDS, by_condition, turn, unevenness
from training.people import PeopleFaces


def test_a_nose_between_the_eyes_is_a_straight_head():
    assert turn(((10, 20), (30, 20), (20, 32))) == 0


@pytest.mark.parametrize("tilted", [False, True])
def test_a_nose_below_an_eye_is_half_the_eyes_distance_aside(tilted):
    eyes_and_nose = np.array([(0, 0), (20, 0), (0, 15)], float)
    if tilted:  # by 45 degrees, which is no turn
        eyes_and_nose = eyes_and_nose @ np.array([(1, 1), (-1, 1)]) / np.sqrt(2)

    assert turn(tuple(map(tuple, eyes_and_nose))) == pytest.approx(0.5)


def test_light_from_one_side_is_uneven_whichever_side_it_is():
    face = np.full((48, 48), 100, np.uint8)
    left_dark, right_dark = face.copy(), face.copy()
    left_dark[:, :24] = 50
    right_dark[:, 24:] = 50

    even, left, right = unevenness(np.stack([face, left_dark, right_dark]))

    assert even == 0
    assert left == right == pytest.approx(1 / 3)


def test_faces_are_parted_by_what_their_pictures_show(astronauts):
    found = by_condition(load_engine(), astronauts)

    assert {name: tuple(of) for name, of in found.items()} == THIRDS
    for thirds in found.values():  # some are pasted too small to be found
        faces = [each["right"]["faces"] for each in thirds.values()]
        assert len(faces) == 3
        assert min(faces) >= 1


def test_where_nothing_is_found_there_is_nothing_to_tell():
    found = by_condition(load_engine(), people_faces(per_label=1))

    assert found["turn"]["straightest third"]["right"]["faces"] == 0


@pytest.fixture
def astronauts():
    """One face, brighter and brighter."""
    from skimage import color, data

    grey = (color.rgb2gray(data.astronaut())[10:250, 100:340] * 255).astype(np.uint8)
    images = np.stack(
        [(grey * part).astype(np.uint8) for part in np.linspace(0.5, 1, 12)]
    )
    labels = np.full(12, 3, np.uint8)
    return PeopleFaces(images, labels, np.ones(12, np.uint8), np.arange(12))
