"""An interval is counted if faces can make it, and is refused with a reason if not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.contracts import FrameState, Reading
from inference.labels import EMOTIONS
from sessions_app.live.intervals import expected_engine, objection, sums_of
from sessions_app.live.protocol import (
    BadMessage,
    IncomingInterval,
    pack_interval,
    parse,
    parse_interval,
)
from sessions_app.minutes.store import PersonSums

HAPPY = IncomingInterval(
    seq=7,
    sent_ms=1_790_000_000_000,
    engine=expected_engine(),
    length_ds=100,
    frames=5,
    faces=4,
    luma_d=965,
    scores=(0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 1.0),
    arg_max=(0, 0, 0, 3, 0, 0, 1),
    max_score=3.5,
)

face = st.lists(st.floats(0.001, 1), min_size=7, max_size=7).map(
    lambda parts: tuple(part / sum(parts) for part in parts)
)


def read_by_a_device(faces, *, without_a_face=0):
    """An interval as a browser adds it up, and what the server adds up itself."""
    sums = PersonSums()
    for scores in faces:
        sums.add(Reading(FrameState.OK, scores=scores, faces=1))
    for _ in range(without_a_face):
        sums.add(Reading(FrameState.NO_FACE))
    interval = IncomingInterval(
        0,
        0,
        expected_engine(),
        10 * sums.frames,
        sums.frames,
        sums.faces,
        900,
        tuple(sums.scores),
        tuple(map(int, sums.arg_max)),
        sums.max_score,
    )
    return interval, sums


@given(st.lists(face, max_size=20), st.integers(1, 5))
def test_all_that_faces_make_is_counted_as_the_server_would(faces, without_a_face):
    interval, sums = read_by_a_device(faces, without_a_face=without_a_face)

    sent = parse_interval(pack_interval(interval))

    assert objection(sent) == ""
    counted = sums_of(sent)
    assert (counted.frames, counted.faces) == (sums.frames, sums.faces)
    np.testing.assert_allclose(counted.scores, sums.scores, rtol=1e-6)
    np.testing.assert_array_equal(counted.arg_max, sums.arg_max)
    assert counted.max_score == pytest.approx(sums.max_score)


def test_one_message_has_the_75_bytes_of_the_page():
    message = pack_interval(HAPPY)

    assert len(message) == 75
    assert parse(message) == HAPPY
    assert message[13:21] == expected_engine()
    assert message[21:23] == (100).to_bytes(2, "big")


@pytest.mark.parametrize("size", [1, 74, 76], ids=lambda size: f"{size} bytes")
def test_a_message_of_another_length_is_none(size):
    with pytest.raises(BadMessage, match="75"):
        parse((pack_interval(HAPPY) + b"?")[:size])


IMPOSSIBLE = {
    "another engine": ({"engine": bytes(8)}, "load the page again"),
    "no frame": ({"frames": 0, "faces": 0}, "0 frames"),
    "more than one frame a second": ({"frames": 11}, "11 frames in 10 s"),
    "no time": ({"length_ds": 0}, "5 frames in 0 s"),
    "more faces than frames": ({"frames": 3}, "4 faces in 3 frames"),
    "brighter than white": ({"luma_d": 2551}, "grey level"),
    "a highest score too few": ({"arg_max": (0, 0, 0, 3, 0, 0, 0)}, "3 highest"),
    "not a number": ({"max_score": float("nan")}, "no number"),
    "endless": ({"scores": (float("inf"),) * 7}, "no number"),
    "negative": ({"scores": (-1.0, 0, 0, 4.0, 0, 0, 1.0)}, "add up"),
    "too little": ({"scores": (0, 0, 0, 2.9, 0, 0, 1.0)}, "add up"),
    "too much": ({"scores": (0, 0, 0, 3.1, 0, 0, 1.0)}, "add up"),
    "seldom highest, and yet much": (
        {"scores": (0, 0, 0, 4.0, 0, 0, 0), "max_score": 4.0},
        "highest ones",
    ),
    "often highest, and yet little": (
        {"scores": (0, 2.5, 0, 0.2, 0, 0, 1.3)},
        "highest ones",
    ),
    "lower than the sum of one label": ({"max_score": 2.9}, "highest scores"),
    "lower than seven equal scores": (
        {"scores": (4 / 7,) * 7, "max_score": 0.5},
        "highest scores",
    ),
    "more than there is": ({"max_score": 4.1}, "highest scores"),
}


@pytest.mark.parametrize(("change", "reason"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_no_faces_can_make_is_refused_with_a_reason(change, reason):
    assert objection(HAPPY) == ""
    assert reason in objection(replace(HAPPY, **change))


def test_labels_stand_in_the_order_of_the_engine():
    assert EMOTIONS.index("happy") == 3
