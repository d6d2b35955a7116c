"""Artefacts stand side by side, one row for each form."""

import pytest

from tests.training.small import small_faces

pytestmark = pytest.mark.long

FACES = small_faces(per_label=1, tests_per_label=6)


def test_each_form_of_an_artefact_has_a_row():
    from inference.artefact import FOLDER
    from training.compare import COLUMNS, compare

    header, _, *rows = compare([FOLDER / "small"], FACES).splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]

    assert header == f"| {' | '.join(COLUMNS)} |"
    assert [row[:2] for row in cells] == [
        ["small", form] for form in ("int8", "float", "keras")
    ]
    assert all(len(row) == len(COLUMNS) and all(row) for row in cells)


def test_multiply_adds_are_counted_by_hand():
    from keras import Input, Sequential, layers

    from training.compare import multiply_adds

    network = Sequential(
        [
            Input((8, 8, 3)),
            layers.Conv2D(4, 3, strides=2, padding="same"),
            layers.DepthwiseConv2D(3, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(7),
        ]
    )

    assert multiply_adds(network) == 4 * 4 * 9 * 3 * 4 + 4 * 4 * 9 * 4 + 4 * 7
