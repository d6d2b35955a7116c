"""What Keras' callbacks knew before a stop, they know after it."""

import csv

import numpy as np
import pytest

from tests.training.runs import stopped, values_of
from training import checkpoints
from training.recipe import VinnetRecipe

pytestmark = pytest.mark.long

EPOCHS = 40
RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(24, 4)).astype(np.float32)
LABELS = RANDOM.integers(0, 2, (24, 1)).astype(np.float32)  # nothing to be learnt


def train(run):
    """A network of one layer that soon gets worse on what it has not seen."""
    import keras

    from training.callbacks import callbacks_of

    keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    model.compile(
        keras.optimizers.Adam(0.3), loss="binary_crossentropy", metrics=["accuracy"]
    )
    done = checkpoints.restore(model, run / "checkpoints")
    model.fit(
        INPUTS[:16],
        LABELS[:16],
        batch_size=16,
        initial_epoch=done,
        epochs=EPOCHS,
        validation_data=(INPUTS[16:], LABELS[16:]),
        callbacks=callbacks_of(run, epochs_done=done),
        verbose=0,
    )
    return model


def course(run):
    with (run / "log.csv").open(newline="") as file:
        return [
            {name: float(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    run = tmp_path_factory.mktemp("whole")
    return run, train(run)


def test_the_rate_falls_and_the_run_stops_early(whole):
    rows = course(whole[0])
    best = min(range(len(rows)), key=lambda row: rows[row]["val_loss"])

    assert len(rows) == best + 11 < EPOCHS
    assert rows[-1]["learning_rate"] == pytest.approx(rows[0]["learning_rate"] / 100)


@pytest.mark.parametrize(
    "after",
    [
        1,
        6,
        9,
    ],
)
def test_a_run_stopped_after_any_epoch_takes_the_same_course(
    whole, tmp_path, monkeypatch, after
):
    stopped(monkeypatch, lambda: train(tmp_path), after=after)
    resumed = train(tmp_path)

    assert course(tmp_path) == [
        pytest.approx(row, abs=1e-5) for row in course(whole[0])
    ]
    for ours, theirs in zip(values_of(resumed), values_of(whole[1]), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-5)


def test_an_epoch_that_was_logged_but_not_kept_is_logged_once(whole, tmp_path):
    from training.callbacks import callbacks_of

    log = tmp_path / "log.csv"
    log.write_text("epoch,loss\n0,0.9\n1,0.8\n2,0.7\n")

    callbacks_of(tmp_path, epochs_done=2)

    assert log.read_text().split() == ["epoch,loss", "0,0.9", "1,0.8"]


def test_the_course_of_the_run_can_be_drawn(whole):
    from training.charts import course_chart

    assert course_chart(whole[0] / "log.csv").startswith(b"\x89PNG")


def test_a_run_that_stopped_early_is_finished(whole):
    from training.callbacks import finished

    epochs = len(course(whole[0]))

    assert finished(whole[0], VinnetRecipe(epochs=EPOCHS), epochs_done=epochs)
    assert not finished(whole[0], VinnetRecipe(epochs=EPOCHS), epochs_done=epochs - 1)
