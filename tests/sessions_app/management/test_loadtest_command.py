"""`loadtest --serve both`: what is missing is said first, what was measured is kept."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sessions_app.management.commands import loadtest

ROOT = Path(__file__).resolve().parents[3]


def run(*command, path):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_beside_the_interpreter_is_found_without_its_environment():
    done = run("-m", "fer_platform.native_cluster", "--check", path="/usr/bin:/bin")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("mode", ["both", "cluster"])
def test_what_is_missing_is_said_before_anything_is_started(mode):
    done = run("manage.py", "loadtest", "--serve", mode, path="/nowhere")

    assert done.returncode == 1
    assert "redis-server is missing. Install it" in done.stderr
    assert done.stdout == ""  # where one had been measured, it would stand there


def test_what_was_measured_is_kept_where_the_second_one_fails(monkeypatch):
    def measure(self, mode, plan, frames):
        if mode == "cluster":
            raise RuntimeError("The server did not get ready.")
        return {"students": 6}

    monkeypatch.setattr(loadtest, "require_cluster", lambda: None)
    monkeypatch.setattr(loadtest.Command, "_one", measure)
    said = StringIO()

    with pytest.raises(CommandError, match="was not measured: The server did not get"):
        call_command("loadtest", serve="both", json=True, stdout=said)

    assert json.loads(said.getvalue()) == {"embedded": {"students": 6}}
