"""Write the folder that `inference/` loads: networks, calibration, golden face, card."""

import hashlib
import json
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import keras
import numpy as np

from inference.artefact import CALIBRATION, CARD, VERSION, Artefact, Golden
from inference.classification import load_classifier
from inference.engine import DETECTORS, Engine
from inference.labels import EMOTIONS
from training.calibrate import (
    LabelSource,
    calibration,
    fit_temperature,
    source_of_people,
    sources_of_fer,
)
from training.convert import write_networks
from training.data import FACE_SIZE, PRIVATE, DataRefused, Faces
from training.evaluate import evaluate
from training.frames import read_as_frames
from training.model_card import model_card
from training.people import PeopleFaces
from training.recipe import Recipe, RefitRecipe, VinnetRecipe

GOLDEN_TOLERANCE = 0.05  # of a score; another CPU's kernels round differently


@dataclass(frozen=True, slots=True)
class Judged:
    """Faces that a network is measured on, and what is known of them."""

    faces: Faces
    votes: np.ndarray | None = None  # (N, 7), of `faces`
    people: PeopleFaces | None = None


def require_converter() -> None:
    """Refuse a Keras backend whose networks LiteRT's converter does not read.

    Raises:
        DataRefused: If it is not TensorFlow.
    """
    if keras.config.backend() != "tensorflow":
        raise DataRefused(
            "LiteRT's converter reads TensorFlow's networks; call this command with "
            "KERAS_BACKEND=tensorflow, which reads what other backends wrote, too."
        )


def write_artefact(
    network: keras.Model,
    folder: Path,
    *,
    recipe: Recipe | VinnetRecipe | RefitRecipe,
    examples: np.ndarray,
    held_out: Judged,
    judged: Judged,
    models_dir: Path,
    also: Mapping[str, float] = MappingProxyType({}),
) -> None:
    """Write an artefact, whole or not at all.

    Args:
        network: What serves, with one output.
        folder: The artefact; one of that name is replaced at the very end.
        recipe: How the network came about.
        examples: Shape (N, 48, 48), faces that set the ranges of the integer network.
        held_out: Decides temperature and calibration.
        judged: The whole data, whose test parts the card tells about.
        models_dir: Where the face detector's files are.
        also: Further figures for the card.

    Raises:
        DataRefused: If too few faces of any label are found.
    """
    staged = folder.with_name(f".{folder.name}-unfinished")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    files = write_networks(network, examples, staged)
    artefact = _describe(staged, folder.name, files)
    artefact = calibrate(artefact, held_out, models_dir)
    artefact = add_golden(artefact, models_dir)
    write_card(artefact, staged)
    artefact = add_metrics(artefact, judged, models_dir)
    artefact = replace(artefact, metrics=artefact.metrics | dict(also))
    write_card(artefact, staged)
    card = model_card(artefact, recipe, with_votes=judged.votes is not None)
    (staged / "MODEL_CARD.md").write_text(card)
    shutil.rmtree(folder, ignore_errors=True)
    staged.rename(folder)


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


def calibrate(artefact: Artefact, held_out: Judged, models_dir: Path) -> Artefact:
    """Send held-out faces through the serving path; set temperature and calibration.

    Raises:
        DataRefused: If too few faces of any label are found.
    """
    sources = _sources(_engine(artefact, models_dir), held_out)
    # By the first source alone, which is ten voters': the mistakes of a single rater
    # would make the network seem less sure than it may be.
    temperature = fit_temperature(sources[0])
    text = json.dumps(_rounded(calibration(sources, temperature)))
    (artefact.golden.path.parent / CALIBRATION).write_text(text)
    print(f"Temperature {temperature:.3f}")
    return replace(artefact, temperature=temperature)


def _sources(engine: Engine, held_out: Judged) -> Sequence[LabelSource]:
    scores, seen = _found(engine, held_out.faces.images)
    votes = None if held_out.votes is None else held_out.votes[seen]
    sources = sources_of_fer(scores, held_out.faces.labels[seen], votes)
    if held_out.people is None:
        return sources
    scores, seen = _found(engine, held_out.people.images)
    return [*sources, source_of_people(scores, held_out.people.labels[seen])]


def _found(engine: Engine, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scores, seen = read_as_frames(engine, images)
    if not seen.any():
        raise DataRefused(
            f"The detector found no face in {len(seen)} frames; "
            "are these pictures of faces?"
        )
    print(f"Faces found in {seen.mean():.1%} of {len(seen)} frames")
    return scores, seen


def add_golden(artefact: Artefact, models_dir: Path) -> Artefact:
    """Keep one face and what the shipped network says of it.

    The face is scikit-image's picture of the astronaut Eileen Collins, a work of
    NASA in the public domain.
    """
    from skimage.data import astronaut  # noqa: PLC0415 -- needed for exports alone

    picture: np.ndarray = astronaut()  # type: ignore[no-untyped-call]
    frame = cv2.cvtColor(picture[10:250, 60:380], cv2.COLOR_RGB2BGR)
    jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
    artefact.golden.path.write_bytes(jpeg)
    scores = _engine(artefact, models_dir).read([jpeg])[0].scores
    if scores is None:
        raise RuntimeError(f"No face was found in {artefact.golden.path}.")
    rounded = tuple(round(score, 5) for score in scores)
    return replace(artefact, golden=replace(artefact.golden, scores=rounded))


def add_metrics(artefact: Artefact, judged: Judged, models_dir: Path) -> Artefact:
    """Evaluate the staged artefact; its card tells what was found."""
    folder, faces = artefact.golden.path.parent, judged.faces
    found = evaluate(
        folder, faces, judged.votes, judged.people, models_dir=models_dir
    ).figures
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
