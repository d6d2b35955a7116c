from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inference.alignment import cut
from inference.artefact import ArtefactRefused, load_artefact
from inference.classification import load_classifier, soften, to_model_input
from inference.detection.blazeface import BlazeFace
from inference.labels import EMOTIONS
from tests.inference.frames import astronaut_variants

E = len(EMOTIONS)
CROPS = np.random.default_rng(0).integers(0, 256, (5, 48, 48), np.uint8)


@pytest.fixture(scope="module")
def artefact():
    return load_artefact("small")


def test_crops_become_numbers_from_0_to_1():
    crops = np.array([[[0, 51], [102, 255]]], np.uint8)

    values = to_model_input(crops)

    assert values.dtype == np.float32
    np.testing.assert_allclose(values[0, :, :, 0], [[0, 0.2], [0.4, 1]])


def test_crops_grow_to_the_input_of_a_larger_network():
    ramp = np.tile(np.arange(48, dtype=np.uint8) * 5, (1, 48, 1))

    values = to_model_input(ramp, side=96, channels=3)

    assert values.shape == (1, 96, 96, 3)
    assert (values == values[..., :1]).all()
    # Two pixels for one: their mean is the one, so nothing has moved.
    pairs = values[0, :, :, 0].reshape(48, 2, 48, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(pairs, to_model_input(ramp)[0, :, :, 0], atol=0.005)


def test_no_crops_give_no_input():
    assert to_model_input(CROPS[:0], side=96, channels=3).shape == (0, 96, 96, 3)


@pytest.mark.parametrize(
    "crops",
    [
        np.zeros((1, 48, 48)),
        np.zeros((48, 48), np.uint8),
        np.zeros((1, 2, 3), np.uint8),
    ],
)
def test_crops_of_another_kind_are_refused(crops):
    with pytest.raises(ValueError, match="Expected uint8 crops of shape"):
        to_model_input(crops)


@given(
    scores=arrays(float, (3, E), elements=st.floats(0.001, 1)),
    temperature=st.floats(0.2, 5),
)
def test_softened_scores_are_scores_in_the_same_order(scores, temperature):
    softened = soften(scores, temperature)

    np.testing.assert_allclose(softened.sum(axis=1), 1)
    highest = np.take_along_axis(scores, softened.argmax(axis=1)[:, np.newaxis], axis=1)
    np.testing.assert_allclose(
        highest[:, 0], scores.max(axis=1)
    )  # equal to the last bit


def test_temperature_is_that_of_a_softmax_over_logits():
    logits = np.array([[2.0, 0.0, 1.0]])
    scores = np.exp(logits) / np.exp(logits).sum()

    expected = np.exp(logits / 3) / np.exp(logits / 3).sum()

    np.testing.assert_allclose(soften(scores, 3.0), expected)


@pytest.mark.parametrize("form", ["int8", "float"])
def test_scores_of_every_crop_sum_to_1(artefact, form):
    scores = load_classifier(artefact, form).classify(CROPS)

    assert scores.shape == (5, E)
    assert (scores > 0).all()
    np.testing.assert_allclose(scores.sum(axis=1), 1)


def test_a_batch_scores_like_its_faces_one_by_one(artefact):
    classifier = load_classifier(artefact, "int8")

    together = classifier.classify(CROPS)

    np.testing.assert_array_equal(
        together,
        np.concatenate([classifier.classify(CROPS[i : i + 1]) for i in range(5)]),
    )


def test_an_absent_form_is_refused_with_the_present_ones(artefact):
    without = replace(artefact, files={"int8": artefact.files["int8"]})

    with pytest.raises(ArtefactRefused, match=r"no 'float' network.*one of int8"):
        load_classifier(without, "float")


@pytest.fixture(scope="module")
def faces(models_dir):
    """One real face in forty lights, turns and sizes, as the engine cuts it."""
    detector = BlazeFace.load(models_dir)
    frames = list(astronaut_variants(40))
    return np.stack([cut(f, detector.detect(f)[0], size=48) for f in frames])


def test_the_integer_network_scores_like_the_float_one(artefact, faces):
    exact = load_classifier(artefact, "float").classify(faces)

    scores = load_classifier(artefact, "int8").classify(faces)

    assert np.abs(scores - exact).mean() < 0.02


@pytest.mark.long
@pytest.mark.parametrize(("form", "tolerance"), [("float", 0.005), ("int8", 0.02)])
def test_litert_scores_like_the_keras_network(artefact, faces, form, tolerance):
    exact = load_classifier(artefact, "keras").classify(faces)

    scores = load_classifier(artefact, form).classify(faces)

    assert np.abs(scores - exact).mean() < tolerance
