"""Plain values that travel between rooms: no Django, no OpenCV, no network."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class FrameState(StrEnum):
    """What became of one frame, as its sender is told."""

    OK = "ok"
    NO_FACE = "no_face"
    DROPPED = "dropped"  # overtaken by a newer frame, or not answered in time
    REJECTED = "rejected"  # not a frame that we read; `Reading.reason` says why


@dataclass(frozen=True, slots=True)
class Reading:
    """What the engine saw in one frame: the largest face, taken as the sender's."""

    state: FrameState
    scores: tuple[float, ...] | None = None  # calibrated, one per label, sums to 1
    faces: int = 0  # faces found in the frame
    luma: float | None = None  # mean grey level of the face, 0 to 255
    reason: str = ""  # why the frame was rejected, for the sender; no content of it


@dataclass(frozen=True, slots=True)
class ReadingWithBox(Reading):
    """A reading with the geometry that a picture of it needs, in pixels."""

    box: tuple[float, float, float, float] | None = None  # left, top, right, bottom
    landmarks: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face in an image, with the points by which it can be cut out.

    Coordinates are pixels from the image's top left corner, so the centre of the
    first pixel lies at (0.5, 0.5). `points` and `framing` belong together: the same
    K points of a face, here and in FER2013's pictures.
    """

    box: tuple[float, float, float, float]  # left, top, right, bottom
    score: float  # the detector's confidence, 0 to 1
    points: np.ndarray  # (K, 2), pixels
    framing: np.ndarray  # (K, 2), fractions of a FER2013 picture's side
    landmarks: tuple[tuple[float, float], ...] = ()  # for pictures; may be empty

    @property
    def area(self) -> float:
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)

    def mapped(self, scale: float, shift: float = 0.0) -> "Face":
        """The same face in an image where each coordinate x became scale * x + shift."""
        left, top, right, bottom = (scale * edge + shift for edge in self.box)
        return Face(
            (left, top, right, bottom),
            self.score,
            self.points * scale + shift,
            self.framing,
            tuple((scale * x + shift, scale * y + shift) for x, y in self.landmarks),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What a network is known to mistake, measured on faces it did not learn from.

    E is the number of labels; rows and first axes follow the true label.
    """

    means: np.ndarray  # M (E, E): mean scores of the faces of each label
    covariances: np.ndarray  # S (E, E, E): covariance of those scores
    arg_max: np.ndarray  # A (E, E): how often each label scores highest
    max_mean: np.ndarray  # (E,): mean of the highest score
    max_var: np.ndarray  # (E,): its variance
    prior: np.ndarray  # (E,): shares assumed before anything is seen
    faces: np.ndarray  # (E,): faces behind each row
    offsets: np.ndarray  # (K, E, E): M as each other way to label has it, less M
    artefact_hash: str  # SHA-256 of the card that the figures belong to
