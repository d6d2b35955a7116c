"""Two faces in one have an answer between theirs, by how much of each is seen."""

import numpy as np
import pytest

from training.mixup import mix

N = 16
IMAGES = np.stack([np.full((8, 8), 10 * n, np.uint8) for n in range(N)])
ANSWERS = {"fer": np.eye(N, dtype=np.float32)}
EVEN = {"fer": np.ones(N, np.float32)}
SEEDS = range(20)


def mixed(seed, weights=EVEN):
    return mix(IMAGES, ANSWERS, weights, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_says_how_much_of_each_face_is_seen(seed):
    images, answers, _ = mixed(seed)

    shown = answers["fer"] @ (10.0 * np.arange(N))  # each face is one grey level
    assert images.mean(axis=(1, 2)) == pytest.approx(shown, abs=0.51)
    assert answers["fer"].sum(axis=1) == pytest.approx(np.ones(N))


def test_some_faces_are_blended_and_some_pasted():
    levels = {max(len(np.unique(image)) for image in mixed(seed)[0]) for seed in SEEDS}

    assert levels == {1, 2}  # a blend is one grey between two, a patch leaves both


def test_the_faces_themselves_stay():
    before = IMAGES.copy()
    for seed in SEEDS:
        mixed(seed)

    assert np.array_equal(IMAGES, before)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_face_without_an_answer_has_no_part_in_one(seed):
    without = {"fer": np.where(np.arange(N) == 3, 0, 1).astype(np.float32)}

    _, answers, weights = mixed(seed, without)
    _, whole, _ = mixed(seed)

    counted = weights["fer"] > 0
    assert (answers["fer"][counted, 3] == 0).all()
    # What is left of the weight is the part of the faces that have an answer.
    assert weights["fer"] == pytest.approx(1 - whole["fer"][:, 3], abs=1e-6)


def test_the_same_random_state_gives_the_same_faces():
    for ours, theirs in zip(mixed(7), mixed(7), strict=True):
        if isinstance(ours, dict):
            ours, theirs = ours["fer"], theirs["fer"]
        assert np.array_equal(ours, theirs)
