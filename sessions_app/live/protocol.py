"""The messages of a socket that takes frames: what docs/protocol.md says, as code."""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from inference.contracts import FrameState, Reading, ReadingWithBox
from inference.labels import EMOTIONS

VERSION = 1
_HEADER = struct.Struct(">BIQ")
_DIGITS = 4  # of a score; more would be noise


class CloseCode(IntEnum):
    """Why the server closed a socket that takes frames."""

    BAD_MESSAGES = 4400
    NOT_ALLOWED = 4403
    TOO_FAST = 4408
    CONTINUED_ELSEWHERE = 4409
    SESSION_OVER = 4410
    TOO_MANY = 4429
    ALL_TAKEN = 4503  # the places of the public demo


class BadMessage(ValueError):
    """A message that is no frame of this protocol."""


@dataclass(frozen=True, slots=True)
class IncomingFrame:
    """One binary message; the sender's clock is echoed and used for nothing else."""

    seq: int
    captured_ms: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """The one answer that every frame gets."""

    seq: int
    reading: Reading
    next_delay_ms: int

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


DROPPED = Reading(FrameState.DROPPED)


def parse_frame(message: bytes) -> IncomingFrame:
    """Read a binary message.

    Raises:
        BadMessage: If it is too short or of another version; the text says which.
    """
    if len(message) < _HEADER.size:
        raise BadMessage(
            f"message of {len(message)} bytes; the header alone has {_HEADER.size}"
        )
    version, seq, captured_ms = _HEADER.unpack_from(message)
    if version != VERSION:
        raise BadMessage(f"protocol version {version}; this server speaks {VERSION}")
    return IncomingFrame(seq, captured_ms, message[_HEADER.size :])


def pack_frame(frame: IncomingFrame) -> bytes:
    """The inverse of `parse_frame`, for clients written in Python."""
    return _HEADER.pack(VERSION, frame.seq, frame.captured_ms) + frame.jpeg
