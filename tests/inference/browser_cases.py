"""What the engine says of small inputs, for the tests of the browser's engine.

`python -m tests.inference.browser_cases` writes them to where `npm test` reads them.
"""

import json
from pathlib import Path

import cv2
import numpy as np

from inference import alignment
from inference.artefact import load_artefact
from inference.classification import soften
from inference.contracts import Face
from inference.decoding import decode
from inference.detection.blazeface import FRAMING, BlazeFace
from inference.detection.blazeface_network import anchors, merge
from inference.engine_config import EngineConfig

FILE = Path(__file__).parents[1] / "js" / "engine_cases.json"
SIZES = [(8, 6), (20, 16), (11, 5)]  # columns, rows
PART = (3, 2, 7, 6)  # left, top, width, height


def cases() -> dict:
    random = np.random.default_rng(17)
    image = random.integers(0, 256, (12, 16, 3), np.uint8)
    left, top, width, height = PART
    part = image[top : top + height, left : left + width]
    marks = np.array([(5.5, 3.0), (9.0, 3.6), (7.2, 5.1), (7.0, 7.4)])
    points = random.uniform(0, 40, (5, 1, 2)) + random.uniform(-2, 2, (5, 6, 2))
    points[:, 1] = points[:, 0] + 20
    scores = np.sort(random.uniform(0.5, 1, 5))[::-1]
    face = Face((0, 0, 1, 1), 1.0, marks, FRAMING)
    return {
        "image": {"width": 16, "height": 12, "data": _rgba(image)},
        "resized": [
            {"part": where, "columns": columns, "rows": rows, "is": _resized(a, size)}
            for size in SIZES
            for columns, rows in [size]
            for a, where in ((image, [0, 0, 16, 12]), (part, list(PART)))
        ],
        "cut": {
            "marks": marks.tolist(),
            "size": 12,
            "is": alignment.cut(image, face, size=12).ravel().tolist(),
        },
        "similarity": {
            "from": marks.tolist(),
            "to": (FRAMING * 12).tolist(),
            "is": alignment.similarity(marks, FRAMING * 12).tolist(),
        },
        "anchors": {"rows": 32, "columns": 48, "is": anchors(32, 48).tolist()},
        "merge": {
            "points": points.tolist(),
            "scores": scores.tolist(),
            "is": [
                {"box": seen.box, "marks": seen.marks.tolist(), "score": seen.score}
                for seen in merge(points, scores)
            ],
        },
        "soften": {
            "scores": [0.7, 0.2, 0.06, 0.04, 0, 0, 0],
            "temperature": 0.67,
            "is": soften(np.array([[0.7, 0.2, 0.06, 0.04, 0, 0, 0]]), 0.67)[0].tolist(),
        },
        "golden": {"levels": _golden_face().ravel().tolist()},
    }


def _golden_face() -> np.ndarray:
    image = decode(load_artefact("small").golden.path.read_bytes())
    [face, *_] = BlazeFace.load(EngineConfig().models_dir).detect(image)
    return alignment.cut(image, face, size=48)


def _rgba(image: np.ndarray) -> list[int]:
    return np.dstack([image, np.full(image.shape[:2], 255)]).ravel().tolist()


def _resized(image: np.ndarray, size: tuple[int, int]) -> list[int]:
    return cv2.resize(image, size, interpolation=cv2.INTER_LINEAR).ravel().tolist()


def rounded(value):
    """As written: the last digits of a float are the machine's."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return round(value, 10)


if __name__ == "__main__":
    FILE.write_text(json.dumps(rounded(cases())) + "\n")
