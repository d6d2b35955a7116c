"""The page on a data set counts what is wrong with it."""

import numpy as np

from tests.training.small import small_faces
from training.data import PRIVATE, Faces
from training.inspection import _copies, describe, inspect

FACES = small_faces(per_label=3, tests_per_label=2)


def test_copies_conflicts_and_blanks_are_counted():
    images = FACES.images.copy()
    images[1] = images[0]  # another label, so they disagree
    images[np.flatnonzero(FACES.usage == PRIVATE)[0]] = images[2]
    images[3] = 200

    text = describe(Faces(images, FACES.labels, FACES.usage))

    assert "1 training images repeat another one" in text
    assert "1 more labels than images" in text
    assert "1 test images have a copy in training" in text
    assert "1 images are almost blank" in text


def test_the_page_needs_no_other_file(tmp_path):
    inspect(FACES, tmp_path)

    page = (tmp_path / "data.html").read_text()
    assert page.count("data:image/png;base64,") == 8
    assert (tmp_path / "happy.png").is_file()


def test_copies_are_shown_together_those_that_disagree_first(tmp_path):
    images = FACES.images.copy()
    images[8] = images[1]  # of the same label
    images[5] = images[4]  # of another one

    inspect(Faces(images, FACES.labels, FACES.usage), tmp_path)

    assert (tmp_path / "copies.png").is_file()
    assert _copies(Faces(images, FACES.labels, FACES.usage)).tolist() == [4, 5, 1, 8]
