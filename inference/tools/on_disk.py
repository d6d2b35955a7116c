"""Folders as they lie on disks: what people put there, without what systems leave."""

from collections.abc import Iterator, Sequence
from pathlib import Path

PICTURES = (".jpg", ".jpeg", ".png")
_NAMED = 5  # in a sentence; the others are counted
# Left by file managers, archivers and network drives. All else that is left so begins
# with a dot: `.DS_Store`, `._NAME.jpg`, `.ipynb_checkpoints`, `.Trash-1000`.
_LEFT_BEHIND = {
    "#recycle",
    "$recycle.bin",
    "@eadir",
    "__macosx",
    "__pycache__",
    "desktop.ini",
    "ehthumbs.db",
    "lost+found",
    "system volume information",
    "thumbs.db",
}


def listing(folder: Path) -> list[Path]:
    """What people put into a folder, in the order of names."""
    return sorted(path for path in folder.iterdir() if not _is_left_behind(path.name))


def files_below(folder: Path) -> Iterator[Path]:
    """What people put into a folder and the folders below it: the files."""
    for path in listing(folder):
        if path.is_dir():
            yield from files_below(path)
        else:
            yield path


def folders_by_name(folder: Path) -> dict[str, Path]:
    """The folders in a folder, each under its name in small letters."""
    return {path.name.lower(): path for path in listing(folder) if path.is_dir()}


def is_picture(path: Path) -> bool:
    """Tell by its name whether a file is of a kind that we read."""
    return path.suffix.lower() in PICTURES


def skipped(paths: Sequence[Path]) -> str:
    """Say how many files are no pictures that we read, and name the first few."""
    return (
        f"skipped {len(paths):,} of another kind than {', '.join(PICTURES)}: "
        f"{first_few([path.name for path in paths])}."
    )


def first_few(names: Sequence[str]) -> str:
    """Name the first few in a sentence, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join([*names[:_NAMED], *([f"{more:,} more"] if more > 0 else [])])


def _is_left_behind(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LEFT_BEHIND
