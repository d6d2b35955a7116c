"""`make test-other` finds a Python that runs, and says so where there is none."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.other_python import other_python

ROOT = Path(__file__).parents[2]
HERE = sys.version_info.minor


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without Pythons: nothing on its path, pyenv's folder empty."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def install(folder: Path, minor: int, line: str = f"exec {sys.executable} -S") -> Path:
    """A Python of that name, which says that it is of this minor version."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / f"python3.{minor}"
    says = f"import sys; sys.version_info = (3, {minor});"
    python.write_text(f'#!/bin/sh\n{line} -c "{says} $2"\n')
    python.chmod(0o755)
    return python


def test_a_machine_with_one_python_has_no_other(machine):
    install(machine / "bin", HERE)

    assert other_python() is None


def test_the_furthest_is_taken(machine):
    install(machine / "bin", 12)
    furthest = install(machine / "bin", 13)

    assert other_python(here=11) == str(furthest)


def test_one_of_pyenv_is_found_behind_a_shim_that_does_not_run(machine):
    install(machine / "bin", 13, line="exit 127;")
    of_pyenv = install(machine / "pyenv/versions/3.13.0/bin", 13)

    assert other_python(here=11) == str(of_pyenv)


def test_one_that_only_bears_the_name_is_not_taken(machine):
    folder = machine / "bin"
    (folder / "python3.13").write_text("#!/bin/sh\nexit 1\n")
    (folder / "python3.13").chmod(0o755)

    assert other_python(here=11) is None


def test_make_says_that_there_is_no_other(tmp_path):
    bin_ = tmp_path / "bin"
    install(bin_, HERE, line="exit 1;")
    (bin_ / "python").write_text("#!/bin/sh\n")
    (bin_ / "python").chmod(0o755)

    built = ("system", "static/dist/.built", "locale/.built")
    said = subprocess.run(
        [
            "make",
            "test-other",
            f"BIN={bin_}",
            *(f"--old-file={each}" for each in built),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "make test-other ran nothing: no other Python" in said
