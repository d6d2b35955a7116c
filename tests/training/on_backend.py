"""One network trained, stopped and continued; test_backends calls `main`."""

from pathlib import Path

import numpy as np
import pytest

from inference.classification import to_model_input
from tests.training.runs import (
    COMPACT,
    FACES,
    VINNET,
    VOTES,
    first_weights,
    stopped,
    values_of,
)
from training import checkpoints, train, vinnet


class Compact:
    epochs = COMPACT.epochs

    def train(self, run):
        train.train(FACES, VOTES, COMPACT, run)

    def model(self):
        return train.compiled_model(COMPACT, steps_per_epoch=3)

    def scores(self, model):
        return train.predict(model, FACES.images)


class Vinnet:
    epochs = VINNET.epochs

    def train(self, run):
        run.mkdir(parents=True, exist_ok=True)
        vinnet.train(FACES, VINNET, run, first_weights(run))

    def model(self):
        return vinnet.compiled_model(VINNET)

    def scores(self, model):
        return model.predict_on_batch(to_model_input(FACES.images, side=32, channels=3))


def end_of(network, run):
    model = network.model()
    assert checkpoints.restore(model, run / "checkpoints") == network.epochs
    return values_of(model)


def main(name, folder):
    """Continue the run of another backend in `folder`; then stop and resume one."""
    network = {"compact": Compact, "vinnet": Vinnet}[name]()
    folder = Path(folder)
    foreign = folder / "of-tensorflow"
    model = network.model()
    assert checkpoints.restore(model, foreign / "checkpoints") == 1
    np.save(folder / "scores.npy", network.scores(model))
    network.train(foreign)
    end_of(network, foreign)

    network.train(folder / "whole")
    with pytest.MonkeyPatch.context() as patch:
        stopped(patch, lambda: network.train(folder / "stopped"), after=1)
    network.train(folder / "stopped")
    resumed = end_of(network, folder / "stopped")
    for ours, theirs in zip(resumed, end_of(network, folder / "whole"), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5, rtol=0)
