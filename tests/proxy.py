"""The real Caddy with deploy/Caddyfile, as docker-compose.yml starts it."""

import contextlib
import os
import shutil
import ssl
import subprocess
import time
import urllib.request
from pathlib import Path

from tests.ports import free_port

CADDYFILE = Path(__file__).resolve().parents[1] / "deploy" / "Caddyfile"
# Else it listens on port 80, too, and asks the system to trust its authority.
_TESTS = "\tauto_https disable_redirects\n\tskip_install_trust"
READY_WITHIN_S = 120  # on a busy machine


class Caddy:
    """A proxy on free ports of 127.0.0.1, whose site has a certificate of its own authority.

    Args:
        folder: Where it keeps all that it writes.
        web_port: Where the platform listens.
        more: Further sites, as lines of a Caddyfile.
    """

    def __init__(self, folder, web_port, more=""):
        self.folder, self.port = folder, free_port()
        self.url = f"https://localhost:{self.port}"
        self.authority = folder / "caddy/pki/authorities/local/root.crt"
        self._file = folder / "Caddyfile"
        text = CADDYFILE.read_text().replace("\tadmin off", f"\tadmin off\n{_TESTS}", 1)
        self._file.write_text(f"{text}\n{more}")
        self._environment = os.environ | {
            "FER_SITE": self.url,
            "FER_WEB": f"127.0.0.1:{web_port}",
            "FER_PROXY_ALIVE": f"127.0.0.1:{free_port()}",
            "FER_PROXY_BIND": "bind 127.0.0.1",
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }

    def __enter__(self):
        command = [shutil.which("caddy"), "run", "--config", self._file]
        with (self.folder / "caddy.log").open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--adapter", "caddyfile"],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        ends_at = time.monotonic() + READY_WITHIN_S
        while not self._lets_in():
            log = (self.folder / "caddy.log").read_text()
            assert self._process.poll() is None, log
            assert time.monotonic() < ends_at, log
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def _lets_in(self):
        with contextlib.suppress(OSError):
            trusted = ssl.create_default_context(cafile=self.authority)
            urllib.request.urlopen(f"{self.url}/healthz", context=trusted).close()
            return True
        return False
