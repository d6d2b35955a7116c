"""The engine in a real browser, beside the server's, on the same pixels."""

import json
import logging
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.artefact import load_artefact
from inference.decoding import decode
from inference.engine import load_engine
from tests.e2e.device_engine import ENGINE, EngineSite
from tests.inference.frames import astronaut_variants, empty_frame, to_jpeg

pytestmark = [pytest.mark.long, pytest.mark.e2e]

log = logging.getLogger(__name__)  # --log-cli-level=INFO shows what was found
PHOTOS = "CLASSMOOD_PHOTOS"  # a folder of photos: more faces than may be shipped
LARGEST, MEAN = 0.05, 0.002  # of a score, between the two engines
PIXELS = 0.1  # of a corner of the face's box


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = EngineSite(tmp_path_factory.mktemp("engine"))
    yield site
    site.stop()


@pytest.fixture(scope="module")
def plain_browser(launch):
    return launch()


def _made_frames():
    return [*astronaut_variants(24), empty_frame()]


def _photos():
    folder = os.environ.get(PHOTOS)
    if not folder:
        pytest.skip(f"{PHOTOS} names no folder of photos")
    return [_four_to_three(cv2.imread(str(path))) for path in _some(Path(folder))]


def _some(folder):
    return sorted(folder.rglob("*.jpg"))[:200]


def _four_to_three(photo):
    """The middle of a photo as the page cuts it, in RGB."""
    height, width = photo.shape[:2]
    scale = min(width / 320, height / 240)
    columns, rows = int(320 * scale), int(240 * scale)
    left, top = (width - columns) // 2, (height - rows) // 2
    middle = photo[top : top + rows, left : left + columns, ::-1]
    return cv2.resize(middle, (320, 240), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("frames", [_made_frames, _photos], ids=["made", "photos"])
def test_both_engines_find_the_same_faces_and_give_the_same_scores(
    site, plain_browser, frames
):
    jpegs = [to_jpeg(frame) for frame in frames()]
    engine = load_engine()
    expected = [engine.read_with_box(jpeg) for jpeg in jpegs]

    found = site.run(plain_browser, [decode(jpeg) for jpeg in jpegs])["readings"]

    assert [f["state"] for f in found] == [e.state for e in expected]
    assert [f["faces"] for f in found] == [e.faces for e in expected]
    seen = [(f, e) for f, e in zip(found, expected, strict=True) if e.scores]
    assert len(seen) > 15
    boxes = np.array([np.subtract(f["box"], e.box) for f, e in seen])
    scores = np.array(
        [np.subtract(list(f["scores"].values()), e.scores) for f, e in seen]
    )
    lumas = np.array([f["luma"] - e.luma for f, e in seen])
    log.info(
        "%d faces in %d frames; boxes differ by %.1e pixels, scores by %.1e at most and "
        "%.1e in the mean, grey levels by %.1e",
        *(len(seen), len(found), np.abs(boxes).max()),
        *(np.abs(scores).max(), np.abs(scores).mean(), np.abs(lumas).max()),
    )
    assert np.abs(boxes).max() < PIXELS
    assert np.abs(scores).max() < LARGEST
    assert np.abs(scores).mean() < MEAN


def test_the_browser_knows_which_artefact_it_reads_with(site, plain_browser):
    assert site.run(plain_browser)["hash"] == load_artefact("small").hash


@pytest.mark.parametrize(
    ("name", "content", "failure"),
    [
        ("engine.json", None, "no_download"),
        ("emotion.tflite", None, "no_download"),
        ("kernels.wasm", b"\0asm of another version", "changed"),
        ("emotion.tflite", b"another network", "changed"),
    ],
)
def test_without_the_right_files_there_is_no_engine(
    site, plain_browser, monkeypatch, name, content, failure
):
    monkeypatch.setitem(site.changed, name, content)

    assert site.run(plain_browser)["failure"] == failure


def test_an_engine_that_scores_the_golden_face_otherwise_is_not_used(
    site, plain_browser, monkeypatch
):
    about = json.loads((ENGINE / "engine.json").read_text())
    other = json.dumps({**about, "temperature": 9.67}).encode()
    monkeypatch.setitem(site.changed, "engine.json", other)

    assert site.run(plain_browser)["failure"] == "unproven"
