"""What bad pictures cost: the same faces, seen by the engine in other circumstances."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from inference.engine import Engine
from training.data import Faces
from training.frames import Shot, read_as_frames
from training.judges import judge
from training.people import PeopleFaces
from training.votes import majority

# Where FER2013's pictures show these parts, in fractions of the side.
_EYES = ((0.320, 0.392), (0.686, 0.397))
_MASK_FROM = 0.56  # from below the eyes down


@dataclass(frozen=True, slots=True)
class Sample:
    """Faces and what a judge says of them."""

    judge: str
    images: np.ndarray  # uint8 (N, H, H)
    labels: np.ndarray  # (N,)

    def some(self, faces: int, *, seed: int = 0) -> "Sample":
        """At most the given number of them, drawn at random."""
        rows = np.random.default_rng(seed).permutation(len(self.labels))[:faces]
        return Sample(self.judge, self.images[rows], self.labels[rows])


def dim(face: np.ndarray) -> np.ndarray:
    """A dark room: a third of the light, and noise."""
    noise = np.random.default_rng(0).normal(0, 4, face.shape)
    return np.asarray(np.clip(face * 0.33 + noise, 0, 255).astype(np.uint8))


def side_lit(face: np.ndarray) -> np.ndarray:
    """Light from the left alone: the right side has a quarter of it."""
    light = np.linspace(1.15, 0.25, face.shape[1])
    return np.asarray(np.clip(face * light, 0, 255).astype(np.uint8))


def moving(face: np.ndarray) -> np.ndarray:
    """The head moves by a twentieth of its width while the picture is taken."""
    width = max(3, round(face.shape[1] / 20) | 1)
    kernel = np.full((1, width), 1 / width)
    return np.asarray(cv2.filter2D(face, -1, kernel))


def turned(face: np.ndarray) -> np.ndarray:
    """The head is tilted by 15 degrees."""
    side = face.shape[0]
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), 15, 1)
    return np.asarray(
        cv2.warpAffine(face, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    )


def with_glasses(face: np.ndarray) -> np.ndarray:
    """Dark frames around the eyes, and a bridge."""
    side, changed = face.shape[0], face.copy()
    centres = [(round(x * side), round(y * side)) for x, y in _EYES]
    thick = max(1, side // 32)
    for centre in centres:
        axes = (round(0.14 * side), round(0.11 * side))
        cv2.ellipse(changed, centre, axes, 0, 0, 360, 30, thick)
    (left, y), (right, _) = centres
    inner = round(0.14 * side)
    cv2.line(changed, (left + inner, y), (right - inner, y), 30, thick)
    return changed


def with_mask(face: np.ndarray) -> np.ndarray:
    """A pale cloth from below the eyes to the chin."""
    side, changed = face.shape[0], face.copy()
    left, right = round(0.12 * side), round(0.88 * side)
    changed[round(_MASK_FROM * side) : round(0.97 * side), left:right] = 200
    return changed


CIRCUMSTANCES = {
    "as in the card": Shot(),
    "60 px": Shot(sides=(60, 60)),
    "80 px": Shot(sides=(80, 80)),
    "110 px": Shot(sides=(110, 110)),
    "160 px": Shot(sides=(160, 160)),
    "dim": Shot(change=dim),
    "light from one side": Shot(change=side_lit),
    "JPEG quality 40": Shot(quality=40),
    "moving": Shot(change=moving),
    "tilted by 15 degrees": Shot(change=turned),
    "glasses": Shot(change=with_glasses),
    "mask": Shot(change=with_mask),
}


def samples(
    faces: Faces, votes: np.ndarray, people: PeopleFaces | None
) -> list[Sample]:
    """The test faces of each judge that was asked."""
    known, label = majority(votes)
    rows = faces.is_test & known
    found = [Sample("FER+", faces.images[rows], label[rows])]
    if people is not None:
        check = people.check
        found.append(Sample("people", check.images, check.labels))
    return found


def robustness(engine: Engine, samples: list[Sample]) -> Iterator[dict[str, Any]]:
    """Read every sample in all circumstances; one row of figures for each."""
    for sample in samples:
        for name, shot in CIRCUMSTANCES.items():
            scores, seen = read_as_frames(engine, sample.images, shot)
            found = judge(scores, sample.labels[seen])
            yield {
                "judge": sample.judge,
                "circumstance": name,
                "found": float(seen.mean()),
                "right": found["right"],
                "three_groups": found["three_groups"],
                "neutral": found["recall"]["neutral"],
            }


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown."""
    lines = [
        f"| {row['judge']} | {row['circumstance']} | {row['found']:.1%} | "
        + " | ".join(
            f"{row[each]['share']:.1%} ({row[each]['low']:.1%} to {row[each]['high']:.1%})"
            for each in ("right", "three_groups", "neutral")
        )
        + " |"
        for row in rows
    ]
    return "\n".join(
        [
            "| judge | circumstance | found | right | three groups | neutral |",
            "|---" * 6 + "|",
            *lines,
        ]
    )
