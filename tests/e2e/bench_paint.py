"""How long a browser takes to its first paint of pages, at two servers that take turns.

    python -m tests.e2e.bench_paint http://127.0.0.1:8001 http://127.0.0.1:8002 \
        --cookies sessionid=... sessionid=... --page home / / --page list /sessions/ /sessions/

Real Chromium, a context of its own and so an empty cache for each load. Both servers should have
equal data; a page is a name and where it is at the first and at the second server. The first paint
with content (fcp) and the first byte of the page (ttfb) count from when the page is asked for, and
the rest is the browser's part. The second server is what the first is compared with. What else
runs on the machine makes single loads two and three times as long: take many rounds.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.conftest import CHROMIUM, QUIET

PAINTED = """() => new Promise((done) => {
  const look = () => {
    const [painted] = performance.getEntriesByName("first-contentful-paint");
    if (!painted) return setTimeout(look, 5);
    const [{ responseStart }] = performance.getEntriesByType("navigation");
    done([painted.startTime, responseStart]);
  };
  look();
})"""


class Page(NamedTuple):
    """A page, and its path at both servers."""

    name: str
    paths: tuple[str, str]


class Load(NamedTuple):
    """Milliseconds from when a page was asked for."""

    fcp: float
    ttfb: float


def measure(
    urls: Sequence[str], cookies: Sequence[str], pages: list[Page], rounds: int
) -> dict[str, list[tuple[Load, Load]]]:
    """Each page's loads, at both servers, round by round.

    Args:
        urls: Of the two servers.
        cookies: NAME=VALUE for each, or blank.
        pages: What is loaded, by turns.
        rounds: After one to warm up.
    """
    found: dict[str, list[tuple[Load, Load]]] = {page.name: [] for page in pages}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for turn in range(rounds + 1):
            for page in pages:
                both: dict[int, Load] = {}
                for i in (0, 1) if turn % 2 else (1, 0):
                    both[i] = load(browser, urls[i], page.paths[i], cookies[i])
                if turn:
                    found[page.name].append((both[0], both[1]))
        browser.close()
    return found


def load(browser: Browser, url: str, path: str, cookie: str) -> Load:
    """Open a page with nothing in the cache."""
    context = browser.new_context(
        locale="en-GB", viewport={"width": 1280, "height": 800}
    )
    try:
        if cookie:
            name, value = cookie.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        answer = page.goto(f"{url}{path}", wait_until="load")
        if answer is None or answer.status != 200:
            raise SystemExit(f"{url}{path} answers {answer and answer.status}")
        return Load(*page.evaluate(PAINTED))
    finally:
        context.close()


def figures(loads: list[tuple[Load, Load]]) -> dict[str, Any]:
    """Medians at both servers, their ratios, and quartiles of the ratios of neighbours."""
    parts = {
        "fcp": lambda load: load.fcp,
        "ttfb": lambda load: load.ttfb,
        "browser": lambda load: load.fcp - load.ttfb,
    }
    told: dict[str, Any] = {}
    for name, part in parts.items():
        ours, other = (
            statistics.median(part(each[i]) for each in loads) for i in (0, 1)
        )
        told |= {name: ours, f"{name}_other": other, f"{name}_ratio": ours / other}
    ratios = [ours.fcp / other.fcp for ours, other in loads]
    return told | {"rounds": len(loads), "quartiles": statistics.quantiles(ratios, n=4)}


def _text(results: dict[str, dict[str, Any]]) -> str:
    lines = [
        "page       fcp, ms        ratio (quartiles)     ttfb, ms       browser, ms\n"
    ]
    for name, r in results.items():
        low, _median, high = r["quartiles"]
        lines.append(
            f"{name:9}{r['fcp']:6.0f} /{r['fcp_other']:6.0f}  {r['fcp_ratio']:.2f} "
            f"({low:.2f} to {high:.2f})  {r['ttfb']:6.1f} /{r['ttfb_other']:6.1f}  "
            f"{r['browser']:6.0f} /{r['browser_other']:6.0f}\n"
        )
    return "".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("other_url")
    parser.add_argument("--cookies", nargs=2, default=["", ""], metavar="NAME=VALUE")
    parser.add_argument(
        *("--page", "-p"),
        nargs=3,
        action="append",
        required=True,
        metavar=("NAME", "PATH", "OTHER_PATH"),
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    asked = parser.parse_args()
    pages = [Page(name, (path, other)) for name, path, other in asked.page]
    urls = (asked.url.rstrip("/"), asked.other_url.rstrip("/"))
    loads = measure(urls, asked.cookies, pages, asked.rounds)
    results = {name: figures(each) for name, each in loads.items()}
    sys.stdout.write(f"{json.dumps(results)}\n" if asked.json else _text(results))


if __name__ == "__main__":
    main()
