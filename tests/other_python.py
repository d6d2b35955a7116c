"""The path of another Python that the project runs on, the furthest from this one, if any is here.

Debian has one Python. A machine of developers often has more: on the path, or as pyenv keeps them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MINORS = range(11, 14)  # of Python 3, as pyproject.toml says
_ANSWERS_WITHIN_S = 30


def other_python(here: int = sys.version_info.minor) -> str | None:
    """The first that runs, of the minor version that is furthest from this one."""
    for minor in sorted(MINORS, key=lambda each: abs(each - here), reverse=True):
        if minor == here:
            continue
        for python in _candidates(f"python3.{minor}"):
            if _runs(python, minor):
                return python
    return None


def _candidates(name: str) -> Iterator[str]:
    if on_path := shutil.which(name):
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(map(str, pyenv.glob(f"versions/*/bin/{name}")), reverse=True)


def _runs(python: str, minor: int) -> bool:
    """Whether it is what its name says, and can make environments.

    What stands on the path may be a shim for a Python that is switched off.
    """
    asks = (
        f"import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, {minor}))"
    )
    try:
        run = subprocess.run(
            [python, "-c", asks], capture_output=True, timeout=_ANSWERS_WITHIN_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0


if __name__ == "__main__":
    sys.stdout.write(other_python() or "")
