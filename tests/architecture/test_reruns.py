"""A test that meets real time is run again once: all is set up from the start, and told."""

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
PLAIN = "not real and not alone and not long"
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
FAILED = {"test_broken.py::test_always_fails", "test_hangs.py::test_hangs"}


@pytest.mark.parametrize("beside", [(), ("--numprocesses=2", "--dist=loadfile")])
@pytest.mark.parametrize("scope", ["module", "session"])
def test_what_failed_is_run_once_more_with_all_set_up(scope, beside, tmp_path):
    for name, tests in FILES.items():
        (tmp_path / f"test_{name}.py").write_text(SERVER.format(scope=scope) + tests)

    told = pytest_in(tmp_path, *options_of_make(), *beside)

    assert "2 failed, 8 passed, 4 rerun" in told, told
    assert named("FAILED", told) == FAILED
    assert named("RERUN", told) == RERUN
    assert sorted((tmp_path / NAMES).read_text().splitlines()) == sorted(RERUN)


def named(outcome, told):
    return set(re.findall(rf"^{outcome} (\S+)", told, re.MULTILINE))


def test_only_what_meets_real_time_is_run_again():
    for folders, _, expression, again in runs():
        apart = folders[0] in ("tests/cluster", "tests/e2e")
        assert again == (apart or expression != PLAIN), (folders, expression)


def options_of_make():
    makefile = (ROOT / "Makefile").read_text()
    return re.search(r"^AGAIN := (.+)", makefile, re.MULTILINE)[1].split()


def pytest_in(folder, *options):
    """Run the tests of a folder that knows nothing of this project's settings."""
    (folder / "pytest.ini").write_text("[pytest]\n")
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
