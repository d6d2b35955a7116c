"""A stopped run continues as if it had never stopped."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.small import small_faces
from training import checkpoints
from training.recipe import Recipe

pytestmark = pytest.mark.slow

FACES = small_faces(per_label=10, tests_per_label=2)
VOTES = np.eye(7)[FACES.labels].astype(np.float32) * 8
RECIPE = Recipe(
    epochs=3,
    batch=16,
    held_out=0.2,
    widths=(8, 16),
    blocks=(1, 1),
    sides=((0.4, 32), (1.0, 48)),
    precision="float32",
)


class Stopped(Exception):
    """Stands for a kill between two epochs."""


@pytest.fixture(autouse=True)
def exact_arithmetic():
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


def weights_of(run):
    from training.train import compiled_model

    model = compiled_model(RECIPE, steps_per_epoch=3)
    assert checkpoints.restore(model, run / "checkpoints") == RECIPE.epochs
    return [v.numpy() for v in (*model.variables, *model.optimizer.variables)]


def train_and_stop(run, monkeypatch, *, after):
    """Train until the checkpoint of epoch `after` is written, then stop."""
    from training.train import train

    save = checkpoints.save

    def save_then_stop(model, folder, *, epochs_done):
        save(model, folder, epochs_done=epochs_done)
        if epochs_done == after:
            raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save", save_then_stop)
        with pytest.raises(Stopped):
            train(FACES, VOTES, RECIPE, run)


def test_a_resumed_run_ends_with_the_same_weights(tmp_path, monkeypatch):
    from training.train import train

    train(FACES, VOTES, RECIPE, tmp_path / "whole")
    train_and_stop(tmp_path / "stopped", monkeypatch, after=1)
    train(FACES, VOTES, RECIPE, tmp_path / "stopped")

    whole, resumed = weights_of(tmp_path / "whole"), weights_of(tmp_path / "stopped")
    for ours, theirs in zip(resumed, whole, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-5)


def test_a_corrupt_checkpoint_falls_back_to_the_one_before(tmp_path):
    from training.train import compiled_model, train

    train(FACES, VOTES, RECIPE, tmp_path)
    newest = tmp_path / "checkpoints" / "epoch-0003.weights.h5"
    newest.write_bytes(newest.read_bytes()[:20_000])

    model = compiled_model(RECIPE, steps_per_epoch=3)

    assert checkpoints.restore(model, tmp_path / "checkpoints") == 2


def test_a_run_without_readable_checkpoints_starts_fresh(tmp_path):
    from training.train import compiled_model

    (tmp_path / "epoch-0001.weights.h5").write_bytes(b"nothing")
    model = compiled_model(RECIPE, steps_per_epoch=3)
    before = model.get_weights()

    assert checkpoints.restore(model, tmp_path) == 0
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        assert np.array_equal(ours, theirs)


def test_a_folder_with_another_recipe_is_refused(tmp_path):
    RECIPE.keep_in(tmp_path)

    with pytest.raises(FileExistsError, match="another run"):
        replace(RECIPE, epochs=4).keep_in(tmp_path)


def test_a_recipe_is_read_as_it_was_kept(tmp_path):
    RECIPE.keep_in(tmp_path)

    assert Recipe.of_run(tmp_path) == RECIPE


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
