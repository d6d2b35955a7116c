"""Measure an artefact in three judges' eyes: its accuracy, calibration and moods."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inference.artefact import Artefact, load_artefact, load_calibration
from inference.classification import EmotionClassifier, load_classifier
from inference.contracts import Calibration
from inference.engine import DETECTORS, Engine
from inference.labels import EMOTIONS
from training import figures
from training.conditions import by_condition
from training.data import (
    PRIVATE,
    PUBLIC,
    TRAINING,
    Faces,
    unseen_test_rows,
)
from training.frames import read_as_frames
from training.judges import judge, likeness
from training.mood_trials import LESSONS, PRIORS, SIZES, simulate, simulate_lesson
from training.people import PeopleFaces
from training.votes import majority, vote_targets


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures for people and programs, and the scores that a report draws from."""

    figures: dict[str, Any]
    scores: np.ndarray  # (N, 7), calibrated, one row per face of the data set


def evaluate(
    folder: Path,
    faces: Faces,
    votes: np.ndarray | None,
    people: PeopleFaces | None = None,
    *,
    models_dir: Path,
    form: str = "",
) -> Evaluation:
    """Measure one artefact.

    Args:
        folder: The artefact.
        faces: A whole data set with its test rows.
        votes: Shape (N, 7), FER+ votes, for the figures against them.
        people: Photographs of people; their check part is measured.
        models_dir: Where the face detector's files are.
        form: "int8", "float" or "keras"; empty for the artefact's default.
    """
    artefact, calibration = load_artefact(folder), load_calibration(folder)
    classifier = load_classifier(artefact, form or artefact.default)
    scores = all_scores(classifier, faces.images)
    test, private = faces.is_test, faces.usage == PRIVATE
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
    found["judges"] = {"fer2013": judge(scores[test], faces.labels[test])}
    engine = Engine(DETECTORS["blazeface"](models_dir), classifier)
    in_frames = FrameScores.of(engine, faces.images[private])
    labels = faces.labels[private]
    found |= _moods(in_frames, labels, calibration, "mood_error")
    known = np.ones(len(labels), bool)
    if votes is not None:
        known, labels = majority(votes[private])
        rows = np.flatnonzero(private)[known]
        found["accuracy_ferplus"] = figures.accuracy(scores[rows], labels[known])
        found["judges"]["ferplus"] = _voters(scores[test], votes[test])
        voted = in_frames.rows(known)
        found |= _moods(voted, labels[known], calibration, "mood_error_ferplus")
    found["serving_path"] = in_frames.rows(known).beside(
        scores[private][known], labels[known]
    )
    if people is not None:
        seen = people.check
        found["judges"]["people"], more = _people(seen, classifier, engine, calibration)
        found |= more
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
        "test": faces.is_test,
        "public": faces.usage == PUBLIC,
        "private": faces.usage == PRIVATE,
        "test_without_duplicates": unseen_test_rows(faces),
    }
    return {
        name: figures.accuracy(scores[chosen], faces.labels[chosen])
        for name, chosen in rows.items()
    }


@dataclass(frozen=True, slots=True)
class FrameScores:
    """Faces as the engine saw them in frames; some it did not find."""

    scores: np.ndarray  # (N, 7), rows mean nothing where a face was not found
    seen: np.ndarray  # bool (N,)

    @classmethod
    def of(cls, engine: Engine, images: np.ndarray) -> "FrameScores":
        found, seen = read_as_frames(engine, images)
        scores = np.zeros((len(images), found.shape[1]))
        scores[seen] = found
        return cls(scores, seen)

    def rows(self, index: np.ndarray) -> "FrameScores":
        return FrameScores(self.scores[index], self.seen[index])

    def beside(self, direct: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """Accuracy of the faces found, beside that of their untouched crops."""
        seen = self.seen
        return {
            "accuracy": figures.accuracy(self.scores[seen], labels[seen]),
            "direct": figures.accuracy(direct[seen], labels[seen]),
            "found": float(seen.mean()),
        }


def _moods(
    in_frames: FrameScores, labels: np.ndarray, calibration: Calibration, name: str
) -> dict[str, Any]:
    """Mood errors, and how often the 90 % intervals hold the truth.

    Of faces that the engine found, since a camera shows the estimator no others.
    """
    scores, labels = in_frames.scores[in_frames.seen], labels[in_frames.seen]
    errors, coverage = {}, {}
    for prior in PRIORS:
        for size in SIZES:
            trials = simulate(scores, labels, calibration, prior=prior, size=size)
            errors[f"{prior}_{size}"] = trials.errors
            coverage[f"{prior}_{size}"] = trials.coverage
    suffix = name.removeprefix("mood_error")
    return {name: errors, f"interval_coverage{suffix}": coverage}


def _voters(scores: np.ndarray, votes: np.ndarray) -> dict[str, Any]:
    """By FER+'s votes: their majority, and how near the scores are to their shares."""
    known, label = majority(votes)
    shares, enough = vote_targets(votes)
    voted = enough > 0
    return judge(scores[known], label[known]) | {
        "likeness": likeness(scores[voted], shares[voted])
    }


def _people(
    people: PeopleFaces,
    classifier: EmotionClassifier,
    engine: Engine,
    calibration: Calibration,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """By the raters of photographs that nothing was learnt from: judgement, the rest."""
    direct, labels = all_scores(classifier, people.crops), people.labels
    in_frames = FrameScores.of(engine, people.images)
    scores, seen = in_frames.scores[in_frames.seen], labels[in_frames.seen]
    lessons = {
        name: simulate_lesson(scores, seen, calibration, lesson=name)
        for name, students in LESSONS.items()
        if all((seen == EMOTIONS.index(label)).any() for label in students)
    }
    return judge(direct, labels), {
        "people_serving_path": in_frames.beside(direct, labels),
        "conditions": by_condition(engine, people),
        "lessons": {
            name: trials.errors | {"shown": figures.by_label(trials.shown)}
            for name, trials in lessons.items()
        },
    }


def _size(artefact: Artefact, form: str) -> int:
    return artefact.files[form].stat().st_size
