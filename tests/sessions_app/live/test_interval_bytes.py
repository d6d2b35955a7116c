"""An interval has the same bytes in a browser's script and here, whatever its numbers are."""

import json
import subprocess
from math import isnan
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inference.labels import EMOTIONS
from sessions_app.live.protocol import (
    ENGINE_BYTES,
    INTERVAL,
    IncomingInterval,
    pack_interval,
    parse_interval,
)

ROOT = Path(__file__).resolve().parents[3]
# Encodes each line's interval as a page does, and says it in hexadecimal digits.
ENCODE = """
import { encodeInterval } from "./static/js/lib/protocol.js";
let text = "";
for await (const part of process.stdin) text += part;
for (const { seq, sent_ms, engine, sums } of JSON.parse(text)) {
  console.log(Buffer.from(encodeInterval(seq, sent_ms, engine, sums)).toString("hex"));
}
"""
shorts = st.integers(0, 0xFFFF)
floats = st.floats(width=32, allow_nan=False, allow_infinity=False)
per_label = {"min_size": len(EMOTIONS), "max_size": len(EMOTIONS)}
intervals = st.builds(
    IncomingInterval,
    seq=st.integers(0, 0xFFFF_FFFF),
    sent_ms=st.integers(0, 2**53 - 1),  # whole numbers of JavaScript
    engine=st.binary(min_size=ENGINE_BYTES, max_size=ENGINE_BYTES),
    length_ds=shorts,
    frames=shorts,
    faces=shorts,
    luma_d=shorts,
    scores=st.lists(floats, **per_label).map(tuple),
    arg_max=st.lists(shorts, **per_label).map(tuple),
    max_score=floats,
)


def as_the_page_has_it(interval):
    """The same as device/tally.js adds it up, and capture.js sends it."""
    return {
        "seq": interval.seq,
        "sent_ms": interval.sent_ms,
        "engine": interval.engine.hex(),
        "sums": {
            "tenths": interval.length_ds,
            "frames": interval.frames,
            "faces": interval.faces,
            "luma": interval.luma_d / 10,
            "scores": interval.scores,
            "wins": interval.arg_max,
            "highest": interval.max_score,
        },
    }


def encoded_by_the_page(some):
    told = json.dumps([as_the_page_has_it(interval) for interval in some])
    found = subprocess.run(
        ["node", "--input-type=module", "--eval", ENCODE],
        input=told,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [bytes.fromhex(line) for line in found.stdout.split()]


@settings(max_examples=5, deadline=None)
@given(st.lists(intervals, min_size=50, max_size=100))
def test_a_page_and_the_server_write_the_same_bytes_and_read_them_back(some):
    messages = encoded_by_the_page(some)

    assert messages == [pack_interval(interval) for interval in some]
    assert [parse_interval(message) for message in messages] == some


@given(st.binary(min_size=74, max_size=74))
def test_any_bytes_of_that_length_are_an_interval_that_is_packed_to_them_again(rest):
    message = bytes([INTERVAL]) + rest
    interval = parse_interval(message)
    assume(not any(map(isnan, (*interval.scores, interval.max_score))))

    assert pack_interval(interval) == message
