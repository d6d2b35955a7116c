"""The detectors' network files: which bytes we know, and where they come from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of others that we load only if it is byte for byte the one we know."""

    name: str
    sha256: str
    remedy: str  # how one gets it, as a sentence for the person who starts the server


BLAZEFACE = KnownFile(
    "face_detection_short_range.tflite",
    "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
    "Run `npm ci && npm run build`, which copies it from @mediapipe/face_detection.",
)
YUNET = KnownFile(
    "face_detection_yunet_2023mar.onnx",
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    "Run `python manage.py fetch_models`, which downloads it.",
)


class ModelFileMissing(RuntimeError):
    """A detector's file is absent or not the one we know; the text has the remedy."""


def find(known: KnownFile, folder: Path) -> Path:
    """Return the path of a known file in a folder.

    Raises:
        ModelFileMissing: If it is not there or its content is another.
    """
    path = folder / known.name
    if not path.is_file():
        raise ModelFileMissing(f"{path} is missing. {known.remedy}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != known.sha256:
        raise ModelFileMissing(
            f"{path} is not the file we know (its SHA-256 differs). "
            f"Delete it, then: {known.remedy}"
        )
    return path
