"""`loadtest --serve both`: what is missing is said first, what was measured is kept."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sessions_app.lab import endings
from sessions_app.management.commands import loadtest

ROOT = Path(__file__).resolve().parents[3]


def test_what_is_beside_the_interpreter_is_found_without_its_environment():
    done = subprocess.run(
        [sys.executable, "-m", "fer_platform.native_cluster", "--check"],
        cwd=ROOT,
        env=os.environ | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("mode", ["both", "cluster"])
def test_what_is_missing_is_said_before_anything_is_started(mode, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    said = StringIO()

    with pytest.raises(CommandError, match=r"redis-server is missing\. Install it"):
        call_command("loadtest", serve=mode, stdout=said)

    assert said.getvalue() == ""  # where one had been measured, it would stand there


def test_what_was_measured_is_kept_where_the_second_one_fails(monkeypatch):
    def measure(self, mode, plan, frames):
        if mode == "cluster":
            raise RuntimeError("The server did not get ready.")
        return {"students": 6}

    monkeypatch.setattr(loadtest, "require_cluster", lambda: None)
    monkeypatch.setattr(loadtest.Command, "_one", measure)
    said = StringIO()

    with pytest.raises(
        CommandError, match="cluster was not measured: The server did not"
    ):
        call_command("loadtest", serve="both", json=True, stdout=said)

    assert json.loads(said.getvalue()) == {"embedded": {"students": 6}}


@pytest.mark.parametrize("mode", ["cluster", "both"])
def test_reports_are_waited_for_in_one_process_alone(mode):
    with pytest.raises(CommandError, match="add --serve embedded"):
        call_command("loadtest", serve=mode, reports=2)


@pytest.mark.real
@pytest.mark.long
def test_lessons_end_together_and_each_has_its_report_soon(monkeypatch):
    monkeypatch.setattr(endings, "SETTLES_S", 1.0)
    monkeypatch.setattr(endings, "QUIET_S", 5.0)
    monkeypatch.setattr(endings, "ENDS_WITHIN_S", 3.0)
    said = StringIO()

    call_command(
        "loadtest",
        serve="embedded",
        students=2,
        reports=3,
        seconds=120,
        json=True,
        stdout=said,
    )

    found = json.loads(said.getvalue())
    assert (found["lessons_ended"], found["reports_ready"]) == (3, 3)
    assert 0 < found["reports_after_s"] < 100
    assert found["p95_ratio"] > 0
