"""Find FER2013 at a path, in whatever form it came there."""

import zipfile
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from inference.tools.on_disk import folders_by_name, is_picture, listing
from training.data import DataRefused

TRAIN_FOLDER, TEST_FOLDERS = "train", ("test", "validation")
ARRAYS = ("images", "labels", "usage")
COLUMNS = ("emotion", "pixels", "Usage")
_DEPTH = 3  # folders that are looked into, as unpacking leaves them: archive/fer2013/
_PACKED = (b"PK", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ")


class Form(Enum):
    """The forms in which FER2013 is read."""

    ARCHIVE = "an .npz"
    CSV = "a .csv"
    FOLDERS = "a folder that holds train/ and test/"


def find_source(path: Path) -> tuple[Form, Path]:
    """Tell where a data set is and what form it has.

    Args:
        path: The data set, whatever its name, or a folder that holds it.

    Raises:
        DataRefused: If there is none, more than one, or it is still packed.
    """
    if not path.exists():
        raise DataRefused(f"{path} does not exist; give the path of your FER2013 copy.")
    by_name = {".npz": Form.ARCHIVE, ".csv": Form.CSV}.get(path.suffix.lower())
    if by_name and path.is_file():
        return by_name, path
    found = list(_sources(path, _DEPTH))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(str(each) for _, each in found)
        raise DataRefused(f"{path} holds more than one data set; give one of {names}.")
    if path.is_file() and _head(path).startswith(_PACKED):
        raise DataRefused(f"{path} is packed; unpack it and give the folder.")
    *others, last = (form.value for form in Form)
    raise DataRefused(
        f"{path} is no form of FER2013 that we read; give {', '.join(others)} or {last}."
    )


def _sources(path: Path, depth: int) -> Iterator[tuple[Form, Path]]:
    if path.is_dir():
        if TRAIN_FOLDER in folders_by_name(path):
            yield Form.FOLDERS, path
        elif depth:
            for each in listing(path):
                yield from _sources(each, depth - 1)
    elif not is_picture(path):
        if _holds_arrays(path):
            yield Form.ARCHIVE, path
        elif _has_columns(path):
            yield Form.CSV, path


def _holds_arrays(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return {f"{name}.npy" for name in ARRAYS} <= set(archive.namelist())


def _has_columns(path: Path) -> bool:
    first_line = _head(path).partition(b"\n")[0]
    return not first_line.startswith(_PACKED) and all(
        name.encode() in first_line for name in COLUMNS
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(200)
