import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from inference.artefact import ArtefactRefused, load_artefact, load_calibration
from inference.labels import EMOTIONS

E = len(EMOTIONS)


def write_artefact(folder, **changes):
    """A complete artefact of made-up files; changes replace entries of its card."""
    uniform = np.full((E, E), 1 / E).tolist()
    calibration = {
        "M": uniform,
        "S": np.zeros((E, E, E)).tolist(),
        "A": uniform,
        "max_mean": [0.5] * E,
        "max_var": [0.01] * E,
        "prior": [1 / E] * E,
        "faces": [10] * E,
        "offsets": np.zeros((2, E, E)).tolist(),
    }
    files = {
        "emotion_int8.tflite": b"int8 network",
        "golden.jpg": b"a face",
        "calibration.json": json.dumps(calibration).encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    card = {
        "name": "made up",
        "version": 1,
        "labels": list(EMOTIONS),
        "input": {"size": 48, "channels": 1},
        "default": "int8",
        "files": {"int8": "emotion_int8.tflite"},
        "sha256": {
            name: hashlib.sha256(content).hexdigest() for name, content in files.items()
        },
        "temperature": 1.5,
        "metrics": {"accuracy": 0.6},
        "golden": {"frame": "golden.jpg", "scores": [1 / E] * E, "tolerance": 0.05},
    }
    (folder / "card.json").write_text(json.dumps(card | changes))
    return folder


def test_an_artefact_is_read_from_its_card(tmp_path):
    artefact = load_artefact(write_artefact(tmp_path))

    assert artefact.size == 48
    assert artefact.default == "int8"
    assert artefact.files["int8"].read_bytes() == b"int8 network"
    assert artefact.golden.scores == (1 / E,) * E
    assert (
        artefact.hash
        == hashlib.sha256((tmp_path / "card.json").read_bytes()).hexdigest()
    )


def test_a_calibration_knows_the_artefact_that_it_belongs_to(tmp_path):
    write_artefact(tmp_path)

    calibration = load_calibration(tmp_path)

    assert calibration.artefact_hash == load_artefact(tmp_path).hash
    assert calibration.covariances.shape == (E, E, E)


def test_other_labels_are_refused(tmp_path):
    write_artefact(tmp_path, labels=sorted(EMOTIONS))

    with pytest.raises(ArtefactRefused, match=r"has the labels.*Restore the folder"):
        load_artefact(tmp_path)
    with pytest.raises(ArtefactRefused, match="has the labels"):
        load_calibration(tmp_path)


@pytest.mark.parametrize(
    "name", ["emotion_int8.tflite", "golden.jpg", "calibration.json"]
)
def test_a_changed_file_is_refused(tmp_path, name):
    (write_artefact(tmp_path) / name).write_bytes(b"{}")

    with pytest.raises(ArtefactRefused, match=f"{name} is not the file"):
        load_artefact(tmp_path)


def test_a_changed_calibration_is_refused_where_only_it_is_read(tmp_path):
    (write_artefact(tmp_path) / "calibration.json").write_text("{}")

    with pytest.raises(ArtefactRefused, match=r"calibration\.json is not the file"):
        load_calibration(tmp_path)


def test_a_network_without_a_hash_is_refused(tmp_path):
    write_artefact(tmp_path, sha256={})

    with pytest.raises(ArtefactRefused, match="has no SHA-256 of"):
        load_artefact(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    (write_artefact(tmp_path) / "emotion_int8.tflite").unlink()

    with pytest.raises(ArtefactRefused, match=r"tflite cannot be read: No such file"):
        load_artefact(tmp_path)


def test_an_absent_artefact_is_refused(tmp_path):
    with pytest.raises(ArtefactRefused, match="There is no artefact"):
        load_artefact(tmp_path / "nowhere")


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"version": 2}'])
def test_a_card_of_another_form_is_refused(tmp_path, card):
    (tmp_path / "card.json").write_text(card)

    with pytest.raises(ArtefactRefused, match=r"card\.json"):
        load_artefact(tmp_path)


def test_a_process_that_only_estimates_loads_no_model_library():
    code = (
        "import sys, inference.artefact, inference.mood, inference.engine_worker;"
        "print({'cv2', 'ai_edge_litert', 'tensorflow', 'keras'} & set(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"
