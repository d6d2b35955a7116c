"""Plain values that travel between rooms: no Django, no OpenCV, no network."""

from dataclasses import dataclass
from enum import StrEnum


class FrameState(StrEnum):
    """What became of one still, as its sender is told."""

    OK = "ok"
    NO_FACE = "no_face"
    DROPPED = "dropped"  # overtaken by a newer frame, or not answered in time
    REJECTED = "rejected"  # not a still that we read; `Reading.reason` says why


@dataclass(frozen=True, slots=True)
class Reading:
    """What the engine saw in one still: the largest face, taken as the sender's."""

    state: FrameState
    scores: tuple[float, ...] | None = None  # calibrated, one per label, sums to 1
    faces: int = 0  # faces found in the still
    luma: float | None = None  # mean grey level of the face, 0 to 255
    reason: str = ""  # why the still was rejected, for the sender; no content of it


@dataclass(frozen=True, slots=True)
class ReadingWithBox(Reading):
    """A reading with the geometry that a picture of it needs, in pixels."""

    box: tuple[float, float, float, float] | None = None  # left, top, right, bottom
    landmarks: tuple[tuple[float, float], ...] = ()
