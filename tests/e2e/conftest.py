"""The running platform, with what `make run` gives it, and real browsers before it."""

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from skimage import data

from sessions_app.lab.server_process import READY_WITHIN_S, copy_prepared
from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SOON_S = 90  # for what nobody promised a time, on a machine that does much else
SOON_MS = SOON_S * 1000
ON_ITS_WAY_MS = 4000  # by then a frame that was sent is answered or given up
METRICS_TOKEN = "the tests count frames"
# Or a Worker whose script a test has changed opens no socket to this machine.
SCRIPTS_CHANGED_HERE = (
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets"
)
WITH_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


expect.set_options(timeout=SOON_MS)


class Platform:
    """What `make run` starts, on a free port, with a data folder of its own."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        self.var = folder / "var"
        self.environment = {"FER_VAR": str(self.var)} | environment
        self.log = folder / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        """Serve a copy of what `make run` makes; what was there before stays."""
        copy_prepared(self.var, self.var / "demo.sqlite3")
        self._run(sys.executable, "manage.py", "serve", "--port", str(self.port))

    def make_run(self):
        """Start as the README says, on the Python that runs the tests."""
        environment = os.path.relpath(sys.prefix, ROOT)
        self._run("make", "run", f"PORT={self.port}", f"VENV={environment}")

    def _run(self, *command):
        environment = _clean() | {
            "FER_JOIN_RATE": "1000/m",
            "FER_LOGIN_RATE": "1000/m",
            "FER_METRICS_TOKEN": METRICS_TOKEN,
            "FER_POOL_SIZE": "1",  # of a few students; browsers want the other cores
        }
        already = self.log.read_text().count("Ready:") if self.log.exists() else 0
        with self.log.open("a") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment | self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        for _ in range(READY_WITHIN_S * 5):
            if self.log.read_text().count("Ready:") > already:
                return
            assert self._process.poll() is None, self.log.read_text()
            time.sleep(0.2)
        self.kill()
        raise AssertionError(self.log.read_text())

    def frames_answered(self):
        """Count the frames that the server has answered so far, of all classes."""
        request = urllib.request.Request(
            f"{self.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
        )
        with urllib.request.urlopen(request) as answer:
            counts = re.findall(
                r"fer_frames_total\{[^}]*\} ([\d.e+]+)", answer.read().decode()
            )
        return sum(map(float, counts))

    def stage(self, what="stage", *arguments):
        """Put something of staged.py into the database; return what it tells of it.

        By default a school.
        """
        path = self.folder / f"{what}.json"
        words = ", ".join(map(repr, [str(path), *arguments]))
        code = f"from tests.e2e.staged import {what}; {what}({words})"
        shell = [sys.executable, "manage.py", "shell", "--verbosity", "0"]
        environment = _clean() | self.environment
        subprocess.run(
            [*shell, "--command", code], cwd=ROOT, env=environment, check=True
        )
        return json.loads(path.read_text())

    def stop(self):
        self._end(signal.SIGTERM)

    def kill(self):
        self._end(signal.SIGKILL)

    def _end(self, how):
        with contextlib.suppress(ProcessLookupError):  # a test has ended it
            os.killpg(self._process.pid, how)
        self._process.wait(timeout=READY_WITHIN_S)


def _clean():
    """The environment, without what the tests themselves are run by."""
    ours = {"DJANGO_SETTINGS_MODULE", "MAKEFLAGS", "MAKELEVEL"}
    return {name: value for name, value in os.environ.items() if name not in ours}


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    platform = Platform(tmp_path_factory.mktemp("platform"))
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(scope="session")
def school(platform):
    """A school in the platform's database: cookies and places, as staged.py says."""
    return platform.stage()


def write_webcam(path):
    """Write a file that Chromium plays as a webcam: an astronaut who moves a little."""
    portrait = Image.fromarray(data.astronaut())
    with path.open("wb") as out:
        for i in range(20):
            left = 70 + abs(10 - i)
            frame = portrait.crop((left, 0, left + 320, 240)).resize((640, 480))
            jpeg = io.BytesIO()
            frame.save(jpeg, "JPEG", quality=85)
            out.write(jpeg.getvalue())
    return path


@pytest.fixture(scope="session")
def webcam(tmp_path_factory):
    return write_webcam(tmp_path_factory.mktemp("webcam") / "astronaut.mjpeg")


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def launch(playwright):
    """Start a Chromium with given switches; all are closed at the end."""
    browsers = []

    def start(*switches, **options):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET, *switches], **options
        )
        browsers.append(browser)
        return browser

    yield start
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="session")
def browser(launch, webcam):
    """A browser whose webcam shows the astronaut."""
    return launch(*WITH_CAMERA, f"--use-file-for-fake-video-capture={webcam}")


@pytest.fixture(scope="session")
def spoilt_browser(launch, webcam):
    """A browser whose pages' scripts a test may change."""
    return launch(
        *WITH_CAMERA,
        SCRIPTS_CHANGED_HERE,
        f"--use-file-for-fake-video-capture={webcam}",
    )


