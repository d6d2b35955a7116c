"""Vinnet learns as the original did, resumes, and serves what it learnt."""

import functools
import http.server
import re
import threading
from dataclasses import replace

import numpy as np
import pytest

from inference.artefact import Artefact, Golden
from inference.classification import load_classifier
from inference.litert import LiteRTNetwork
from tests.training.runs import FACES, VINNET, first_weights, stopped, values_of
from training import checkpoints
from training.data import TRAINING, DataRefused, Faces
from training.recipe import VinnetRecipe, recipe_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]


@pytest.fixture(autouse=True, scope="module")
def exact_arithmetic():
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


@pytest.fixture(scope="module")
def imagenet(tmp_path_factory):
    return first_weights(tmp_path_factory.mktemp("imagenet"))


@pytest.fixture(scope="module")
def run(imagenet, tmp_path_factory):
    """A finished run."""
    from training.vinnet import train

    folder = tmp_path_factory.mktemp("runs") / "whole"
    train(FACES, VINNET, folder, imagenet)
    return folder


def test_it_is_the_originals_network():
    from training.vinnet import build_vinnet

    network = build_vinnet(VinnetRecipe())
    names = [layer.name for layer in network.layers[-6:]]

    assert network.input_shape == (None, 72, 72, 3)
    assert network.output_shape == (None, 7)
    assert names == ["pool", "dense_512", "dense_128", "dense_64", "logits", "scores"]
    # MobileNetV2's 2,257,984 and the dense layers' weights and biases.
    dense = 1280 * 512 + 512 + 512 * 128 + 128 + 128 * 64 + 64 + 64 * 7 + 7
    assert network.count_params() == 2_257_984 + dense


def test_a_resumed_run_ends_with_the_same_weights(run, imagenet, tmp_path, monkeypatch):
    from training.vinnet import compiled_model, train

    stopped(monkeypatch, lambda: train(FACES, VINNET, tmp_path, imagenet), after=1)
    train(FACES, VINNET, tmp_path, weights=None)

    ends = []
    for folder in (run, tmp_path):
        model = compiled_model(VINNET)
        assert checkpoints.restore(model, folder / "checkpoints") == VINNET.epochs
        ends.append(values_of(model))
    for ours, theirs in zip(*ends, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-5)


def test_a_finished_run_is_left_alone(run):
    from training.vinnet import train

    before = (run / "log.csv").read_text()

    train(FACES, VINNET, run, weights=None)

    assert (run / "log.csv").read_text() == before


