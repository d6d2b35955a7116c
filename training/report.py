"""One HTML page with pictures from an evaluation, and its summary as text."""

import base64
import html
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from inference.labels import EMOTIONS
from training import card_tables, charts
from training.data import Faces
from training.evaluate import Evaluation
from training.mood_trials import PRIORS

MISTAKES = 32
ESTIMATORS = ("counting", "averaging", "estimator")


def write_report(
    found: Evaluation, faces: Faces, folder: Path, *, run: Path | None = None
) -> None:
    """Write `report.html` and `figures.json`.

    Args:
        found: What was measured.
        faces: The data set that it was measured on.
        folder: Where to write; made if it is missing.
        run: Folder of the training run, to draw its course.
    """
    pictures = _pictures(found, faces)
    if run is not None:
        pictures["Course of the training"] = charts.course_chart(run / "log.csv")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.json").write_text(as_json(found.figures) + "\n")
    title = f"{found.figures['artefact']} ({found.figures['form']})"
    (folder / "report.html").write_text(page(title, summary(found), pictures))


def as_json(figures: dict[str, Any]) -> str:
    """The figures as JSON; what could not be measured is null."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return None if isinstance(value, float) and math.isnan(value) else value

    return json.dumps(plain(figures), indent=2)


def summary(found: Evaluation) -> str:
    """The main figures, one a line."""
    figures = found.figures
    lines = [f"accuracy {name}: {v:.2%}" for name, v in figures["accuracy"].items()]
    lines += [f"recall {name}: {v:.1%}" for name, v in figures["recall"].items()]
    path = figures["serving_path"]
    lines += [
        f"macro F1: {figures['macro_f1']:.3f}",
        f"calibration error: {figures['ece']:.3f}",
        f"frames: {path['found']:.1%} found, {path['accuracy']:.2%} right, "
        f"{path['direct']:.2%} of the same faces' own crops",
        f"milliseconds for one face: {figures['ms_per_face']:.2f}",
    ]
    for name, judged in card_tables.all_judges(figures).items():
        lines += _judged(name, judged)
    for size, errors in (figures["mood_error"] | figures.get("lessons", {})).items():
        row = ", ".join(f"{name} {errors[name]:.3f}" for name in ESTIMATORS)
        lines.append(f"mood error {size}: {row}")
    return "\n".join(lines)


def _judged(name: str, judged: dict[str, Any]) -> list[str]:
    """What one judge says, with 95 % intervals."""
    shares = {"right": judged["right"], "three groups": judged["three_groups"]}
    shares |= {f"recall {label}": found for label, found in judged["recall"].items()}
    more = {"mean recall": judged["macro_recall"], "calibration error": judged["ece"]}
    if "likeness" in judged:
        more["likeness to the votes"] = judged["likeness"]
    return [
        *(f"{name}, {of}: {card_tables.share(found)}" for of, found in shares.items()),
        *(f"{name}, {of}: {value:.3f}" for of, value in more.items()),
    ]


def page(title: str, text: str, pictures: dict[str, bytes]) -> str:
    """An HTML page that needs no other file."""
    parts = [
        f"<h2>{html.escape(name)}</h2>"
        f'<img alt="{html.escape(name)}" '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        for name, png in pictures.items()
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title>"
        "<style>body{font-family:sans-serif;max-width:60rem;margin:2rem auto}"
        "img{max-width:100%}</style>"
        f"<h1>{html.escape(title)}</h1><pre>{html.escape(text)}</pre>"
        f"{''.join(parts)}</html>\n"
    )


def _pictures(found: Evaluation, faces: Faces) -> dict[str, bytes]:
    test = faces.is_test
    scores, shown = found.scores[test], faces.rows(test)
    pictures = {
        "Confusion on the test faces": charts.confusion_chart(
            np.array(found.figures["confusion"])
        ),
        "Reliability": charts.reliability_chart(scores, shown.labels),
        "Most confident mistakes": _mistakes(scores, shown),
    }
    for prior in PRIORS:
        errors = found.figures["mood_error"]
        pictures[f"Class mood, {prior} shares"] = charts.mood_chart(errors, prior)
    return pictures


def _mistakes(scores: np.ndarray, faces: Faces) -> bytes:
    read = scores.argmax(axis=1)
    wrong = np.flatnonzero(read != faces.labels)
    worst = wrong[np.argsort(-scores[wrong].max(axis=1))][:MISTAKES]
    captions = [
        f"{EMOTIONS[faces.labels[row]]}, read as\n{EMOTIONS[read[row]]} "
        f"({scores[row].max():.0%})"
        for row in worst
    ]
    return charts.face_sheet(faces.images[worst], captions)
