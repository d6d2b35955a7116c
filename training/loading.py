"""Read FER2013 in every form in which it is found: archive, csv, class folders."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from inference.labels import EMOTIONS
from inference.tools.on_disk import folders_by_name, is_picture, listing, skipped
from training.data import (
    FACE_SIZE,
    PRIVATE,
    PUBLIC,
    TRAINING,
    DataRefused,
    Faces,
    csv_rows,
    remark,
)
from training.sources import (
    ARRAYS,
    COLUMNS,
    TEST_FOLDERS,
    TRAIN_FOLDER,
    Form,
    find_source,
)

USAGES = {"Training": TRAINING, "PublicTest": PUBLIC, "PrivateTest": PRIVATE}
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
            `test/` count as PrivateTest. Or a folder that holds one of these.

    Raises:
        DataRefused: If anything in it is missing, damaged or unknown.
    """
    form, source = find_source(path)
    faces = _READERS[form](source)
    _check_complete(faces, source)
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
            images, labels, usage = (archive[name] for name in ARRAYS)
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
    with csv_rows(path) as reader:
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise DataRefused(
                f"{path}, line 1: the columns {', '.join(sorted(missing))} are "
                f"missing; expected {', '.join(COLUMNS)}."
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
    folders = folders_by_name(path)
    parts = [folders[name] for name in (TRAIN_FOLDER, *TEST_FOLDERS) if name in folders]
    if len(parts) < 2:
        raise DataRefused(
            f"{path} has no {TRAIN_FOLDER}/ and {TEST_FOLDERS[0]}/ folders; "
            "give the folder that holds both."
        )
    found = [each for part in parts for each in _labelled_files(part)]
    others = [file for file, _ in found if not is_picture(file)]
    found = [each for each in found if is_picture(each[0])]
    if others:
        remark(f"{path}: {skipped(others)}")
    if not found:
        raise DataRefused(f"{path} holds no picture; unpack the data set again.")
    images = [_picture(file) for file, _ in found]
    labels = np.array([label for _, label in found], np.uint8)
    usage = np.array([_usage(file) for file, _ in found], np.uint8)
    return Faces(np.stack(images), labels, usage)


def _labelled_files(part: Path) -> Iterator[tuple[Path, int]]:
    folders = folders_by_name(part)
    missing, unknown = set(EMOTIONS) - set(folders), set(folders) - set(EMOTIONS)
    if missing or unknown:
        raise DataRefused(
            f"{part}: missing {sorted(missing)}, unknown {sorted(unknown)}; "
            f"expected one folder for each of {', '.join(EMOTIONS)}."
        )
    for label, name in enumerate(EMOTIONS):
        for file in listing(folders[name]):
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
    if file.parents[1].name.lower() == TRAIN_FOLDER:
        return TRAINING
    return PUBLIC if file.name.startswith("PublicTest") else PRIVATE


_READERS = {
    Form.ARCHIVE: _from_archive,
    Form.CSV: _from_csv,
    Form.FOLDERS: _from_folders,
}
