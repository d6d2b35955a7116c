"""The examples of docs/api.md, each run as it stands there against a server."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real]

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()
BLOCKS = dict(
    re.findall(r"^```(sh|python|js)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
)
RUN = {
    "sh": ["bash", "-eu", "-o", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
    "js": ["node", "--input-type=module", "-e"],
}


@pytest.mark.parametrize("language", RUN)
def test_an_example_prints_every_lesson_that_is_over(
    language, live_server, teacher, token_of
):
    for title in ("First steps", "No numbers"):
        ClassSessionFactory(title=title, teacher=teacher, ended=True)
    ClassSessionFactory(title="Still going on", teacher=teacher, live=True)
    for index in range(3):
        first = teacher.class_sessions.get(title="First steps")
        ClassMinuteFactory(session=first, index=index, released=index != 1)

    done = subprocess.run(
        [*RUN[language], BLOCKS[language]],
        env=os.environ
        | {"CLASSMOOD_URL": live_server.url}
        | {"CLASSMOOD_TOKEN": token_of(teacher, scope="read")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [
        "First steps; 2; 0.5",
        "No numbers; 0; None",
    ]