class Visitor:
    """One person's browser window. Any CSP violation or script error fails the test."""

    def __init__(self, browser, url, **options):
        self.url = url
        # Pages follow the browser's language; these tests read English.
        english = {"locale": "en-GB"}
        self.context = browser.new_context(base_url=url, **english | options)
        self.context.set_default_timeout(SOON_MS)
        self.faults = []
        self.page = self.tab()

    def tab(self):
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._listen)
        return page

    def let_in(self, cookies):
        """Go on as whom these cookies belong to."""
        self.context.add_cookies(
            [{"name": n, "value": v, "url": self.url} for n, v in cookies.items()]
        )

    def _listen(self, message):
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def close(self):
        self.context.close()
        assert self.faults == []


class Teacher(Visitor):
    def log_in(self, account=0):
        self.page.goto("/login/")
        self.page.get_by_label("E-mail").fill(ACCOUNTS[account][0])
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(re.compile(r"//[^/]+/$"))

    def decide(self, *, demo, device_only=None):
        """Save the school's policy, as an admin."""
        page = self.page
        page.goto("/policy/")
        page.get_by_label("Where is the school?").select_option("Elsewhere")
        page.get_by_label("Facial expression").check()
        page.get_by_label("Public demo page").set_checked(demo)
        if device_only is not None:
            label = "Camera pictures stay on students"
            page.get_by_label(label).set_checked(device_only)
        follow(page, page.get_by_role("button", name="Save the policy"))
        assert page.get_by_text("The policy is saved.").is_visible()

    def open_class(self, title, *, start=True, camera=True):
        self.page.goto("/sessions/new/")
        self.page.get_by_label("Title").fill(title)
        self.page.locator("input[name=expression_on]").set_checked(camera)
        self.page.get_by_role("button", name=re.compile("Create|Save")).click()
        self.page.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}/$"))
        code = re.search(r"/j/([A-Z0-9]{8})/", self.page.content())[1]
        if start:
            self.page.get_by_role("button", name="Start the lesson").click()
            self.page.get_by_role("button", name="End", exact=True).wait_for()
        return code

    def timeline(self):
        path = re.search(r"/sessions/[0-9a-f-]{36}/", self.page.url)[0]
        return self.context.request.get(f"/api/v1{path}timeline/").json()

    def minutes_released(self):
        return [m for m in self.timeline()["minutes"] if m["status"] == "released"]


class Student(Visitor):
    def join(self, code, *, expression=True, pulse=True, camera=True):
        self.page.goto(f"/j/{code}/")
        for name, yes in (("expression", expression), ("pulse", pulse)):
            value = "yes" if yes else "no"
            self.page.locator(f"input[name={name}][value={value}]").check()
        self.page.get_by_role("button", name="Join the lesson").click()
        self.page.wait_for_url("**/class/")
        if expression and camera:
            self.wait_for_result()

    def wait_for_result(self):
        """Until the student's own first result is there: a frame was analysed."""
        self.page.locator("[data-scores-empty]").wait_for(
            state="hidden", timeout=SOON_MS
        )

    def state(self):
        return self.page.locator("[data-student]").get_attribute("data-state")

    def wait_for_state(self, state, timeout=SOON_MS):
        self.page.locator(f"[data-student][data-state={state}]").wait_for(
            timeout=timeout
        )


@pytest.fixture
def visitors(browser, platform):
    """Open windows of either kind; all are closed, and checked, at the end."""
    opened = []

    def visit(kind, in_browser=None, **options):
        visitor = kind(in_browser or browser, platform.url, **options)
        opened.append(visitor)
        return visitor

    yield visit
    for visitor in opened:
        visitor.close()


@pytest.fixture
def teacher(visitors):
    teacher = visitors(Teacher)
    teacher.log_in()
    return teacher


@pytest.fixture
def open_lesson(visitors, school):
    """Open a page of one of the school's lessons as its teacher, and wait for its news."""

    def open_page(place, path="", script="", **options):
        reader = visitors(Teacher, **options)
        reader.let_in(school["cookies"]["teacher"])
        reader.page.add_init_script(script)
        reader.page.goto(f"/sessions/{school['places'][place][0]}/{path}")
        reader.page.locator("[data-part=hero] [data-when=connecting]").wait_for(
            state="hidden"
        )
        return reader.page

    return open_page


def follow(page, target):
    """Click, and wait until the page that this leads to stands and its scripts run."""
    with page.expect_navigation():
        target.click()


def camera_is_on(page):
    return page.evaluate(
        "() => Boolean(document.querySelector('video')?.srcObject?.active)"
    )


def until(condition, *, within_s=SOON_S, every_s=0.5):
    """Wait for something to become true; returns how long it took, in seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within_s, f"not within {within_s} s"
        time.sleep(every_s)
    return time.monotonic() - began
