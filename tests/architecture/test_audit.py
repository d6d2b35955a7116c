"""`make audit` against services of our own: it passes, it finds, and it never skips."""

import gzip
import json
import os
import shutil
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = [pytest.mark.long, pytest.mark.real]

ROOT = Path(__file__).resolve().parents[2]
PYTHON_ADVISORY = {
    "id": "PYSEC-0000-17",
    "summary": "Made up for a test",
    "affected": [{"package": {"name": "daphne", "ecosystem": "PyPI"}, "ranges": []}],
}
NPM_ADVISORY = {
    "id": 17,
    "url": "https://advisories.example/17",
    "title": "Made up for a test",
    "severity": "low",
    "vulnerable_versions": "*",
}


class Advisories(BaseHTTPRequestHandler):
    """Answers as OSV and as npm's registry do."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        asked = json.loads(body)
        self.server.asked.append(asked)
        if self.path.endswith("/advisories/bulk"):
            vulnerable = self.server.vulnerable & asked.keys()
            self._answer({name: [NPM_ADVISORY] for name in vulnerable})
        elif asked["package"]["name"] in self.server.vulnerable:
            self._answer({"vulns": [PYTHON_ADVISORY]})
        else:
            self._answer({})

    def _answer(self, known):
        text = json.dumps(known).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def advisories(*vulnerable):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advisories)
    server.vulnerable, server.asked = set(vulnerable), []
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def audit(server):
    make = shutil.which("make")
    address = f"http://127.0.0.1:{server.server_port}"
    return subprocess.run(
        [make, "audit", f"OSV_URL={address}/v1/query"],
        cwd=ROOT,
        # npm asks this server for more than it knows; asking again would take a minute.
        env=os.environ
        | {"npm_config_registry": f"{address}/", "npm_config_fetch_retries": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_known_passes_and_every_pinned_package_was_asked_about():
    with advisories() as server:
        done = audit(server)

    assert done.returncode == 0, done.stdout + done.stderr
    python = {
        q["package"]["name"]: q["version"] for q in server.asked if "package" in q
    }
    [npm] = [q for q in server.asked if "package" not in q]
    assert {"django", "daphne", "pillow", "opencv-python-headless"} <= python.keys()
    assert {"esbuild", "uplot", "@mediapipe/face_detection"} <= (npm.keys())
    assert len(python) > 100


@pytest.mark.parametrize(
    ("name", "shown"), [("daphne", "PYSEC-0000-17"), ("uplot", "Made up for a test")]
)
def test_a_known_vulnerability_fails_and_is_named(name, shown):
    with advisories(name) as server:
        done = audit(server)

    assert done.returncode != 0
    assert shown in done.stdout
    assert name in done.stdout


def test_a_service_that_does_not_answer_is_no_pass():
    with advisories() as server:
        pass

    assert audit(server).returncode != 0
