"""How fast a browser reads a still, beside two known libraries, on the same frames.

    python -m tests.e2e.bench_device FOLDER [--peers build/device_peers]

Real Chromium, one thread, 320x240, from pixels to scores. Each system has a browser of its own; they take turns
with all frames, after a round to warm up. Beside the time that passes stands the processor's time of the page's
process, which a crowded machine changes less. The libraries are in no group of ours (130 MB); put them where
`--peers` looks:

    npm install --prefix build/device_peers --ignore-scripts @vladmandic/human@3.3.6 \
        @vladmandic/face-api@1.7.15 @tensorflow/tfjs-backend-wasm@4.22.0
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Playwright, sync_playwright

from inference.decoding import decode
from inference.tools.benchmark import load_frames
from tests.e2e.conftest import CHROMIUM, QUIET
from tests.e2e.device_engine import EngineSite

SCRIPT = Path(__file__).with_suffix(".js")
PREPARE = """async ([name, count]) => {
  globalThis.bench = await import("/bench.js");
  await bench.prepare(name, count);
}"""
READ = "bench.readAll()"
PEERS = ("human", "face-api")
ROUNDS = 3
WORKER = """
import { loadEngine } from "./static/js/device/load.js";
const at = (name) => new URL(name, location).href;
let engine = null;
onmessage = async ({ data }) => {
  engine ??= await loadEngine({ about: at("/engine.json"), kernels: at("/kernels.wasm"),
    detector: at("/blazeface.tflite"), network: at("/emotion.tflite"), golden: at("/golden.jpg") });
  if (!data) return postMessage({});
  const began = performance.now();
  const { state } = engine.read({ data, width: 320, height: 240 });
  postMessage({ state, ms: performance.now() - began });
};
"""


class BenchSite(EngineSite):
    """The engine's files, the script, and the libraries."""

    worker = WORKER

    def __init__(self, folder: Path, peers: Path | None):
        super().__init__(folder)
        self._peers = peers

    def content(self, path: str) -> bytes | None:
        if path == "/bench.js":
            return SCRIPT.read_bytes()
        if self._peers and path.startswith("/peers/"):
            file = self._peers / path.removeprefix("/peers/")
            return file.read_bytes() if file.is_file() else None
        return super().content(path)


def measure(frames: list[np.ndarray], peers: Path | None) -> dict[str, Any]:
    """Milliseconds a still and faces found, by system.

    Args:
        frames: RGB, uint8, (240, 320, 3) each.
        peers: The folder of the libraries; None to leave them out.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = BenchSite(Path(folder), peers)
        site.frames = frames
        names = ("ours", *(PEERS if peers else ()))
        systems = {name: _System(playwright, site.url, name) for name in names}
        try:
            for system in systems.values():
                system.prepare(len(frames))
            for _ in range(ROUNDS):
                for system in systems.values():
                    system.read()
            version = systems["ours"].browser.version
        finally:
            for system in systems.values():
                system.browser.close()
            site.stop()
    ours = systems["ours"].figures()
    return {
        "chromium": version,
        "frames": len(frames),
        "systems": {
            name: system.figures(beside=ours) for name, system in systems.items()
        },
    }


class _System:
    """One system in a browser of its own, and what its rounds took."""

    def __init__(self, playwright: Playwright, url: str, name: str):
        self.name = name
        self.browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        self._page = self.browser.new_page()
        self._page.goto(url)
        self._rounds: list[np.ndarray] = []  # ms of each frame
        self._cpu_ms: list[float] = []  # a still
        self._faces = 0

    def prepare(self, count: int) -> None:
        """Load the system and the frames, and read each once."""
        self._page.evaluate(PREPARE, [self.name, count])

    def read(self) -> None:
        """Read all frames once."""
        began = pages_cpu_s(self.browser)
        readings = self._page.evaluate(READ)
        took_s = pages_cpu_s(self.browser) - began
        self._rounds.append(np.array([reading["ms"] for reading in readings]))
        self._cpu_ms.append(1000 * took_s / len(readings))
        self._faces = sum(reading["face"] for reading in readings)

    def figures(self, beside: dict[str, Any] | None = None) -> dict[str, Any]:
        """Milliseconds a still; `beside`: ours, to say how often as long they are."""
        times = np.median(self._rounds, axis=0)
        p10, median, p95 = np.percentile(times, [10, 50, 95])
        found = {
            "ms": median,
            "p10": p10,
            "p95": p95,
            "cpu_ms": float(np.median(self._cpu_ms)),
            "faces": self._faces,
        }
        if beside:
            found |= {
                f"{key}_ratio": found[key] / beside[key] for key in ("ms", "cpu_ms")
            }
        return found


def pages_cpu_s(browser: Browser) -> float:
    """Seconds of a core that the processes of a browser's pages have used so far."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(p["cpuTime"] for p in processes if p["type"] == "renderer")


def _text(results: dict[str, Any]) -> str:
    head = f"Chromium {results['chromium']}, {results['frames']} frames\n"
    rows = (
        f"{name:9}{r['ms']:7.2f} ms a still (p10 {r['p10']:.2f}, p95 {r['p95']:.2f}), "
        f"{r['cpu_ms']:.2f} of the processor; {r['ms_ratio']:.1f} and "
        f"{r['cpu_ms_ratio']:.1f} times ours; {r['faces']} faces\n"
        for name, r in results["systems"].items()
    )
    return head + "".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("frames_dir", type=Path)
    parser.add_argument("--peers", type=Path, help="measure the libraries in it, too")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    asked = parser.parse_args()
    if asked.peers and not (asked.peers / "node_modules" / "@vladmandic").is_dir():
        parser.error(f"no libraries in {asked.peers}; put them there as --help says")
    try:
        jpegs = load_frames(asked.frames_dir, (320, 240))
    except ValueError as error:
        parser.error(str(error))
    results = measure([decode(jpeg) for jpeg in jpegs], asked.peers)
    sys.stdout.write(f"{json.dumps(results)}\n" if asked.json else _text(results))


if __name__ == "__main__":
    main()
