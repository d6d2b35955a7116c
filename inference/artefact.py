"""A trained network's folder: the card, the checks, what it is known to mistake.

Only JSON and hashes are read here, so that a process that never runs the network
can still estimate moods with its calibration.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inference.contracts import Calibration
from inference.labels import EMOTIONS

FOLDER = Path(__file__).parent / "artefacts"
CARD, CALIBRATION = "card.json", "calibration.json"
VERSION = 1  # of the folder's format
_REMEDY = "Restore the folder from the repository or export the network again."


class ArtefactRefused(RuntimeError):
    """The network must not be served; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A picture of one face and the scores that the network must give it."""

    path: Path
    scores: tuple[float, ...]
    tolerance: float  # largest difference allowed in any score


@dataclass(frozen=True, slots=True)
class Artefact:
    """A network that passed the checks; the files themselves are not loaded yet."""

    name: str
    hash: str  # SHA-256 of the card, which holds those of all files
    size: int  # pixels of the side of the grey faces that are cut for it
    files: dict[str, Path]  # by form: "int8", "float", "keras"
    default: str  # the form that is served unless another is chosen
    temperature: float
    golden: Golden
    metrics: dict[str, Any]


def load_artefact(name: str | Path) -> Artefact:
    """Read and check an artefact.

    Args:
        name: Name of a folder in `inference/artefacts`, or the path of any folder.

    Raises:
        ArtefactRefused: If a file is missing or changed, or its labels are not ours.
    """
    folder = artefact_folder(name)
    card, card_hash = _read_card(folder)
    golden = card["golden"]
    needed = (CALIBRATION, golden["frame"], *card["files"].values())
    _check_files(folder, card, needed)
    return Artefact(
        name=card["name"],
        hash=card_hash,
        size=card["input"]["size"],
        files={form: folder / file for form, file in card["files"].items()},
        default=card["default"],
        temperature=card["temperature"],
        golden=Golden(
            folder / golden["frame"], tuple(golden["scores"]), golden["tolerance"]
        ),
        metrics=card["metrics"],
    )


def load_calibration(name: str | Path) -> Calibration:
    """Read what an artefact's network is known to mistake.

    Args:
        name: As for `load_artefact`.

    Raises:
        ArtefactRefused: If a file is missing or changed, or its labels are not ours.
    """
    folder = artefact_folder(name)
    card, card_hash = _read_card(folder)
    _check_files(folder, card, (CALIBRATION,))
    numbers = json.loads((folder / CALIBRATION).read_text())
    return Calibration(
        means=np.array(numbers["M"]),
        covariances=np.array(numbers["S"]),
        arg_max=np.array(numbers["A"]),
        max_mean=np.array(numbers["max_mean"]),
        max_var=np.array(numbers["max_var"]),
        prior=np.array(numbers["prior"]),
        faces=np.array(numbers["faces"]),
        offsets=np.array(numbers["offsets"]),
        artefact_hash=card_hash,
    )


def artefact_folder(name: str | Path) -> Path:
    """Find an artefact by its name or its path."""
    named = FOLDER / name
    return named if named.is_dir() else Path(name)


def _read_card(folder: Path) -> tuple[dict[str, Any], str]:
    path = folder / CARD
    content = _read(path, f"There is no artefact in {folder}")
    try:
        card = json.loads(content)
        version, labels = card["version"], tuple(card["labels"])
    except (ValueError, LookupError, TypeError) as error:
        raise ArtefactRefused(f"{path} is no card that we read. {_REMEDY}") from error
    if version != VERSION:
        raise ArtefactRefused(
            f"{path} has format {version}; we read {VERSION}. {_REMEDY}"
        )
    if labels != EMOTIONS:
        raise ArtefactRefused(
            f"{path} has the labels {labels}, expected {EMOTIONS}: "
            f"its scores would be read as others. {_REMEDY}"
        )
    return card, hashlib.sha256(content).hexdigest()


def _check_files(folder: Path, card: dict[str, Any], files: Iterable[str]) -> None:
    for file in files:
        expected = card["sha256"].get(file)
        if expected is None:
            raise ArtefactRefused(
                f"{folder / CARD} has no SHA-256 of {file}. {_REMEDY}"
            )
        content = _read(folder / file, f"{folder / file} cannot be read")
        if hashlib.sha256(content).hexdigest() != expected:
            raise ArtefactRefused(
                f"{folder / file} is not the file that its card describes "
                f"(another SHA-256). {_REMEDY}"
            )


def _read(path: Path, complaint: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtefactRefused(f"{complaint}: {error.strerror}. {_REMEDY}") from error
