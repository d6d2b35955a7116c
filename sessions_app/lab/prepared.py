"""What a server begins with: made once for a state of the code, and kept under build/."""

import fcntl
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = _ROOT / "build" / "prepared"


def prepared_once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that a function has filled, by this process or by an earlier one.

    Args:
        name: What it is for.
        make: Fills an empty folder, which is kept under another name afterwards. It is
            called where the code, the bundled files or the libraries have changed since.

    Returns:
        The folder, to copy from: others read it, too.
    """
    kept = _KEPT / f"{name}-{_state()}"
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            for older in _KEPT.glob(f"{name}-*"):
                shutil.rmtree(older)
            half_made = Path(tempfile.mkdtemp(prefix=f"{name}-half-", dir=_KEPT))
            make(half_made)
            half_made.rename(kept)
    return kept


@cache
def _state() -> str:
    """A hash of all that a prepared folder could depend on."""
    state = hashlib.sha256(sys.version.encode())
    for file in _sources():
        state.update(f"{file.relative_to(_ROOT)}\0".encode())
        state.update(file.read_bytes())
    return state.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for room in ("fer_platform", "sessions_app"):
        yield from sorted((_ROOT / room).rglob("*.py"))
    yield from sorted((_ROOT / "static" / "dist").glob("*.*"))
    yield _ROOT / "requirements.lock"
