"""What travels between a web process and the workers, through Redis: names and scores.

A task names slots; the frames lie in the slots, the readings come back in a list of
the web process that asked. Nothing here says whose frame it was, since only that web
process knows.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from inference.contracts import FrameState, Reading, ReadingWithBox
from inference.labels import EMOTIONS

TASK = "inference.read"
QUEUE = "inference"
SLOT_TTL_MS = 3000  # a frame is gone after this, read or not: so old is no frame read
MOST_SLOTS = 64  # of one task
MOST_REPLIES = 64  # in one list; the oldest make room
REPLIES_TTL_MS = 10_000  # nobody took them for so long: their reader is gone
REFUSED = "refused"  # hash: tasks that workers refused, by reason

_VERSION = 1
_NAMES = {
    "batch": re.compile(r"[0-9a-f]{32}"),
    "slot": re.compile(r"slot:[0-9a-f]{32}"),
    "replies": re.compile(r"replies:[0-9a-f]{32}"),
    "model": re.compile(r"[0-9a-f]{64}"),
}


class Malformed(ValueError):
    """A task or a reply that is none of ours; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What a task asks for."""

    batch: str
    slots: tuple[str, ...]
    replies: str  # the list that waits for the answer
    model: str  # hash of the artefact that the asking process takes the scores to be of
    with_box: bool = False  # the one frame with the place of its face

    def as_args(self) -> list[Any]:
        """The task's arguments, as JSON knows them."""
        return [self.batch, list(self.slots), self.replies, self.model, self.with_box]


def parse_request(args: Sequence[object]) -> BatchRequest:
    """Read a task's arguments.

    Raises:
        Malformed: If they are not those of `BatchRequest.as_args`.
    """
    if len(args) != 5:
        raise Malformed(f"{len(args)} arguments; expected 5")
    batch, slots, replies, model, with_box = args
    if not isinstance(slots, list) or not 1 <= len(slots) <= MOST_SLOTS:
        raise Malformed(f"no list of 1 to {MOST_SLOTS} slots")
    if not isinstance(with_box, bool) or (with_box and len(slots) != 1):
        raise Malformed("a box is read of one slot")
    return BatchRequest(
        _name("batch", batch),
        tuple(_name("slot", slot) for slot in slots),
        _name("replies", replies),
        _name("model", model),
        with_box,
    )


@dataclass(frozen=True, slots=True)
class BatchReply:
    """What became of one batch: readings by slot, or the reason why there are none."""

    batch: str
    readings: Sequence[Reading] = ()  # `dropped` where the slot was gone
    refused: str = ""
    waited_ms: int = 0  # from slot to worker, by the clock of Redis
    engine_ms: float = 0.0


def pack_reply(reply: BatchReply) -> bytes:
    """Write a reply; scores keep the seven digits of a float32."""
    rows = [_row(reading) for reading in reply.readings]
    body = (
        _VERSION,
        reply.batch,
        reply.refused,
        reply.waited_ms,
        reply.engine_ms,
        rows,
    )
    packed: bytes = msgpack.packb(body, use_single_float=True)
    return packed


def unpack_reply(packed: bytes) -> BatchReply:
    """Read a reply.

    Raises:
        Malformed: If it is not one that `pack_reply` wrote.
    """
    try:
        version, batch, refused, waited_ms, engine_ms, rows = msgpack.unpackb(packed)
        reply = BatchReply(
            _name("batch", batch),
            [_reading(row) for row in rows],
            str(refused),
            int(waited_ms),
            float(engine_ms),
        )
    except Malformed:
        raise
    except (ValueError, TypeError, LookupError, msgpack.UnpackException) as error:
        raise Malformed(f"no reply: {error}") from error
    if version != _VERSION:
        raise Malformed(f"version {version} of a reply; this is {_VERSION}")
    return reply


def _name(kind: str, value: object) -> str:
    if not isinstance(value, str) or not _NAMES[kind].fullmatch(value):
        raise Malformed(f"no name of a {kind}")
    return value


def _row(reading: Reading) -> tuple[Any, ...]:
    plain = (
        reading.state.value,
        reading.scores,
        reading.faces,
        reading.luma,
        reading.reason,
    )
    if isinstance(reading, ReadingWithBox):
        return (*plain, reading.box, reading.landmarks)
    return plain


def _reading(row: Sequence[Any]) -> Reading:
    state, scores, faces, luma, reason, *place = row
    plain = (
        FrameState(state),
        None if scores is None else _scores(scores),
        int(faces),
        None if luma is None else float(luma),
        str(reason),
    )
    if not place:
        return Reading(*plain)
    box, landmarks = place
    return ReadingWithBox(
        *plain,
        box=None if box is None else _box(box),
        landmarks=tuple((float(x), float(y)) for x, y in landmarks),
    )


def _scores(values: Sequence[Any]) -> tuple[float, ...]:
    scores = tuple(map(float, values))
    if len(scores) != len(EMOTIONS) or not all(map(math.isfinite, scores)):
        raise Malformed(f"no {len(EMOTIONS)} scores")
    return scores


def _box(values: Sequence[Any]) -> tuple[float, float, float, float]:
    left, top, right, bottom = map(float, values)
    return left, top, right, bottom