def test_a_run_leaves_the_logs_that_the_original_had(run):
    header, *rows = (run / "log.csv").read_text().split()

    assert set(header.split(",")) == {
        *("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
    }
    assert len(rows) == VINNET.epochs
    assert (run / "best.weights.h5").is_file()
    assert list((run / "tensorboard").rglob("events.out.*"))


def test_a_recipe_is_read_as_it_was_kept(tmp_path):
    VINNET.keep_in(tmp_path)

    assert recipe_of(tmp_path) == VINNET


@pytest.fixture(scope="module")
def artefact(run, tmp_path_factory):
    from training.convert import write_networks
    from training.vinnet import serving_network

    folder = tmp_path_factory.mktemp("artefact")
    files = write_networks(serving_network(VINNET, run), FACES.images, folder)
    return Artefact(
        name="vinnet",
        hash="",
        size=48,
        files={form: folder / name for form, name in files.items()},
        default="int8",
        temperature=1.0,
        golden=Golden(folder / "golden.jpg", (), 0.05),
        metrics={},
    )


def test_the_files_read_large_coloured_input(artefact):
    for form in ("int8", "float"):
        network = LiteRTNetwork(artefact.files[form])

        assert network.input["shape"].tolist() == [1, 32, 32, 3]


@pytest.mark.parametrize(("form", "tolerance"), [("float", 0.005), ("int8", 0.05)])
def test_a_litert_file_scores_48_pixel_faces_like_keras(artefact, form, tolerance):
    expected = load_classifier(artefact, "keras").classify(FACES.images)

    scores = load_classifier(artefact, form).classify(FACES.images)

    assert np.abs(scores - expected).max() < tolerance


def test_what_serves_are_the_best_epochs_weights(run):
    from training.vinnet import serving_network

    network = serving_network(VINNET, run)
    memory = checkpoints.remembered(run / "checkpoints", epochs_done=VINNET.epochs)

    for ours, best in zip(network.get_weights(), memory.best, strict=True):
        assert np.array_equal(ours, best)


def test_a_half_trained_run_is_not_exported(imagenet, tmp_path, monkeypatch):
    from training.vinnet import serving_network, train

    stopped(monkeypatch, lambda: train(FACES, VINNET, tmp_path, imagenet), after=1)

    with pytest.raises(DataRefused, match="stopped after 1 epochs; call train"):
        serving_network(VINNET, tmp_path)


def with_a_copy():
    """The small faces, one of whose test images stands in training, too."""
    images = FACES.images.copy()
    copied = int(np.flatnonzero(FACES.usage != TRAINING)[0])
    images[copied] = images[0]
    return Faces(images, FACES.labels, FACES.usage), copied


def test_by_honest_rules_no_test_image_is_learnt_or_decides():
    from training.vinnet import split_of

    faces, _ = with_a_copy()

    split = split_of(faces, VINNET)

    assert (faces.usage[split.train] == TRAINING).all()
    assert (faces.usage[split.held_out] == TRAINING).all()
    assert 0 not in {*split.train, *split.held_out}


def test_by_the_originals_rules_copies_are_learnt_and_test_images_decide():
    from training.vinnet import split_of

    faces, copied = with_a_copy()

    split = split_of(faces, replace(VINNET, original_rules=True))

    assert np.array_equal(split.train, np.flatnonzero(faces.usage == TRAINING))
    assert np.array_equal(split.held_out, np.flatnonzero(faces.usage != TRAINING))
    assert 0 in split.train
    assert copied in split.held_out


@pytest.fixture(scope="module")
def model():
    """A network to begin a run with; each test gives it first weights or is refused."""
    from training.vinnet import compiled_model

    return compiled_model(VINNET)


def test_it_starts_from_the_given_weights(model, imagenet):
    from training.vinnet import mobilenet, start_from_imagenet

    start_from_imagenet(model, VINNET, imagenet)

    expected = mobilenet(VINNET, weights=imagenet).get_weights()
    for ours, theirs in zip(model.get_weights(), expected, strict=False):
        assert np.array_equal(ours, theirs)


def test_a_damaged_file_of_weights_is_named(model, imagenet, tmp_path):
    from training.vinnet import start_from_imagenet

    damaged = tmp_path / "damaged.weights.h5"
    damaged.write_bytes(imagenet.read_bytes()[:9000])

    with pytest.raises(DataRefused, match=r"damaged\.weights\.h5 failed.*--weights"):
        start_from_imagenet(model, VINNET, damaged)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def download_from(monkeypatch, tmp_path):
    """Point Keras' download elsewhere, and its cache to an empty folder."""
    from keras.src.applications import mobilenet_v2
    from keras.src.backend import config

    cache = tmp_path / "cache"
    cache.mkdir()  # Keras would use another folder for a missing one

    def point_to(port):
        address = f"http://127.0.0.1:{port}/"
        monkeypatch.setattr(mobilenet_v2, "BASE_WEIGHT_PATH", address)
        monkeypatch.setattr(config, "_KERAS_DIR", str(cache))

    return point_to


def test_without_a_file_the_weights_are_downloaded(model, download_from, tmp_path):
    from training.vinnet import mobilenet, start_from_imagenet

    offered = mobilenet(VINNET, weights=None)
    name = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"
    offered.save(tmp_path / name)
    handler = functools.partial(QuietHandler, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        download_from(server.server_port)
        start_from_imagenet(model, VINNET, weights=None)
        server.shutdown()

    for ours, theirs in zip(model.get_weights(), offered.get_weights(), strict=False):
        assert np.array_equal(ours, theirs)


def test_a_refused_download_is_one_sentence_with_a_remedy(model, download_from):
    from training.vinnet import start_from_imagenet

    download_from(1)  # nobody listens there

    with pytest.raises(DataRefused) as refused:
        start_from_imagenet(model, VINNET, weights=None)

    assert re.fullmatch(
        r"Keras' download of .* failed \(.*refused.*\); give --weights a file .*\.",
        str(refused.value),
    )
