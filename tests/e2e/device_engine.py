"""The browser's engine in a Worker of a bare page, and frames for it."""

import functools
import http.server
import subprocess
import threading
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "static" / "dist" / "engine"  # `npm run build` writes it
WORKER = """
import { loadEngine } from "./static/js/device/load.js";
const at = (name) => new URL(name, location).href;
const urls = { about: at("/engine.json"), kernels: at("/kernels.wasm"), detector: at("/blazeface.tflite"),
  network: at("/emotion.tflite"), golden: at("/golden.jpg") };
onmessage = async ({ data: count }) => {
  try {
    const began = performance.now();
    const engine = await loadEngine(urls);
    const ready = performance.now() - began;
    const readings = [], ms = [];
    for (let i = 0; i < count; i++) {
      const data = new Uint8ClampedArray(await (await fetch(at(`/frames/${i}`))).arrayBuffer());
      const start = performance.now();
      readings.push(engine.read({ data, width: 320, height: 240 }));
      ms.push(performance.now() - start);
    }
    postMessage({ readings, ms, ready, hash: engine.hash });
  } catch (error) {
    postMessage({ failure: error.kind ?? String(error) });
  }
};
"""
RUN = """([url, count]) => new Promise((resolve, reject) => {
  const worker = new Worker(url, { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(count);
})"""
# What the Worker is allowed: WebAssembly, but no `eval`.
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"


class EngineSite:
    """A local server with the engine's files, which a test may change, and frames."""

    worker = WORKER  # the Worker's script, by which it reads frames

    def __init__(self, folder: Path):
        self._folder = folder
        self.changed: dict[str, bytes | None] = {}  # by name; None: not there
        self.frames: list[np.ndarray] = []  # (240, 320, 3), uint8, RGB
        self._write_worker()
        handler = functools.partial(_Handler, self)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _write_worker(self):
        subprocess.run(
            [
                *("node_modules/.bin/esbuild", "--bundle", "--format=esm"),
                f"--outfile={self._folder / 'worker.js'}",
            ],
            input=self.worker.encode(),
            cwd=ROOT,
            capture_output=True,
            check=True,
        )

    def content(self, path: str) -> bytes | None:
        """What is at an address; None where nothing is."""
        name = path.removeprefix("/")
        if name in self.changed:
            return self.changed[name]
        if name == "":
            return b"<!doctype html><title>Engine</title>"
        if name.startswith("frames/"):
            frame = self.frames[int(name.removeprefix("frames/"))]
            return np.dstack([frame, np.full(frame.shape[:2], 255, np.uint8)]).tobytes()
        file = (self._folder if name == "worker.js" else ENGINE) / name
        return file.read_bytes() if file.is_file() else None

    def run(self, browser, frames=()):
        """Load the engine in a page's Worker and read frames; what the Worker says."""
        self.frames = list(frames)
        page = browser.new_page()
        page.goto(self.url)
        found = page.evaluate(RUN, ["/worker.js", len(self.frames)])
        page.close()
        return found

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    KINDS = {".js": "text/javascript", "": "text/html", ".wasm": "application/wasm"}

    def __init__(self, site, *arguments):
        self._site = site
        super().__init__(*arguments)

    def do_GET(self):
        content = self._site.content(self.path)
        self.send_response(404 if content is None else 200)
        kind = self.KINDS.get(Path(self.path).suffix, "application/octet-stream")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *arguments):
        pass
