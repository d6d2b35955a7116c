"""The image `single`, started as its Dockerfile says: on an empty folder, by a user of no rights."""

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import requests

from fer_platform.native_database import unprivileged_user
from fer_platform.single import complaint
from sessions_app.lab.prepared import prepared_once
from tests.ports import free_port
from tests.production_server import READY_WITHIN_S, prepare

ROOT = Path(__file__).resolve().parents[2]
IMAGE = (ROOT / "Dockerfile").read_text()
DATA, STATIC = "/var/lib/classmood", "/srv/static/collected"
_CAP_DAC_READ_SEARCH = 2
TOLD = re.compile(r"Log in as (\S+) with the password: (\S+)")


class Container:
    """What the image holds and a volume, as folders of this machine, and its command."""

    def __init__(self, folder):
        self.data, self.static = folder / "data", folder / "static"
        self.data.mkdir(mode=0o700)
        shutil.copytree(prepared_once("production", prepare) / "static", self.static)
        self.url = f"http://127.0.0.1:{free_port()}"
        if user := unprivileged_user():
            shutil.chown(self.data, user)

    def begin(self, output):
        words = json.loads(re.findall(r"^CMD (.*)", IMAGE, re.M)[-1])
        port = self.url.rpartition(":")[2]
        here = {"python": sys.executable, "0.0.0.0": "127.0.0.1", "8000": port}
        return subprocess.Popen(
            [*_without_rights(), *(here.get(word, word) for word in words)],
            cwd=ROOT,
            env=self._variables(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    @contextlib.contextmanager
    def served(self):
        """What it has printed once it serves; it is stopped at the end."""
        with tempfile.TemporaryFile() as output:
            process = self.begin(output)
            try:
                until = time.monotonic() + READY_WITHIN_S
                while "Ready:" not in _printed(output):
                    assert process.poll() is None, _printed(output)
                    assert time.monotonic() < until, _printed(output)
                    time.sleep(0.1)
                yield _printed(output)
            finally:
                process.send_signal(signal.SIGTERM)
                assert process.wait(timeout=READY_WITHIN_S) == 0

    def log_in(self, email, password):
        """A browser, and where the log-in has led it; None where it was refused."""
        browser = requests.Session()
        form = browser.get(f"{self.url}/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        fields = {"csrfmiddlewaretoken": token, "username": email, "password": password}
        answer = browser.post(f"{self.url}/login/", data=fields, allow_redirects=False)
        return browser, answer.headers.get("Location")

    def _variables(self):
        """The image's own alone, with places of this machine."""
        said = " ".join(re.findall(r"^ENV ((?:.*\\\n)*.*)", IMAGE, re.M))
        for place, here in {DATA: self.data, STATIC: self.static}.items():
            said = said.replace(place, str(here))
        told = dict(re.findall(r"(\w+)=(\S+)", said))
        return told | {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}


def _without_rights():
    """Words before a command that take root's rights from it; none where root runs nothing.

    It may still read all that is there: in the image everybody can, here the interpreter may lie
    in a closed folder.
    """
    if not (name := unprivileged_user()):
        return []
    group = str(pwd.getpwnam(name).pw_gid)
    words = ["setpriv", f"--reuid={name}", f"--regid={group}", "--clear-groups"]
    allowed = re.search(r"CapBnd:\s*(\w+)", Path("/proc/self/status").read_text())[1]
    if int(allowed, 16) >> _CAP_DAC_READ_SEARCH & 1:
        words += [f"--{kind}-caps=+dac_read_search" for kind in ("inh", "ambient")]
    return words


def _printed(output):
    return os.pread(output.fileno(), 100_000, 0).decode()


@pytest.fixture
def container():
    """Not in pytest's folder, which other users cannot enter."""
    with tempfile.TemporaryDirectory(prefix="fer-single-") as folder:
        Path(folder).chmod(0o755)
        yield Container(Path(folder))


@pytest.mark.long
@pytest.mark.real
def test_the_second_start_keeps_what_the_first_one_made_and_tells_no_password(
    container,
):
    with container.served() as printed:
        [told] = TOLD.findall(printed)
        browser, leads_to = container.log_in(*told)
        assert leads_to == "/"
        assert browser.get(f"{container.url}/people/").status_code == 200
        home = browser.get(container.url).text
        style = re.search(r'href="(/static/app[^"]+\.css)"', home)[1]
        assert browser.get(container.url + style).status_code == 200
    key = (container.data / "secret_key").read_bytes()
    assert (container.data / "secret_key").stat().st_mode & 0o77 == 0
    assert not list(container.data.glob("static"))  # an upgrade brings its own

    with container.served() as printed:
        assert "password" not in printed
        assert container.log_in(*told)[1] == "/"
        assert container.log_in(told[0], "another password")[1] is None
    assert (container.data / "secret_key").read_bytes() == key


@pytest.mark.real
@pytest.mark.parametrize("closed", ["the folder", "the database"])
def test_a_folder_that_cannot_be_written_is_named_in_one_sentence(container, closed):
    named = container.data
    if closed == "the database":
        named /= "platform.sqlite3"
        named.touch()
        named.chmod(0o444)
    else:
        named.chmod(0o555)
    with tempfile.TemporaryFile() as output:
        code = container.begin(output).wait(timeout=READY_WITHIN_S)
        said = _printed(output)

    assert code == os.EX_CONFIG
    assert said.startswith(f"{named} cannot be written by user ")
    assert f"mount a volume at {container.data}" in said
    assert len(said.splitlines()) == 1
    assert not (container.data / "secret_key").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"FER_SECRET_KEY": "k", "FER_SECRET_KEY_FILE": "f"}, "are both set"),
        ({"FER_SECRET_KEY": "k", "FER_SECRET_KEY_FILE": ""}, ""),
        (
            {"FER_PUBLIC_URL": "https://class.example.org", "FER_HTTPS": "off"},
            "set FER_HTTPS=on",
        ),
        ({"FER_PUBLIC_URL": "https://class.example.org", "FER_HTTPS": "on"}, ""),
        ({"FER_PUBLIC_URL": "http://127.0.0.1:8000", "FER_HTTPS": "off"}, ""),
    ],
)
def test_settings_that_do_not_go_together_are_refused(tmp_path, given, said):
    found = complaint(tmp_path, given)

    assert said in found
    assert bool(said) == bool(found)
