"""A real Firefox, which Playwright cannot drive as Debian ships it: over WebDriver BiDi."""

import asyncio
import base64
import itertools
import json
import re
import threading
import time
from pathlib import Path

import aiohttp

from tests.e2e.conftest import SOON_S

FIREFOX = "firefox-esr"
ALWAYS = {
    "media.navigator.streams.fake": True,  # a camera whose picture changes its colour
    "media.navigator.permission.disabled": True,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}
ALLOW_CANVAS = """((origin) => {
  const it = Services.scriptSecurityManager.createContentPrincipalFromOrigin(origin);
  Services.perms.addFromPrincipal(it, "canvas", Services.perms.ALLOW_ACTION);
})"""


class Firefox:
    """One window with a profile of its own; used by `with`."""

    def __init__(self, profile: Path, **preferences: bool):
        self._profile = profile
        self._preferences = ALWAYS | preferences
        self._ids = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        lines = (
            f'user_pref("{name}", {json.dumps(value)});\n'
            for name, value in self._preferences.items()
        )
        (self._profile / "user.js").write_text("".join(lines))
        self._thread.start()
        self._do(self._start())
        tree = self._call("browsingContext.getTree")
        self._tab = tree["contexts"][0]["context"]
        return self

    def __exit__(self, *_):
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def goto(self, url):
        self._call(
            "browsingContext.navigate", context=self._tab, url=url, wait="complete"
        )

    def evaluate(self, script):
        """Run JavaScript as if a visitor had just pressed something; its JSON value."""
        expression = f"JSON.stringify({script})"
        answer = self._evaluate(self._tab, expression)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))

    def until(self, script, *, within_s=SOON_S):
        """Wait until JavaScript gives something true."""
        ends = time.monotonic() + within_s
        while not self.evaluate(script):
            assert time.monotonic() < ends, f"{script} was not true within {within_s} s"
            time.sleep(0.2)

    def press(self, words):
        """Press the visible button, link or summary with these words."""
        found = (
            "[...document.querySelectorAll('button, a, summary')].find((e) =>"
            f"e.checkVisibility() && e.textContent.trim() === {json.dumps(words)})"
        )
        self.until(f"Boolean({found})")
        self.evaluate(f"({found}.click(), true)")

    def cover_with_another_tab(self):
        """Put an empty tab in front: the page is hidden from now on."""
        self._call("browsingContext.create", type="tab", background=False)

    def allow_canvas(self, origin):
        """Answer Firefox's question about canvas data with yes, as its button does."""
        tree = self._call("browsingContext.getTree", **{"moz:scope": "chrome"})
        window = tree["contexts"][0]["context"]
        self._evaluate(window, f"{ALLOW_CANVAS}({json.dumps(origin)})")

    def picture(self, path):
        shot = self._call(
            "browsingContext.captureScreenshot", context=self._tab, origin="document"
        )
        path.write_bytes(base64.b64decode(shot["data"]))

    # --- inside -------------------------------------------------------------------

    def _evaluate(self, context, expression):
        return self._call(
            "script.evaluate",
            expression=expression,
            target={"context": context},
            awaitPromise=True,
            userActivation=True,
        )

    def _call(self, method, **params):
        return self._do(self._ask(method, params))

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _start(self):
        self._process = await asyncio.create_subprocess_exec(
            *(FIREFOX, "--headless", "--no-remote", "--profile", str(self._profile)),
            *("--remote-debugging-port", "0", "--remote-allow-system-access"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        address = None
        while address is None:
            line = await self._process.stderr.readline()
            assert line, "Firefox ended before it listened."
            address = re.search(rb"BiDi listening on (ws://\S+)", line)
        self._drain = asyncio.create_task(self._process.stderr.read())
        self._http = aiohttp.ClientSession()
        url = f"{address[1].decode()}/session"
        self._socket = await self._http.ws_connect(url, max_msg_size=0)
        await self._ask("session.new", {"capabilities": {}})

    async def _ask(self, method, params):
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async for message in self._socket:
            answer = json.loads(message.data)
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]
        raise AssertionError("Firefox is gone.")

    async def _end(self):
        await self._http.close()
        self._process.terminate()
        await self._process.wait()
        self._drain.cancel()
