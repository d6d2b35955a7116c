"""The proxy's file on the real Caddy: nobody's socket is dropped, no address is logged."""

import asyncio
import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.celery_worker import until
from tests.ports import free_port

pytestmark = [pytest.mark.long, pytest.mark.real]

ROOT = Path(__file__).resolve().parents[2]
CADDY = shutil.which("caddy")


async def echo(request):
    answer = web.WebSocketResponse()
    await answer.prepare(request)
    async for message in answer:
        await answer.send_str(message.data)
    return answer


@asynccontextmanager
async def web_process():
    """Stands in for ours: sockets, and ready."""
    pages = web.Application()
    pages.add_routes([web.get("/ws", echo), web.get("/readyz", _ready)])
    pages.add_routes([web.get("/j/CODE/sign-in/", _who_came)])
    runner = web.AppRunner(pages)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _ready(request):
    return web.Response()


async def _who_came(request):
    return web.Response(text=request.headers.get("X-School-Name", "nobody"))


class Proxy:
    """Caddy with a copy of our file, started as docker-compose.yml starts it."""

    def __init__(self, folder, web_port):
        self.file = folder / "Caddyfile"
        self.file.write_text((ROOT / "deploy" / "Caddyfile").read_text())
        self.log = folder / "log"
        self.url = f"http://127.0.0.1:{free_port()}"
        self._environment = os.environ | {
            "FER_SITE": self.url,
            "FER_WEB": f"127.0.0.1:{web_port}",
            "FER_PROXY_ALIVE": f"127.0.0.1:{free_port()}",
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }

    def __enter__(self):
        with self.log.open("w") as log:
            command = [CADDY, "run", "--config", self.file, "--adapter", "caddyfile"]
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def signal(self, number):
        self._process.send_signal(number)

    def reload(self):
        return subprocess.run(
            [CADDY, "reload", "--config", self.file, "--adapter", "caddyfile"],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def answers(self, path, status):
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                return answer.status == status
        except urllib.error.HTTPError as refusal:
            return refusal.code == status
        except OSError:
            return False


async def test_a_new_configuration_by_signal_drops_no_socket(tmp_path):
    async with web_process() as port, aiohttp.ClientSession() as browser:
        with Proxy(tmp_path, port) as proxy:
            await _until(lambda: proxy.answers("/readyz", 200))
            async with browser.ws_connect(f"{proxy.url}/ws") as old:
                marker = '\n\trespond /changed "now" 418\n\tencode'
                proxy.file.write_text(
                    proxy.file.read_text().replace("\n\tencode", marker)
                )
                proxy.signal(signal.SIGUSR1)
                await _until(lambda: proxy.answers("/changed", 418))

                await old.send_str("still here")
                assert await old.receive_str(timeout=60) == "still here"
                async with browser.ws_connect(f"{proxy.url}/ws") as new:
                    await new.send_str("here, too")
                    assert await new.receive_str(timeout=60) == "here, too"


async def test_reload_by_the_command_does_not_work_as_the_guide_says(tmp_path):
    async with web_process() as port:
        with Proxy(tmp_path, port) as proxy:
            await _until(lambda: proxy.answers("/readyz", 200))
            done = await asyncio.to_thread(proxy.reload)

    assert done.returncode != 0
    guide = (ROOT / "docs" / "operations.md").read_text()
    assert "docker compose kill -s SIGUSR1 proxy" in guide


async def test_nobody_names_themselves_where_the_sign_ons_lines_are_missing(tmp_path):
    async with web_process() as port, aiohttp.ClientSession() as browser:
        with Proxy(tmp_path, port) as proxy:
            await _until(lambda: proxy.answers("/readyz", 200))
            lie = {"X-School-Name": "bob"}
            async with browser.get(f"{proxy.url}/j/CODE/sign-in/", headers=lie) as page:
                assert await page.text() == "nobody"


async def test_a_request_that_fails_leaves_no_address_in_the_log(tmp_path):
    with Proxy(tmp_path, free_port()) as proxy:  # nothing listens there
        await _until(lambda: proxy.answers("/welcome/a-secret/", 503))
        logged = proxy.log.read_text()

    assert '"logger":"http.log.error"' in logged
    assert "a-secret" not in logged


async def _until(condition):
    await asyncio.to_thread(until, condition)
