"""Many starts of `manage.py`, without loading Python's libraries at each of them.

Each is a process of its own with an environment of its own, forked from one that has loaded
the libraries and nothing of ours: what is read from the environment is read anew.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_LIBRARIES = ["django.core.management.commands.check", "django.http", "numpy"]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([*_LIBRARIES, "pydantic_settings", "pytest"])


def manage(*arguments, **environment):
    """Run `manage.py` with nothing else in its environment; what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        process = _forks.Process(target=_run, args=(arguments, environment, folder))
        process.start()
        process.join()
        told = [Path(folder, name).read_text() for name in ("out", "err")]
    return subprocess.CompletedProcess(arguments, process.exitcode, *told)


def _run(arguments, environment, folder):
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["manage.py", *arguments]
    runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")
