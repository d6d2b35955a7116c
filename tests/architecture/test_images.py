"""What the images hold: no measuring tool, and every package that is imported."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAB = "sessions_app/lab"


def test_the_measuring_tools_stay_out_of_the_images():
    commands = (ROOT / "sessions_app" / "management" / "commands").glob("*.py")
    need_lab = {str(c.relative_to(ROOT)) for c in commands if _imports_lab(c)}

    left_out = set((ROOT / ".dockerignore").read_text().splitlines())

    assert {name for name in left_out if name.startswith("sessions_app/")} == (
        need_lab | {LAB}
    )


def _imports_lab(command):
    return "from sessions_app.lab" in command.read_text()


WORKER = (
    *("fer_platform.celery", "fer_platform.probe_redis", "kombu.transport.redis"),
    *("inference.cluster.tasks", "inference.engine"),
)
WEB = (
    *("fer_platform.asgi", "fer_platform.urls", "fer_platform.celery"),
    *("fer_platform.probe_redis", "kombu.transport.redis", "sessions_app.tasks"),
    "sessions_app.management.commands.serve",
)


SINGLE = (*WEB, "fer_platform.single", "inference.engine")


@pytest.mark.parametrize(
    ("image", "modules"), [("worker", WORKER), ("web", WEB), ("single", SINGLE)]
)
def test_an_image_has_every_package_that_its_processes_import(image, modules):
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.M)
    [stage] = [each for each in stages if re.match(rf"\w+ AS {image}\n", each)]
    groups = ",".join(re.findall(r"--extra (\w+)", stage))
    redis = {"FER_REDIS_URL": "redis://127.0.0.1:1/0"}
    live = {"FER_LIVE_REDIS_URL": "redis://127.0.0.1:1/1"}
    database = {"FER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}

    done = subprocess.run(
        [sys.executable, "-m", "tests.architecture.image_packages", groups, *modules],
        cwd=ROOT,
        env=os.environ | redis | live | database,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
