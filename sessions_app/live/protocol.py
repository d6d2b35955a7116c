"""The messages of a socket that takes frames or intervals: docs/protocol.md, as code."""

import struct
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from inference.contracts import FrameState, Reading, ReadingWithBox
from inference.labels import EMOTIONS

FRAME, INTERVAL = 1, 2  # the kinds of messages, their first byte
MAX_MESSAGE_BYTES = 128 * 1024
_HEADER = struct.Struct(">BIQ")
ENGINE_BYTES = 8  # of the hash, from its beginning
_E = len(EMOTIONS)
_INTERVAL = struct.Struct(f">BIQ{ENGINE_BYTES}sHHHH{_E}f{_E}Hf")
INTERVAL_BYTES = _INTERVAL.size
_DIGITS = 4  # of a score; more would be noise


class CloseCode(IntEnum):
    """Why the server closed a socket that takes frames or intervals."""

    BAD_MESSAGES = 4400
    NOT_ALLOWED = 4403
    READ_ELSEWHERE = 4406  # on the device, or on the server: as the news say
    TOO_FAST = 4408
    CONTINUED_ELSEWHERE = 4409
    SESSION_OVER = 4410
    TOO_MANY = 4429
    ALL_TAKEN = 4503  # the places of the public demo


class BadMessage(ValueError):
    """A message that is neither a frame nor an interval of this protocol."""


@dataclass(frozen=True, slots=True)
class IncomingFrame:
    """One binary message; the sender's clock is echoed and used for nothing else."""

    seq: int
    captured_ms: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class IncomingInterval:
    """What a browser's own engine read in some seconds; nothing here is checked yet.

    The tuples have one number per label, in the order of `EMOTIONS`.
    """

    seq: int
    sent_ms: int  # on the sender's clock, as in a frame
    engine: bytes  # the first `ENGINE_BYTES` of its hash
    length_ds: int  # tenths of a second, up to now
    frames: int
    faces: int  # frames with a face
    luma_d: int  # tenths of a grey level
    scores: tuple[float, ...]  # summed over the frames with a face
    arg_max: tuple[int, ...]  # frames in which a label's score was the highest
    max_score: float  # the highest score of each frame, summed


class IntervalState(StrEnum):
    """What became of one interval, as its sender is told."""

    COUNTED = "counted"
    LATE = "late"  # its minute is closed
    DROPPED = "dropped"  # the lesson does not run, or is paused
    REJECTED = "rejected"  # no faces can make it; `IntervalAnswer.reason` says why


@dataclass(frozen=True, slots=True)
class Answer:
    """The one answer that every frame gets."""

    seq: int
    reading: Reading
    next_delay_ms: int

    @property
    def state(self) -> FrameState:
        return self.reading.state

    def as_json(self) -> dict[str, Any]:
        scores = self.reading.scores
        return {
            "seq": self.seq,
            "state": self.reading.state.value,
            "next_delay_ms": self.next_delay_ms,
            "scores": None
            if scores is None
            else {
                label: round(score, _DIGITS)
                for label, score in zip(EMOTIONS, scores, strict=True)
            },
            "faces": self.reading.faces,
            "luma": None if self.reading.luma is None else round(self.reading.luma, 1),
            "reason": self.reading.reason,
            **self._geometry(),
        }

    def _geometry(self) -> dict[str, Any]:
        """Where the face was, in pixels of the frame; for visitors of the demo alone."""
        if not isinstance(self.reading, ReadingWithBox):
            return {}
        box, points = self.reading.box, self.reading.landmarks
        return {
            "box": box and [round(pixel, 1) for pixel in box],
            "landmarks": [[round(x, 1), round(y, 1)] for x, y in points],
        }


@dataclass(frozen=True, slots=True)
class IntervalAnswer:
    """The one answer that every interval gets."""

    seq: int
    state: IntervalState
    next_delay_ms: int
    reason: str = ""  # why it was rejected

    def as_json(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "state": self.state.value,
            "next_delay_ms": self.next_delay_ms,
            "reason": self.reason,
        }


DROPPED = Reading(FrameState.DROPPED)


def parse(message: bytes) -> IncomingFrame | IncomingInterval:
    """Read a binary message of either kind.

    Raises:
        BadMessage: If it is too short, too long, or of no kind; the text says which.
    """
    return (
        parse_interval(message)
        if message[:1] == bytes([INTERVAL])
        else parse_frame(message)
    )


def parse_frame(message: bytes) -> IncomingFrame:
    """Read the message of a frame.

    Raises:
        BadMessage: If it is too short or of another kind; the text says which.
    """
    if len(message) < _HEADER.size:
        raise BadMessage(
            f"message of {len(message)} bytes; the header alone has {_HEADER.size}"
        )
    kind, seq, captured_ms = _HEADER.unpack_from(message)
    if kind != FRAME:
        raise BadMessage(
            f"message of kind {kind}; this server reads {FRAME} and {INTERVAL}"
        )
    return IncomingFrame(seq, captured_ms, message[_HEADER.size :])


def pack_frame(frame: IncomingFrame) -> bytes:
    """The inverse of `parse_frame`, for clients written in Python."""
    return _HEADER.pack(FRAME, frame.seq, frame.captured_ms) + frame.jpeg


def parse_interval(message: bytes) -> IncomingInterval:
    """Read the message of an interval, whatever its numbers say.

    Raises:
        BadMessage: If it has another length; the text says which.
    """
    if len(message) != INTERVAL_BYTES:
        raise BadMessage(
            f"interval of {len(message)} bytes; it must have {INTERVAL_BYTES}"
        )
    (_, seq, sent_ms, engine, length_ds, frames, faces, luma_d, *sums) = (
        _INTERVAL.unpack(message)
    )
    return IncomingInterval(
        seq,
        sent_ms,
        engine,
        length_ds,
        frames,
        faces,
        luma_d,
        scores=tuple(sums[:_E]),
        arg_max=tuple(sums[_E : 2 * _E]),
        max_score=sums[-1],
    )


def pack_interval(interval: IncomingInterval) -> bytes:
    """The inverse of `parse_interval`, for clients written in Python."""
    return _INTERVAL.pack(
        INTERVAL,
        interval.seq,
        interval.sent_ms,
        interval.engine,
        interval.length_ds,
        interval.frames,
        interval.faces,
        interval.luma_d,
        *interval.scores,
        *interval.arg_max,
        interval.max_score,
    )
