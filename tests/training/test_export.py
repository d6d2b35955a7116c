"""What is exported computes what was trained."""

from dataclasses import replace

import numpy as np
import pytest

from inference.artefact import Artefact, Golden, load_artefact
from inference.classification import to_model_input
from inference.labels import EMOTIONS
from inference.litert import LiteRTNetwork
from tests.training.small import small_faces
from training.recipe import Recipe

pytestmark = pytest.mark.long

FACES = small_faces(per_label=8, tests_per_label=2)
SIZES = {"widths": (8, 64), "blocks": (1, 1)}  # 64: wide enough for an excitation


@pytest.fixture(scope="module")
def trained():
    """A network whose norms and heads are not those of a new one."""
    import keras

    from training.models import build_compact

    keras.config.set_dtype_policy("float32")
    model = build_compact(**SIZES)
    for _ in range(5):
        model(to_model_input(FACES.images), training=True)
    return model


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    from training.convert import write_networks
    from training.models import build_serving

    folder = tmp_path_factory.mktemp("networks")
    network = build_serving(trained.get_weights(), **SIZES, votes_share=0.25)
    files = write_networks(network, FACES.images, folder)
    return network, {form: folder / name for form, name in files.items()}


def serve(path, images):
    network = LiteRTNetwork(path)
    scale, zero = network.input["quantization"]
    rows = []
    for face in to_model_input(images):
        if network.input["dtype"] == np.int8:
            face = np.clip(np.rint(face / scale) + zero, -128, 127).astype(np.int8)
        row = network.run(face[np.newaxis])[0][0].astype(np.float64)
        out_scale, out_zero = network.outputs[0]["quantization"]
        rows.append((row - out_zero) * out_scale if out_scale else row)
    return np.array(rows)


def test_one_output_is_the_geometric_mean_of_both_heads(trained, exported):
    heads = trained(to_model_input(FACES.images), training=False)
    mean = np.array(heads["fer"]) ** 0.75 * np.array(heads["ferplus"]) ** 0.25
    mean /= mean.sum(axis=1, keepdims=True)

    scores = np.array(exported[0](to_model_input(FACES.images)))

    assert scores == pytest.approx(mean, abs=1e-5)


def test_disgust_has_more_of_its_score(trained):
    from training.export import serving_network

    recipe = Recipe(**SIZES, votes_share=0.25)
    faces = to_model_input(FACES.images)
    without, more = (
        np.array(serving_network(each, trained.get_weights())(faces))
        for each in (recipe, replace(recipe, disgust=0.5))
    )

    disgust = EMOTIONS.index("disgust")
    gained = np.log(more / without)
    others = np.delete(gained, disgust, axis=1)
    assert gained[:, [disgust]] - others == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(("form", "tolerance"), [("float", 0.005), ("int8", 0.05)])
def test_a_litert_file_scores_like_keras(exported, form, tolerance):
    network, files = exported
    expected = np.array(network(to_model_input(FACES.images)))

    assert np.abs(serve(files[form], FACES.images) - expected).max() < tolerance


def test_the_kept_keras_network_needs_no_code_of_ours(exported):
    import keras

    network, files = exported
    loaded = keras.saving.load_model(files["keras"], compile=False)
    kinds = {type(layer).__module__.split(".")[0] for layer in loaded.layers}

    assert kinds == {"keras"}
    assert np.array(loaded(to_model_input(FACES.images[:4]))) == pytest.approx(
        np.array(network(to_model_input(FACES.images[:4]))), abs=1e-6
    )


def test_the_card_that_is_written_is_the_one_that_is_read(exported, tmp_path):
    from training.artefact_writer import write_card

    for path in exported[1].values():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "golden.jpg").write_bytes(b"a face")
    (tmp_path / "calibration.json").write_text("{}")
    artefact = Artefact(
        name="small",
        hash="",
        size=48,
        files={form: tmp_path / path.name for form, path in exported[1].items()},
        default="int8",
        temperature=1.25,
        golden=Golden(tmp_path / "golden.jpg", (0.5, 0.5, 0, 0, 0, 0, 0), 0.05),
        metrics={"accuracy": {"test": 0.5}},
    )

    write_card(artefact, tmp_path)

    loaded = load_artefact(tmp_path)
    assert replace(loaded, hash="") == artefact
