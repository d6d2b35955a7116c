"""The proxy's lines that docs/operations.md gives for the school's sign-on, in a Caddy."""

import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text()
LINES = re.search(r"```caddyfile\n(.*?)```", GUIDE, re.DOTALL)[1]
HEADER = "X-School-Name"
OURS = f"\trequest_header -{HEADER}"  # of deploy/Caddyfile, before all else


class SignOn(BaseHTTPRequestHandler):
    """Knows a browser that brings a ticket, and sends all others to its own page."""

    def do_GET(self):
        name = self.headers.get("X-Ticket")
        self.send_response(200 if name else 302)
        if name:
            self.send_header("Remote-User", name)
        else:
            self.send_header("Location", "https://sign-on.example/")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


class Web(SignOn):
    """Says which name reached it."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers.get(HEADER, "nobody").encode())


class Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@contextmanager
def listening(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Ask Caddy for a page; the status, and the name that arrived."""
    config = tmp_path_factory.mktemp("caddy") / "Caddyfile"
    port = free_port()
    with listening(SignOn) as sign_on, listening(Web) as web:
        lines = LINES.replace("{$FER_SIGN_ON}", sign_on)
        config.write_text(
            f"{{\n admin off\n persist_config off\n}}\n"
            f"http://127.0.0.1:{port} {{\n{OURS}\n{lines}\n reverse_proxy {web}\n}}\n"
        )
        caddy = subprocess.Popen(
            ["caddy", "run", "--adapter", "caddyfile", "--config", config],
            stderr=subprocess.DEVNULL,
        )
        opener = urllib.request.build_opener(Stays)

        def ask(path, **headers):
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}{path}",
                headers={name.replace("_", "-"): v for name, v in headers.items()},
            )
            try:
                with opener.open(request) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, ""

        try:
            _await(ask)
            yield ask
        finally:
            caddy.terminate()
            caddy.wait(timeout=60)


def _await(ask):
    for _ in range(300):
        try:
            ask("/")
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("Caddy did not get ready.")


def test_whoever_signed_in_arrives_by_name(site):
    assert site("/j/ABCDEFGH/sign-in/", X_Ticket="eve") == (200, "eve")


def test_whoever_did_not_is_sent_to_the_sign_on(site):
    assert site("/j/ABCDEFGH/sign-in/") == (302, "")


@pytest.mark.parametrize("path", ["/", "/j/ABCDEFGH/", "/j/ABCDEFGH/sign-in/x"])
def test_no_other_page_asks_anybody_to_sign_in(path, site):
    assert site(path) == (200, "nobody")


@pytest.mark.parametrize("path", ["/", "/j/ABCDEFGH/"])
def test_nobody_names_themselves(path, site):
    assert site(path, X_School_Name="mallory") == (200, "nobody")
    assert site(path, X_School_Name="mallory", X_Ticket="eve") == (200, "nobody")


def test_nobody_names_themselves_as_they_sign_in(site):
    path = "/j/ABCDEFGH/sign-in/"

    assert site(path, X_School_Name="mallory") == (302, "")
    assert site(path, X_School_Name="mallory", X_Ticket="eve") == (200, "eve")
