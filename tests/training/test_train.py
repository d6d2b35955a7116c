"""A stopped run continues as if it had never stopped."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from tests.training.runs import COMPACT, FACES, VOTES, stopped, values_of
from training import checkpoints
from training.data import DataRefused

pytestmark = pytest.mark.long  # what trains loads TensorFlow


@pytest.fixture(autouse=True, scope="module")
def exact_arithmetic():
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that came to its end; no test changes it."""
    from training.train import train

    run = tmp_path_factory.mktemp("runs") / "whole"
    train(FACES, VOTES, COMPACT, run)
    return run


@pytest.fixture(scope="module")
def half(tmp_path_factory):
    """A run that was stopped after the first of three epochs; no test changes it."""
    from training.train import train

    run = tmp_path_factory.mktemp("runs") / "half"
    with pytest.MonkeyPatch.context() as patch:
        stopped(patch, lambda: train(FACES, VOTES, COMPACT, run), after=1)
    return run


def weights_of(run):
    from training.train import compiled_model

    model = compiled_model(COMPACT, steps_per_epoch=3)
    assert checkpoints.restore(model, run / "checkpoints") == COMPACT.epochs
    return values_of(model)


def test_a_resumed_run_ends_with_the_same_weights(whole, half, tmp_path):
    from training.train import train

    resumed = shutil.copytree(half, tmp_path / "resumed")

    train(FACES, VOTES, COMPACT, resumed)

    for ours, theirs in zip(weights_of(resumed), weights_of(whole), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-5)


def test_a_corrupt_checkpoint_falls_back_to_the_one_before(whole, tmp_path):
    from training.train import compiled_model

    kept = shutil.copytree(whole / "checkpoints", tmp_path / "checkpoints")
    newest = kept / "epoch-0003.weights.h5"
    newest.write_bytes(newest.read_bytes()[:20_000])

    model = compiled_model(COMPACT, steps_per_epoch=3)

    assert checkpoints.restore(model, kept) == 2


def test_a_run_without_readable_checkpoints_starts_fresh(tmp_path):
    from training.train import compiled_model

    (tmp_path / "epoch-0001.weights.h5").write_bytes(b"nothing")
    model = compiled_model(COMPACT, steps_per_epoch=3)
    before = model.get_weights()

    assert checkpoints.restore(model, tmp_path) == 0
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        assert np.array_equal(ours, theirs)


def test_a_half_trained_run_is_not_exported(half, tmp_path):
    from training.export import export

    with pytest.raises(DataRefused, match=r"stopped after 1 of 3 epochs; call train"):
        export(
            FACES,
            VOTES,
            None,
            half,
            tmp_path / "made",
            models_dir=tmp_path,
        )
    assert not (tmp_path / "made").exists()


def test_too_few_faces_for_one_batch_are_refused(tmp_path):
    from training.train import train

    with pytest.raises(DataRefused, match="fewer than one batch of 128"):
        train(FACES, VOTES, replace(COMPACT, batch=128), tmp_path)


def test_the_rate_rises_to_its_peak_and_falls_to_nothing():
    from training.train import OneCycle

    rate = OneCycle(peak=0.01, warm_up_steps=10, steps=100)
    rates = [float(rate(step)) for step in range(101)]

    assert int(np.argmax(rates)) in (9, 10)
    assert max(rates) == pytest.approx(0.01)
    assert rates[-1] == pytest.approx(0, abs=1e-6)


def test_fused_norms_learn_what_keras_norms_learn():
    import keras

    from training.models import FusedBatchNormalization

    keras.config.set_dtype_policy("float32")
    batch = np.random.default_rng(0).normal(3, 2, (32, 6, 6, 4)).astype(np.float32)
    fused = FusedBatchNormalization(momentum=0.5)
    plain = keras.layers.BatchNormalization(momentum=0.5)

    for _ in range(3):
        ours, theirs = fused(batch, training=True), plain(batch, training=True)

    assert np.array(ours) == pytest.approx(np.array(theirs), abs=1e-4)
    # TensorFlow's fused variance is the unbiased one: n / (n - 1), n = 32 * 6 * 6.
    for a, b in zip(fused.get_weights(), plain.get_weights(), strict=True):
        assert a == pytest.approx(b, rel=2e-3, abs=1e-3)
