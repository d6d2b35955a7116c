"""A server that would serve a wrong network, or none, says one sentence and ends."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inference.artefact import FOLDER

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[3]


def without_models(folder):
    return {
        "FER_MODELS_DIR": str(folder)
    }, "face_detection_short_range.tflite is missing"


def with_another_golden_face(folder):
    artefact = folder / "tampered"
    shutil.copytree(FOLDER / "small", artefact)
    card = json.loads((artefact / "card.json").read_text())
    card["golden"]["scores"] = [1.0, 0, 0, 0, 0, 0, 0]
    (artefact / "card.json").write_text(json.dumps(card))
    return {"FER_ARTEFACT": str(artefact)}, "off its card"


def without_network(folder):
    artefact = folder / "halved"
    shutil.copytree(FOLDER / "small", artefact)
    for network in artefact.glob("*.tflite"):
        network.unlink()
    return {"FER_ARTEFACT": str(artefact)}, "tflite"


@pytest.mark.parametrize(
    "broken", [without_models, with_another_golden_face, without_network]
)
def test_the_server_ends_with_one_sentence_that_says_why(broken, tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    change, why = broken(folder)

    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", "0"],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "fer_platform.settings.demo"}
        | {"FER_VAR": str(tmp_path), "FER_LOG_LEVEL": "CRITICAL"}
        | change,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 1
    assert "Ready" not in done.stdout
    [said] = [line for line in done.stderr.splitlines() if "The server ends" in line]
    assert why in said
    assert "Traceback" not in done.stderr
