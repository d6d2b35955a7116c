"""A production server of its own, and a browser behind the proxy that speaks HTTPS."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from sessions_app.lab.prepared import prepared_once
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 300  # on a busy machine
ADMIN, PASSWORD = "ada@school.example", "chalk-and-cheese-42"
_ADMIN = (
    "from sessions_app.models import User; "
    f"User.objects.create_superuser({ADMIN!r}, {PASSWORD!r}, name='Ada')"
)


@dataclass
class Page:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class HttpsBrowser:
    """Sends what a proxy would hand on of a browser's requests."""

    port: int
    agent: str = (
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )
    jar: dict[str, Morsel] = field(default_factory=dict)
    given: list[Morsel] = field(default_factory=list)  # every cookie so far

    def cookie_header(self):
        return "; ".join(f"{name}={m.value}" for name, m in self.jar.items())

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=READY_WITHIN_S
        )
        standard = {
            "Host": "localhost",
            "X-Forwarded-Proto": "https",
            "User-Agent": self.agent,
            "Origin": "https://localhost",
            "Cookie": self.cookie_header(),
        }
        connection.request(method, path, body, standard | headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.jar |= (cookies := SimpleCookie(line))
            self.given += cookies.values()
        return Page(answer.status, answer.headers, text)

    def get(self, path):
        return self.ask("GET", path)

    def send(self, path, page="", **fields):
        """Open a page, then send its form to a path."""
        form = self.get(page or path).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        return self.ask(
            "POST",
            path,
            urlencode({"csrfmiddlewaretoken": token} | _as_read(form) | fields),
            **{"Content-Type": "application/x-www-form-urlencoded"},
        )

    def log_in(self, email=ADMIN, password=PASSWORD):
        return self.send("/login/", username=email, password=password)


def _as_read(form):
    """What a page that asks a student says of its text, to be sent back."""
    return dict(re.findall(r'name="(read)" value="([^"]*)"', form))


@dataclass
class ProductionServer:
    port: int
    log: Path
    environment: dict[str, str]

    @property
    def folder(self):
        """The only one that the server writes to."""
        return self.log.parent

    def browser(self, **options):
        return HttpsBrowser(self.port, **options)

    def shell(self, code):
        """Run code beside the server, on its database; return what it prints."""
        return _manage(self.environment, "shell", "-v", "0", "-c", code)


@contextlib.contextmanager
def production_server(**settings):
    """Migrate, make an admin, serve; stop at the end."""
    with tempfile.TemporaryDirectory(prefix="fer-production-") as folder:
        kept = prepared_once("production", prepare)
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        environment = environment_of(folder) | settings
        port, log = free_port(), Path(folder) / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port)],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _await_ready(process, log)
            yield ProductionServer(port, log, environment)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=READY_WITHIN_S)


def prepare(folder):
    """What every one of these servers begins with."""
    environment = environment_of(str(folder))
    _manage(environment, "migrate")
    _manage(environment, "collectstatic", "--no-input")
    _manage(environment, "shell", "-c", _ADMIN)


def environment_of(folder):
    """What such a server is given; it writes to this folder alone."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FER_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "fer_platform.settings.production",
        "FER_VAR": folder,
        "FER_SECRET_KEY": "k" * 20 + "0123456789abcdefghij",
        "FER_EMOTION_INFERENCE": "off",
    }


def _manage(environment, *command):
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def _await_ready(process, log):
    until = time.monotonic() + READY_WITHIN_S
    while "Ready:" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)
