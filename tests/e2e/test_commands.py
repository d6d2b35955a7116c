"""The commands that measure and demonstrate, each through a real server."""

import json
import os
import subprocess
import sys

import pytest
from PIL import Image
from skimage import data

from inference.labels import EMOTIONS
from sessions_app.lab.camera_frames import astronaut_frames
from tests.e2e.conftest import ROOT, until

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(300)]


def manage(*arguments, **environment):
    clean = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_loadtest_reports_what_its_own_server_did():
    report = json.loads(
        manage(
            *("loadtest", "--serve", "embedded", "--students", 5),
            *("--fps", 1, "--seconds", 6, "--json"),
        )
    )

    assert report["sent"] >= 25
    assert report["analysed"] + report["dropped"] == report["sent"]
    assert report["analysed_share"] > 0.9
    assert report["errors"] == 0
    assert set(report["latency_ms"]) == {"p50", "p95", "p99"}
    assert report["loop_lag_ms"]["p99"] > 0
    assert set(report["rss_mb"]) == {"start", "settled", "end"}
    assert report["rss_mb"]["start"] > 50


def test_demo_class_fills_the_newest_live_class(teacher, platform):
    teacher.open_class("Filled")

    out = manage(
        *("demo_class", "--students", 5, "--minutes", 0.6, "--url", platform.url),
        FER_VAR=str(platform.folder / "var"),
    )

    assert "Filled" in out
    assert "no_face" not in out
    until(lambda: any(m["size"] == 5 for m in teacher.minutes_released()))


def test_mood_check_compares_the_released_minutes_with_the_truth(tmp_path):
    face = Image.fromarray(data.astronaut()).crop((165, 45, 285, 165)).convert("L")
    for label in EMOTIONS:  # one and the same face, so only the plumbing is tested
        (tmp_path / label).mkdir()
        face.resize((48, 48)).save(tmp_path / label / "face.png")

    report = json.loads(
        manage(
            *("mood_check", "--faces", tmp_path, "--students", 12, "--minutes", 3),
            *("--change-at", 2, "--window", 10, "--interval", 1, "--json"),
        )
    )

    assert [row["minute"] for row in report["minutes"]][-1] == 2
    assert all(0 <= row["error"] <= 1 for row in report["minutes"])
    assert report["change_at_minute"] == 2
    assert any(s["summary"]["sentence"] for s in report["sentences"])


def test_bench_engine_times_each_step_on_a_folder_of_frames(tmp_path):
    for i, jpeg in enumerate(astronaut_frames(4)):
        (tmp_path / f"{i}.jpg").write_bytes(jpeg)

    report = json.loads(manage("bench_engine", tmp_path, "--json"))

    assert report["one_thread"]["frames_per_s"] > 0
    assert report["all_cores"]["frames_per_s"] > 0
    assert {"decode", "detect", "align", "classify"} <= set(report["stages_ms"])


def test_a_wrong_folder_is_one_clear_sentence(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "loadtest",
            "--serve",
            "embedded",
            "--frames",
            str(tmp_path),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "holds no .jpg or .png picture" in done.stderr
    assert "Traceback" not in done.stderr
