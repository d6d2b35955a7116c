"""Turn a run's weights into an artefact folder that `inference/` loads."""

import hashlib
import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from inference.artefact import CALIBRATION, CARD, VERSION, Artefact, Golden
from inference.classification import load_classifier
from inference.engine import DETECTORS, Engine
from inference.labels import EMOTIONS
from training import checkpoints, vinnet
from training.batches import Lessons, epoch_batches
from training.calibrate import Measured, calibration, fit_temperature, opinions
from training.convert import write_networks
from training.data import FACE_SIZE, PRIVATE, DataRefused, Faces, split_training
from training.evaluate import evaluate
from training.frames import camera_frames
from training.model_card import model_card
from training.models import build_serving
from training.recipe import Recipe, VinnetRecipe, recipe_of
from training.train import averaged, compiled_model, lessons_of

VOTES_SHARE = 0.1  # of the FER+ head in what serves; docs/training.md says why
EXAMPLES = 400  # faces that set the ranges of the integer network
GOLDEN_TOLERANCE = 0.05  # of a score; another CPU's kernels round differently


def export(
    faces: Faces,
    votes: np.ndarray | None,
    run: Path,
    folder: Path,
    *,
    models_dir: Path,
) -> None:
    """Write the artefact of a finished run, whole or not at all.

    Args:
        faces: The data set that the run learnt from.
        votes: The FER+ votes that it learnt from, if any.
        run: Folder of the run.
        folder: The artefact; one of that name is replaced at the very end.
        models_dir: Where the face detector's files are.

    Raises:
        DataRefused: If the run is not finished, or Keras runs on another backend
            than the converter's.
    """
    if keras.config.backend() != "tensorflow":
        raise DataRefused(
            "LiteRT's converter reads TensorFlow's networks; call export with "
            "KERAS_BACKEND=tensorflow, which reads this run's checkpoints, too."
        )
    recipe = recipe_of(run)
    split = split_training(faces, share=recipe.held_out, seed=recipe.seed)
    if isinstance(recipe, VinnetRecipe):
        network = vinnet.serving_network(recipe, run)
    else:
        network = serving_network(recipe, run, lessons_of(faces, votes, split.train))
    staged = folder.with_name(f".{folder.name}-unfinished")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    files = write_networks(network, faces.images[split.train[:EXAMPLES]], staged)
    artefact = _describe(staged, folder.name, files)
    held_out = faces.rows(split.held_out)
    labelled = opinions(
        held_out.labels, None if votes is None else votes[split.held_out]
    )
    artefact = calibrate(artefact, held_out, labelled, models_dir)
    artefact = add_golden(artefact, models_dir)
    write_card(artefact, staged)
    artefact = add_metrics(artefact, faces, votes, models_dir)
    write_card(artefact, staged)
    card = model_card(artefact, recipe, with_votes=votes is not None)
    (staged / "MODEL_CARD.md").write_text(card)
    shutil.rmtree(folder, ignore_errors=True)
    staged.rename(folder)


def serving_network(recipe: Recipe, run: Path, lessons: Lessons) -> keras.Model:
    """Load a run's averaged weights as one float32 network with one output.

    Raises:
        DataRefused: If the run has not come to its end.
    """
    exact = replace(recipe, precision="float32")
    model = compiled_model(exact, lessons.steps(exact))
    done = checkpoints.restore(model, run / "checkpoints")
    if done < recipe.epochs:
        raise DataRefused(
            f"{run} was stopped after {done} of {recipe.epochs} epochs; "
            "call train again to finish it."
        )
    with averaged(model):
        _refresh_norms(model, lessons, exact)
        weights = model.get_weights()
    return build_serving(
        weights,
        widths=recipe.widths,
        blocks=recipe.blocks,
        votes_share=VOTES_SHARE,
    )


def _refresh_norms(model: keras.Model, lessons: Lessons, recipe: Recipe) -> None:
    """Measure the norms' statistics anew: they belonged to the live weights."""
    batches = epoch_batches(lessons, recipe, recipe.epochs - 1)
    for _, (images, _, _) in zip(range(100), batches, strict=False):
        model(images, training=True)


def _describe(staged: Path, name: str, files: dict[str, str]) -> Artefact:
    return Artefact(
        name=name,
        hash="",  # of the card, which is written last
        size=FACE_SIZE,
        files={form: staged / file for form, file in files.items()},
        default="int8",
        temperature=1.0,
        golden=Golden(staged / "golden.jpg", (), GOLDEN_TOLERANCE),
        metrics={},
    )


