"""What the dashboard tells readers who cannot see it, or not its colours."""

import json
import re
from itertools import combinations, pairwise

import pytest

from tests.e2e.conftest import Visitor, until
from tests.e2e.page_faults import DESKTOP, SETTLED

pytestmark = [pytest.mark.long, pytest.mark.e2e]

# When the words of any region changed that a screen reader reads out by itself.
LISTEN = """() => {
  globalThis.heard = [];
  for (const region of document.querySelectorAll("[aria-live], [role=status], [role=alert]")) {
    let words = region.innerText;
    new MutationObserver(() => {
      if (region.innerText === words) return;
      words = region.innerText;
      heard.push(Date.now());
    }).observe(region, {
      childList: true, characterData: true, subtree: true, attributes: true,
    });
  }
}"""

# The marks on a swatch: where its picture differs from the label's own colour.
MARKS = """async (swatch) => {
  const picture = new Image();
  picture.src = getComputedStyle(swatch).backgroundImage.slice(5, -2);
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const plain = getComputedStyle(document.documentElement).getPropertyValue(
    `--${swatch.dataset.swatch.replaceAll("_", "-")}`);
  context.fillStyle = plain;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  let marks = "";
  for (let i = 0; i < data.length; i += 4)
    marks += Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) > 24 ? 1 : 0;
  return marks;
}"""

PAINTED = """(chart) => [...document.querySelectorAll(`[data-chart=${chart}] [data-swatch]`)]
  .every((swatch) => getComputedStyle(swatch).backgroundImage.startsWith("url"))"""

# How many colours stand between two shares of one minute's column.
COLOURS = """([chart, minute, low, high]) => {
  const root = document.querySelector(`[data-chart=${chart}]`);
  const canvas = root.querySelector("canvas");
  const [all, plot] = [canvas, root.querySelector(".u-over")].map((e) => e.getBoundingClientRect());
  const ratio = canvas.width / all.width;
  const column = plot.width / 12;
  const left = plot.left - all.left + (minute + 0.2) * column;
  const top = plot.top - all.top + (1 - high) * plot.height;
  const [x, y, w, h] = [left, top, 0.6 * column, (high - low) * plot.height].map((v) =>
    Math.round(v * ratio));
  const { data } = canvas.getContext("2d").getImageData(x, y, w, h);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.fixture
def watching(browser, platform, school):
    """A teacher's page on the school's own class, not opened yet."""
    visitor = Visitor(browser, platform.url, viewport=DESKTOP)
    visitor.let_in(school["cookies"]["teacher"])
    yield visitor.page
    visitor.close()


def snapshot(sentence):
    minute = {
        "index": 0,
        "status": "released",
        "groups": {"pleased": 1, "calm": 0, "strained": 0},
        "groups_band": {"pleased": 0, "calm": 0, "strained": 0},
        "shares": None,
        "band": None,
        "pulse_status": "too_few",
        "pulse": None,
    }
    words = {"sentence": sentence, "change": "", "change_at": None}
    none = {"sentence": "", "change": "", "change_at": None}
    return json.dumps(
        {
            "type": "snapshot",
            "state": "live",
            "closed_through": 0,
            "last_minute": minute,
            "summary": {
                **words,
                "about": "expression",
                "expression": words,
                "pulse": none,
            },
            "joined": 10,
            "window_s": 60,
        }
    )


def test_a_screen_reader_is_told_at_most_once_a_minute(watching, school):
    sockets = []
    watching.route_web_socket(
        re.compile("/dashboard/$"), lambda socket: sockets.append(socket)
    )
    watching.clock.install(time=0)
    watching.goto(f"/sessions/{school['places']['numbers'][0]}/")
    watching.wait_for_load_state("networkidle")
    until(lambda: sockets or watching.wait_for_timeout(50))
    watching.clock.pause_at(3_600_000)  # from here on, time passes below alone
    # After an hour of silence the page opens another line.
    until(lambda: len(sockets) > 1 or watching.clock.run_for(500))
    watching.evaluate(LISTEN)

    for i in range(100):  # every 2 seconds another sentence
        sockets[-1].send(snapshot(f"Sentence {i}."))
        watching.clock.run_for(2000)

    told = watching.evaluate("heard")
    assert len(told) == 4  # at once, and after each of three minutes
    assert min(b - a for a, b in pairwise(told)) >= 60_000


@pytest.mark.parametrize("chart", ["expression", "pulse"])
def test_labels_differ_in_more_than_colour(chart, watching, school):
    watching.goto(f"/sessions/{school['places']['numbers'][0]}/")
    watching.locator(f"[data-chart={chart}] canvas").wait_for()
    watching.wait_for_function(PAINTED, arg=chart)
    swatches = watching.locator(f"[data-chart={chart}] [data-swatch]:visible")

    marks = {s.get_attribute("data-swatch"): s.evaluate(MARKS) for s in swatches.all()}

    assert len(marks) >= 5
    for one, other in combinations(marks, 2):
        assert marks[one] != marks[other], f"{one} looks like {other} without colour"


def test_the_chart_itself_is_drawn_with_the_marks_of_its_legend(watching, school):
    watching.goto(f"/sessions/{school['places']['numbers'][0]}/")
    watching.locator("[data-chart=expression] canvas").wait_for()
    watching.evaluate(SETTLED)

    def colours(
        low, high
    ):  # in the fifth minute: sad .15-.40, neutral -.70, happy from .75
        return watching.evaluate(COLOURS, ["expression", 4, low, high])

    until(lambda: colours(0.2, 0.35) > 1)  # drawn, once the numbers came
    assert colours(0.8, 0.95) == 1  # happy is the one without marks
    assert colours(0.45, 0.65) > 1
