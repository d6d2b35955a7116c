"""Measure an artefact on FER2013: its accuracy, its calibration, its moods."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inference.artefact import Artefact, load_artefact, load_calibration
from inference.classification import EmotionClassifier, load_classifier
from inference.contracts import Calibration
from inference.engine import DETECTORS, Engine
from training import figures
from training.data import (
    PRIVATE,
    PUBLIC,
    TRAINING,
    Faces,
    unseen_test_rows,
)
from training.frames import camera_frames
from training.mood_trials import PRIORS, SIZES, simulate
from training.votes import majority


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures for people and programs, and the scores that a report draws from."""

    figures: dict[str, Any]
    scores: np.ndarray  # (N, 7), calibrated, one row per face of the data set


def evaluate(
    folder: Path,
    faces: Faces,
    votes: np.ndarray | None,
    *,
    models_dir: Path,
    form: str = "",
) -> Evaluation:
    """Measure one artefact.

    Args:
        folder: The artefact.
        faces: A whole data set with its test rows.
        votes: Shape (N, 7), FER+ votes, for the mood error against them.
        models_dir: Where the face detector's files are.
        form: "int8", "float" or "keras"; empty for the artefact's default.
    """
    artefact, calibration = load_artefact(folder), load_calibration(folder)
    classifier = load_classifier(artefact, form or artefact.default)
    scores = all_scores(classifier, faces.images)
    test, private = faces.usage != TRAINING, faces.usage == PRIVATE
    matrix = figures.confusion(scores[test], faces.labels[test])
    recall, f1 = figures.recall_and_f1(matrix)
    found: dict[str, Any] = {
        "artefact": artefact.name,
        "form": form or artefact.default,
        "accuracy": _accuracies(scores, faces),
        "macro_f1": float(f1.mean()),
        "recall": figures.by_label(recall),
        "f1": figures.by_label(f1),
        "ece": figures.expected_calibration_error(scores[test], faces.labels[test]),
        "confusion": matrix.tolist(),
    }
    found |= _moods(scores[private], faces.labels[private], calibration, "mood_error")
    if votes is not None:
        known, label = majority(votes)
        rows = private & known
        found["accuracy_ferplus"] = figures.accuracy(scores[rows], label[rows])
        found |= _moods(scores[rows], label[rows], calibration, "mood_error_ferplus")
    found["serving_path"] = _serving_path(
        Engine(DETECTORS["blazeface"](models_dir), classifier),
        faces.rows(private),
        scores[private],
    )
    found["ms_per_face"] = ms_per_face(classifier, faces.images[private][:300])
    found["bytes"] = _size(artefact, found["form"])
    return Evaluation(found, scores)


def all_scores(
    classifier: EmotionClassifier, images: np.ndarray, *, at_once: int = 256
) -> np.ndarray:
    """Scores (N, 7) of images (N, S, S), a part at a time to spare memory."""
    parts = np.array_split(images, max(1, -(-len(images) // at_once)))
    return np.concatenate([classifier.classify(part) for part in parts])


def ms_per_face(
    classifier: EmotionClassifier, images: np.ndarray, *, at_once: int = 1
) -> float:
    """Median milliseconds for one face of images (N, S, S), `at_once` at a time."""
    took = []
    for start in range(0, len(images) - at_once + 1, at_once):
        started = time.perf_counter()
        classifier.classify(images[start : start + at_once])
        took.append((time.perf_counter() - started) / at_once)
    return float(np.median(took) * 1000)


def _accuracies(scores: np.ndarray, faces: Faces) -> dict[str, float]:
    rows = {
        "train": faces.usage == TRAINING,
        "test": faces.usage != TRAINING,
        "public": faces.usage == PUBLIC,
        "private": faces.usage == PRIVATE,
        "test_without_duplicates": unseen_test_rows(faces),
    }
    return {
        name: figures.accuracy(scores[chosen], faces.labels[chosen])
        for name, chosen in rows.items()
    }


def _moods(
    scores: np.ndarray, labels: np.ndarray, calibration: Calibration, name: str
) -> dict[str, Any]:
    """Mood errors, and how often the 90 % intervals hold the truth."""
    errors, coverage = {}, {}
    for prior in PRIORS:
        for size in SIZES:
            trials = simulate(scores, labels, calibration, prior=prior, size=size)
            errors[f"{prior}_{size}"] = trials.errors
            coverage[f"{prior}_{size}"] = trials.coverage
    suffix = name.removeprefix("mood_error")
    return {name: errors, f"interval_coverage{suffix}": coverage}


def _serving_path(
    engine: Engine, faces: Faces, direct_scores: np.ndarray
) -> dict[str, float]:
    """Accuracy of faces sent as stills, beside the same faces' untouched crops."""
    readings = [engine.read([still])[0] for still in camera_frames(faces.images)]
    seen = np.array([reading.scores is not None for reading in readings])
    scores = np.array([r.scores for r in readings if r.scores is not None])
    labels = faces.labels[seen]
    return {
        "accuracy": figures.accuracy(scores, labels),
        "direct": figures.accuracy(direct_scores[seen], labels),
        "found": float(seen.mean()),
    }


def _size(artefact: Artefact, form: str) -> int:
    return artefact.files[form].stat().st_size
