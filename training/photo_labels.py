"""What people say that photos show: a csv of `file,label`."""

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from typing import NamedTuple, Self

from inference.labels import EMOTIONS
from inference.tools.on_disk import first_few
from training.data import DataRefused, csv_rows, remark

End = tuple[str, ...]  # of a path: the names from some folder on down to the file
_HEADER = {"label", "emotion", "expression"}


class PhotoLabels(NamedTuple):
    """Labels by the ends of paths: `1.jpg`, or `a/1.jpg` where there is another."""

    by_end: dict[End, str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a csv, with a header or without.

        Raises:
            DataRefused: If a line is not of that form, its label is unknown, or an
                earlier line says otherwise.
        """
        found: dict[End, str] = {}
        with csv_rows(path, ("file", "label", "more")) as reader:
            for row in reader:
                label = (row["label"] or "").strip().lower()
                if reader.line_num == 1 and label in _HEADER:
                    continue
                place = f"{path}, line {reader.line_num}"
                if label not in EMOTIONS or row["more"]:
                    raise DataRefused(
                        f"{place}: expected a file name and one of "
                        f"{', '.join(EMOTIONS)}, received {row['file']!r} with "
                        f"{row['label']!r}."
                    )
                if found.setdefault(_end(row["file"]), label) != label:
                    raise DataRefused(f"{place}: {row['file']} has another label, too.")
        return cls(found)

    def of(self, photos: Sequence[Path]) -> list[str | None]:
        """The label of each photo, or None.

        Raises:
            DataRefused: If a label may mean either of two photos.
        """
        ends = [self._labelled_end(photo) for photo in photos]
        meant: dict[End, Path] = {}
        for photo, end in zip(photos, ends, strict=True):
            if end is not None and meant.setdefault(end, photo) != photo:
                raise DataRefused(
                    f"The label of {'/'.join(end)} may mean {meant[end]} or {photo}; "
                    "write the folder in front of the name."
                )
        if idle := ["/".join(end) for end in self.by_end if end not in meant]:
            remark(f"Labels of photos that were not given: {first_few(idle)}.")
        return [None if end is None else self.by_end[end] for end in ends]

    def _labelled_end(self, photo: Path) -> End | None:
        """The longest end of a photo's path that has a label."""
        whole = _end(os.path.normpath(photo.absolute()))
        ends = (whole[start:] for start in range(len(whole)))
        return next((end for end in ends if end in self.by_end), None)


def _end(path: str) -> End:
    """A path's names, written with slashes of either kind, in one spelling of é."""
    names = PureWindowsPath(unicodedata.normalize("NFC", path.strip())).parts
    return tuple(name for name in names if name != "\\")
