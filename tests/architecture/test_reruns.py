"""A test that meets real time, and no other, is run again once: set up from the start, told."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.test_targets import runs
from tests.reruns import NAMES

pytestmark = [pytest.mark.long, pytest.mark.real]

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import time
import pytest

STARTED = []

@pytest.fixture(scope="{scope}")
def server():
    STARTED.append({{"alive": True}})
    yield STARTED[-1]

def test_before(server):
    pass
"""
REAL = "pytestmark = pytest.mark.real\n"
FILES = {
    "dead_once": """
def test_meets_a_dead_server(server):
    server["alive"] = len(STARTED) > 1
    assert server["alive"]
""",
    "fails_at_its_end": """
@pytest.fixture
def visitor(server):
    yield
    assert len(STARTED) > 1

def test_whose_end_fails(visitor):
    pass
""",
    "broken": """
def test_always_fails(server):
    server["alive"] = False
    assert False

def test_after_it(server):
    assert server["alive"]
""",
    "hangs": """
@pytest.mark.timeout(1)
def test_hangs():
    time.sleep(600)
""",
}
RERUN = {
    "test_dead_once.py::test_meets_a_dead_server",
    "test_fails_at_its_end.py::test_whose_end_fails",
    "test_broken.py::test_always_fails",
    "test_hangs.py::test_hangs",
}
WITHOUT_TIME = """
def test_fails_whenever_it_is_run(server):
    assert False
"""
FAILED = {
    "test_broken.py::test_always_fails",
    "test_hangs.py::test_hangs",
    "test_without_time.py::test_fails_whenever_it_is_run",
}


@pytest.mark.parametrize("beside", [(), ("--numprocesses=2", "--dist=loadfile")])
@pytest.mark.parametrize("scope", ["module", "session"])
def test_what_failed_is_run_once_more_with_all_set_up(scope, beside, tmp_path):
    server = SERVER.format(scope=scope)
    for name, tests in FILES.items():
        (tmp_path / f"test_{name}.py").write_text(server + REAL + tests)
    (tmp_path / "test_without_time.py").write_text(server + WITHOUT_TIME)

    told = pytest_in(tmp_path, *options_of_make(), *beside)

    assert "3 failed, 9 passed, 4 rerun" in told, told
    assert named("FAILED", told) == FAILED
    assert named("RERUN", told) == RERUN
    assert sorted((tmp_path / NAMES).read_text().splitlines()) == sorted(RERUN)


def named(outcome, told):
    return set(re.findall(rf"^{outcome} (\S+)", told, re.MULTILINE))


def test_every_line_of_make_runs_again_what_meets_real_time():
    assert all(again for *_, again in runs())


def options_of_make():
    makefile = (ROOT / "Makefile").read_text()
    return re.search(r"^AGAIN := (.+)", makefile, re.MULTILINE)[1].split()


def pytest_in(folder, *options):
    """Run the tests of a folder that knows nothing of this project's settings."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = real\n")
    outside = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    plugins = ("-p", "tests.reruns", "-p", "no:django", "-p", "no:schemathesis")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *options, folder],
        cwd=folder,
        env=outside | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


STARTS = re.compile(
    r"^(from|import) (tests\.(redis_server|postgresql|production_server|celery_worker)"
    r"|tests\..*real_class|sessions_app\.lab\.server_process|aiohttp|multiprocessing)\b",
    re.MULTILINE,
)


def test_every_file_that_starts_servers_or_processes_is_marked():
    files = (ROOT / "tests").rglob("test_*.py")
    apart = (ROOT / "tests" / "cluster", ROOT / "tests" / "e2e")
    texts = {f: f.read_text() for f in files if not set(apart) & set(f.parents)}

    assert [
        file
        for file, text in texts.items()
        if STARTS.search(text) and not re.search(r"mark\.(real|alone)\b", text)
    ] == []
