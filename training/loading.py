"""Read FER2013 in every form in which it is found: archive, csv, class folders."""

import csv
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from inference.labels import EMOTIONS
from training.data import (
    FACE_SIZE,
    PRIVATE,
    PUBLIC,
    TRAINING,
    DataRefused,
    Faces,
    reading,
)

USAGES = {"Training": TRAINING, "PublicTest": PUBLIC, "PrivateTest": PRIVATE}
TRAIN_FOLDER, TEST_FOLDERS = "train", ("test", "validation")
PICTURES = {".jpg", ".jpeg", ".png"}
_DAMAGED = (  # what NumPy lets through of a damaged archive
    OSError,
    ValueError,
    LookupError,
    EOFError,
    TypeError,
    AttributeError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)


def load_faces(path: Path) -> Faces:
    """Read a whole data set.

    Args:
        path: An `.npz` archive with `images`, `labels` and `usage`; Kaggle's
            `fer2013.csv` or `icml_face_data.csv`; or a folder with `train/angry/`,
            `test/angry/` and so on. In folders, names that start with PublicTest or
            PrivateTest say which test part a picture belongs to; all others under
            `test/` count as PrivateTest.

    Raises:
        DataRefused: If anything in it is missing, damaged or unknown.
    """
    if path.is_dir():
        faces = _from_folders(path)
    elif not path.is_file():
        raise DataRefused(f"{path} does not exist; give the path of your FER2013 copy.")
    elif path.suffix == ".npz":
        faces = _from_archive(path)
    elif path.suffix == ".csv":
        faces = _from_csv(path)
    else:
        raise DataRefused(
            f"{path} is no form of FER2013 that we read; "
            "give an .npz, a .csv or a folder with train/ and test/."
        )
    _check_complete(faces, path)
    return faces


def _check_complete(faces: Faces, path: Path) -> None:
    learnt = np.bincount(faces.labels[faces.usage == TRAINING], minlength=len(EMOTIONS))
    missing = [name for name, n in zip(EMOTIONS, learnt, strict=True) if n == 0]
    if missing:
        raise DataRefused(
            f"{path} has no training face labelled {', '.join(missing)}; "
            "download the data set again."
        )
    if (faces.usage == TRAINING).all():
        raise DataRefused(
            f"{path} has no test face; download the whole data set, "
            "the networks are measured on its test part."
        )


def _from_archive(path: Path) -> Faces:
    try:
        with np.load(path) as archive:
            images, labels, usage = (
                archive[name] for name in ("images", "labels", "usage")
            )
    except _DAMAGED as error:
        raise DataRefused(
            f"{path} is no archive with images, labels and usage ({error}); "
            "copy it again."
        ) from error
    rows = len(images)
    _check_array(path, "images", images, (rows, FACE_SIZE, FACE_SIZE), below=256)
    _check_array(path, "labels", labels, (rows,), below=len(EMOTIONS))
    _check_array(path, "usage", usage, (rows,), below=len(USAGES))
    return Faces(*(each.astype(np.uint8) for each in (images, labels, usage)))


def _check_array(
    path: Path, name: str, values: np.ndarray, shape: tuple[int, ...], *, below: int
) -> None:
    if values.shape != shape or values.dtype.kind not in "iu":
        raise DataRefused(
            f"{path}: expected integer {name} of shape {shape}, received "
            f"{values.dtype} of shape {values.shape}; copy it again."
        )
    if values.size and not 0 <= values.min() <= values.max() < below:
        raise DataRefused(
            f"{path}: expected {name} 0 to {below - 1}, received {values.min()} to "
            f"{values.max()}; copy it again."
        )


def _from_csv(path: Path) -> Faces:
    with reading(path), path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, skipinitialspace=True)
        missing = {"emotion", "pixels", "Usage"} - set(reader.fieldnames or ())
        if missing:
            raise DataRefused(
                f"{path}, line 1: the columns {', '.join(sorted(missing))} are "
                "missing; expected emotion, pixels and Usage."
            )
        rows = [_csv_row(row, f"{path}, line {reader.line_num}") for row in reader]
    if not rows:
        raise DataRefused(f"{path} has no rows; download it again.")
    images, labels, usage = zip(*rows, strict=True)
    return Faces(
        np.stack(images), np.array(labels, np.uint8), np.array(usage, np.uint8)
    )


def _csv_row(row: dict[str, str], place: str) -> tuple[np.ndarray, int, int]:
    try:
        label = int(row["emotion"])
        pixels = np.array((row["pixels"] or "").split(), dtype=np.uint8)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataRefused(
            f"{place}: not a number ({error}); download it again."
        ) from error
    if pixels.size != FACE_SIZE**2:
        raise DataRefused(
            f"{place}: {pixels.size} pixels, expected {FACE_SIZE**2}; "
            "the file was cut off, download it again."
        )
    if not 0 <= label < len(EMOTIONS) or row["Usage"] not in USAGES:
        raise DataRefused(
            f"{place}: emotion {label} with usage {row['Usage']!r}; expected 0 to "
            f"{len(EMOTIONS) - 1} and one of {', '.join(USAGES)}."
        )
    return pixels.reshape(FACE_SIZE, FACE_SIZE), label, USAGES[row["Usage"]]


def _from_folders(path: Path) -> Faces:
    parts = [
        path / name for name in (TRAIN_FOLDER, *TEST_FOLDERS) if (path / name).is_dir()
    ]
    if path / TRAIN_FOLDER not in parts or len(parts) < 2:
        raise DataRefused(
            f"{path} has no {TRAIN_FOLDER}/ and {TEST_FOLDERS[0]}/ folders; "
            "give the folder that holds both."
        )
    found = [each for part in parts for each in _labelled_pictures(part)]
    if not found:
        raise DataRefused(f"{path} holds no picture; unpack the data set again.")
    images = [_picture(file) for file, _ in found]
    labels = np.array([label for _, label in found], np.uint8)
    usage = np.array([_usage(file) for file, _ in found], np.uint8)
    return Faces(np.stack(images), labels, usage)


def _labelled_pictures(part: Path) -> Iterator[tuple[Path, int]]:
    folders = {
        folder.name.lower(): folder for folder in part.iterdir() if folder.is_dir()
    }
    missing, unknown = set(EMOTIONS) - set(folders), set(folders) - set(EMOTIONS)
    if missing or unknown:
        raise DataRefused(
            f"{part}: missing {sorted(missing)}, unknown {sorted(unknown)}; "
            f"expected one folder for each of {', '.join(EMOTIONS)}."
        )
    for label, name in enumerate(EMOTIONS):
        for file in sorted(folders[name].iterdir()):
            if file.suffix.lower() in PICTURES:
                yield file, label


def _picture(file: Path) -> np.ndarray:
    image = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise DataRefused(f"{file} is not a readable picture; copy it again.")
    if image.shape != (FACE_SIZE, FACE_SIZE):
        raise DataRefused(
            f"{file} has {image.shape[1]}x{image.shape[0]} pixels, expected "
            f"{FACE_SIZE}x{FACE_SIZE}; use the faces as FER2013 cut them."
        )
    return image


def _usage(file: Path) -> int:
    if file.parents[1].name == TRAIN_FOLDER:
        return TRAINING
    return PUBLIC if file.name.startswith("PublicTest") else PRIVATE
