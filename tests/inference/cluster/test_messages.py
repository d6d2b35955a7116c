import json

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.cluster.messages import (
    MOST_SLOTS,
    BatchReply,
    BatchRequest,
    Malformed,
    pack_reply,
    parse_request,
    unpack_reply,
)
from inference.contracts import FrameState, Reading, ReadingWithBox
from inference.labels import EMOTIONS

BATCH, MODEL = "0123456789abcdef" * 2, "ab" * 32
SLOTS = (f"slot:{'1' * 32}", f"slot:{'2' * 32}")
REQUEST = BatchRequest(BATCH, SLOTS, f"replies:{'c' * 32}", MODEL)
SCORES = (0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.015625)
READINGS = [
    Reading(FrameState.OK, SCORES, faces=2, luma=96.5),
    Reading(FrameState.NO_FACE),
    Reading(FrameState.REJECTED, reason="not a JPEG"),
    Reading(FrameState.DROPPED),
]


def test_an_order_travels_as_json():
    args = json.loads(json.dumps(REQUEST.as_args()))

    assert parse_request(args) == REQUEST


@pytest.mark.parametrize(
    "args",
    [
        [],
        [BATCH, list(SLOTS), REQUEST.replies, MODEL],
        [BATCH, [], REQUEST.replies, MODEL, False],
        [BATCH, [SLOTS[0]] * (MOST_SLOTS + 1), REQUEST.replies, MODEL, False],
        [BATCH, "slot:1", REQUEST.replies, MODEL, False],
        [BATCH, ["session:alice"], REQUEST.replies, MODEL, False],
        [BATCH, [SLOTS[0] + "\n"], REQUEST.replies, MODEL, False],
        [BATCH, list(SLOTS), "inference", MODEL, False],
        [BATCH, list(SLOTS), REQUEST.replies, "latest", False],
        [7, list(SLOTS), REQUEST.replies, MODEL, False],
        [BATCH, list(SLOTS), REQUEST.replies, MODEL, True],
        [BATCH, list(SLOTS), REQUEST.replies, MODEL, "no"],
    ],
)
def test_an_order_that_names_anything_else_is_refused(args):
    with pytest.raises(Malformed):
        parse_request(args)


def test_a_reply_comes_back_as_it_was():
    reply = BatchReply(BATCH, READINGS, waited_ms=3, engine_ms=2.5)

    assert unpack_reply(pack_reply(reply)) == reply


def test_a_look_keeps_the_place_of_the_face():
    seen = ReadingWithBox(
        FrameState.OK,
        SCORES,
        faces=1,
        box=(1.5, 2.0, 30.0, 40.0),
        landmarks=((3.0, 4.0), (5.0, 6.0)),
    )

    [reading] = unpack_reply(pack_reply(BatchReply(BATCH, [seen]))).readings

    assert reading == seen


def test_a_refusal_carries_its_reason():
    reply = unpack_reply(pack_reply(BatchReply(BATCH, refused="another model")))

    assert (reply.refused, reply.readings) == ("another model", [])


def test_a_reply_is_small():
    assert len(pack_reply(BatchReply(BATCH, READINGS[:1] * 8))) < 600


def reply_of(*row):
    return msgpack.packb((1, BATCH, "", 0, 0.0, [row]))


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\xc1",
        pack_reply(BatchReply(BATCH, READINGS))[:-3],
        msgpack.packb((2, BATCH, "", 0, 0.0, [])),
        msgpack.packb((1, "alice", "", 0, 0.0, [])),
        msgpack.packb((1, BATCH, "", "soon", 0.0, [])),
        reply_of("happy", None, 0, None, ""),
        reply_of("ok", SCORES[:6], 1, None, ""),
        reply_of("ok", (float("nan"),) * len(EMOTIONS), 1, None, ""),
        reply_of("ok", SCORES),
        reply_of("ok", SCORES, 1, None, "", (1.0, 2.0), ()),
        reply_of("ok", SCORES, 1, None, "", None, ((1.0,),)),
    ],
)
def test_a_reply_that_is_none_is_refused(packed):
    with pytest.raises(Malformed):
        unpack_reply(packed)


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_be_refused(packed):
    with pytest.raises(Malformed):
        unpack_reply(packed)
