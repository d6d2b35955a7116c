"""Every test is run by `make test` or by `make test-long`, and by one of them alone."""

import re
import shlex
import subprocess
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")
]
MARKERS = ("alone", "long", "real")
_LINES = re.MULTILINE | re.DOTALL


def markers_of(file):
    """Each way in which a test of a file may be marked."""
    text = (ROOT / file).read_text()
    [of_all] = re.findall(r"^pytestmark = (\[$.*?^\]|.*?$)", text, _LINES) or [""]
    choices = [
        [True] if f"mark.{m}" in of_all else [False, True][: 1 + (f"mark.{m}" in text)]
        for m in MARKERS
    ]
    return [dict(zip(MARKERS, each, strict=True)) for each in product(*choices)]


def runs():
    """What each `pytest` of both targets takes: folders, left-out ones, markers, reruns."""
    plan = subprocess.run(
        ["make", "--dry-run", "--always-make", "test", "test-long"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in re.findall(r"^pytest .+", plan, re.MULTILINE):
        words = shlex.split(line, comments=True)[1:]
        at = words.index("-m")
        folders = [word for word in words[:at] if word.startswith("tests")]
        ignored = [w.partition("=")[2] for w in words if w.startswith("--ignore=")]
        yield folders or ["tests"], ignored, words[at + 1], "--reruns" in words


def is_under(file, places):
    """Whether it is one of these files, or in one of these folders."""
    return any(file == place or file.startswith(f"{place}/") for place in places)


@pytest.mark.parametrize("file", FILES)
def test_each_test_of_a_file_is_run_once_whatever_its_markers(file, plan):
    for markers in markers_of(file):
        takers = [
            (folders, expression)
            for folders, ignored, expression, _ in plan
            if is_under(file, folders)
            and not is_under(file, ignored)
            and eval(expression, {}, markers)
        ]
        assert len(takers) == 1, (markers, takers)


@pytest.fixture(scope="module")
def plan():
    return list(runs())


def test_no_test_stands_in_a_file_that_pytest_does_not_look_at():
    others = set((ROOT / "tests").rglob("*.py")) - {ROOT / file for file in FILES}

    assert [
        path
        for path in others
        if re.search(r"^(async )?def test_", path.read_text(), re.MULTILINE)
    ] == []
