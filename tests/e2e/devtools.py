"""A Chromium without Playwright, which would keep every tab visible."""

import asyncio
import itertools
import json
import time
from pathlib import Path
from urllib.parse import quote

import aiohttp

from tests.e2e.conftest import CHROMIUM, QUIET, SOON_S


class Chromium:
    """Tabs of one window; the one in front is visible, the others are hidden."""

    def __init__(self, profile: Path, *switches: str):
        self._profile = profile
        self._switches = switches

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            "--headless",
            "--remote-debugging-port=0",
            f"--user-data-dir={self._profile}",
            *QUIET,
            *self._switches,
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._http = aiohttp.ClientSession()
        port_file = self._profile / "DevToolsActivePort"
        async with asyncio.timeout(SOON_S):
            while not (port_file.exists() and port_file.read_text()):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        self._address = f"http://127.0.0.1:{port_file.read_text().split()[0]}"
        return self

    async def __aexit__(self, *_):
        await self._http.close()
        self._process.terminate()
        await self._process.wait()

    async def tab(self, url: str) -> "Tab":
        """Open a tab in front of the others."""
        async with self._http.put(f"{self._address}/json/new?{quote(url)}") as answer:
            target = await answer.json()
        return Tab(await self._http.ws_connect(target["webSocketDebuggerUrl"]))


class Tab:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse):
        self._socket = socket
        self._ids = itertools.count(1)

    async def evaluate(self, script: str):
        """Run JavaScript; its JSON value, or None while the page is being replaced."""
        message_id = next(self._ids)
        parameters = {"expression": script, "returnByValue": True, "userGesture": True}
        await self._socket.send_json(
            {"id": message_id, "method": "Runtime.evaluate", "params": parameters}
        )
        async for message in self._socket:
            answer = json.loads(message.data)
            if answer.get("id") == message_id:
                return answer.get("result", {}).get("result", {}).get("value")
        raise AssertionError("the tab is gone")

    async def until(self, script: str, *, within_s: float = SOON_S):
        """Wait until JavaScript gives something true."""
        ends = time.monotonic() + within_s
        while time.monotonic() < ends:
            if await self.evaluate(script):
                return
            await asyncio.sleep(0.3)
        raise AssertionError(f"{script} was not true within {within_s} s")
