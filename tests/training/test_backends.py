"""Both networks train, resume and read TensorFlow's checkpoints on other backends.

TensorFlow itself is the backend of all other tests here.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.training.runs import (
    COMPACT,
    FACES,
    VINNET,
    VOTES,
    first_weights,
    stopped,
)
from training import checkpoints

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]
ROOT = Path(__file__).parents[2]

WITHOUT_TENSORFLOW = """
import sys
sys.modules["tensorflow"] = None  # any import of it fails
from tests.training.on_backend import main
main(*sys.argv[1:])
"""
HAS_TORCH = importlib.util.find_spec("torch") is not None
BACKENDS = [
    "jax",
    pytest.param(
        "torch",
        marks=pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed"),
        id="torch"
        if HAS_TORCH
        else "torch: not installed, PyPI has it with CUDA alone",
    ),
]


def compact_of_tensorflow(run, monkeypatch):
    from training.train import compiled_model, predict, train

    stopped(monkeypatch, lambda: train(FACES, VOTES, COMPACT, run), after=1)
    model = compiled_model(COMPACT, steps_per_epoch=3)
    checkpoints.restore(model, run / "checkpoints")
    return predict(model, FACES.images)


def vinnet_of_tensorflow(run, monkeypatch):
    from inference.classification import to_model_input
    from training.vinnet import compiled_model, train

    run.mkdir()
    weights = first_weights(run)
    stopped(monkeypatch, lambda: train(FACES, VINNET, run, weights), after=1)
    model = compiled_model(VINNET)
    checkpoints.restore(model, run / "checkpoints")
    return model.predict_on_batch(to_model_input(FACES.images, side=32, channels=3))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("network", "train"),
    [
        pytest.param("compact", compact_of_tensorflow, id="compact"),
        pytest.param("vinnet", vinnet_of_tensorflow, id="vinnet"),
    ],
)
def test_a_network_trains_and_resumes_without_tensorflow(
    network, train, backend, tmp_path, monkeypatch
):
    scores = train(tmp_path / "of-tensorflow", monkeypatch)

    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, network, tmp_path],
        cwd=ROOT,
        env=os.environ
        | {
            "KERAS_BACKEND": backend,
            "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false "
            "--xla_backend_optimization_level=0",  # it is compiled longer than run
            "OMP_NUM_THREADS": "1",
            # The same step is compiled for four models here, once.
            "JAX_COMPILATION_CACHE_DIR": str(tmp_path / "compiled"),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    np.testing.assert_allclose(np.load(tmp_path / "scores.npy"), scores, atol=1e-4)