def calibrate(
    artefact: Artefact, held_out: Faces, labelled: np.ndarray, models_dir: Path
) -> Artefact:
    """Send held-out faces through the serving path; set temperature and calibration.

    `labelled` (K, N, 7) holds what each way to label says of each held-out face.

    Raises:
        DataRefused: If too few faces of any label are found.
    """
    engine = _engine(artefact, models_dir)
    readings = [engine.read([frame])[0] for frame in camera_frames(held_out.images)]
    seen = np.array([reading.scores is not None for reading in readings])
    if not seen.any():
        raise DataRefused(
            f"The detector found no face in {len(seen)} stills; "
            "are these pictures of faces?"
        )
    scores = np.array([r.scores for r in readings if r.scores is not None])
    measured = Measured(scores, held_out.labels[seen], labelled[:, seen])
    temperature = fit_temperature(measured)
    text = json.dumps(_rounded(calibration(measured, temperature)))
    (artefact.golden.path.parent / CALIBRATION).write_text(text)
    print(
        f"Faces found in {seen.mean():.1%} of {len(seen)} frames, "
        f"{(scores.argmax(axis=1) == measured.labels).mean():.1%} of these right; "
        f"temperature {temperature:.3f}"
    )
    return replace(artefact, temperature=temperature)


def add_golden(artefact: Artefact, models_dir: Path) -> Artefact:
    """Keep one face and what the shipped network says of it.

    The face is scikit-image's picture of the astronaut Eileen Collins, a work of
    NASA in the public domain.
    """
    from skimage.data import astronaut  # noqa: PLC0415 -- needed for exports alone

    picture: np.ndarray = astronaut()  # type: ignore[no-untyped-call]
    still = cv2.cvtColor(picture[10:250, 60:380], cv2.COLOR_RGB2BGR)
    jpeg = cv2.imencode(".jpg", still, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
    artefact.golden.path.write_bytes(jpeg)
    scores = _engine(artefact, models_dir).read([jpeg])[0].scores
    if scores is None:
        raise RuntimeError(f"No face was found in {artefact.golden.path}.")
    rounded = tuple(round(score, 5) for score in scores)
    return replace(artefact, golden=replace(artefact.golden, scores=rounded))


def add_metrics(
    artefact: Artefact, faces: Faces, votes: np.ndarray | None, models_dir: Path
) -> Artefact:
    """Evaluate the staged artefact; its card tells what was found."""
    folder = artefact.golden.path.parent
    found = evaluate(folder, faces, votes, models_dir=models_dir).figures
    del found["ms_per_face"]  # says more about the machine than about the network
    found["parity"] = parity(artefact, faces.images[faces.usage == PRIVATE][:500])
    return replace(artefact, metrics=found)


def parity(artefact: Artefact, images: np.ndarray) -> dict[str, Any]:
    """How far the LiteRT files' calibrated scores are from the Keras network's."""
    expected = load_classifier(artefact, "keras").classify(images)
    found: dict[str, Any] = {"faces": len(images)}
    for form in ("int8", "float"):
        scores = load_classifier(artefact, form).classify(images)
        same = scores.argmax(axis=1) == expected.argmax(axis=1)
        found[form] = {
            "max_difference": float(np.abs(scores - expected).max()),
            "same_label": float(same.mean()),
        }
    return found


def write_card(artefact: Artefact, folder: Path) -> None:
    """Write `card.json` with the hashes of all files that are there."""
    others = sorted(
        path for path in folder.iterdir() if path.name not in {CARD, "MODEL_CARD.md"}
    )
    card = {
        "name": artefact.name,
        "version": VERSION,
        "labels": EMOTIONS,
        "input": {"size": artefact.size, "channels": 1},
        "default": artefact.default,
        "files": {form: path.name for form, path in artefact.files.items()},
        "sha256": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in others},
        "temperature": artefact.temperature,
        "metrics": _rounded(artefact.metrics),
        "golden": {
            "frame": artefact.golden.path.name,
            "scores": artefact.golden.scores,
            "tolerance": artefact.golden.tolerance,
        },
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n")


def _engine(artefact: Artefact, models_dir: Path) -> Engine:
    classifier = load_classifier(artefact, artefact.default)
    return Engine(DETECTORS["blazeface"](models_dir), classifier)


def _rounded(value: Any) -> Any:
    """Six digits are more than these figures carry; what was not measured is null."""
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
