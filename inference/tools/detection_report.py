"""How well a detector finds faces, on photos whose faces are known.

    python -m inference.tools.detection_report DIR [--detector NAME]

DIR holds `faces.json` (a list of {"file", "boxes_xywh"}, pixels), the photos it names
in `faces/`, and photos without anybody in `noface/`.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from inference.detection import FaceDetector
from inference.detection.blazeface_network import SAME_FACE, overlap
from inference.engine import DETECTORS
from inference.engine_config import EngineConfig
from inference.tools.on_disk import listing

FRAME = (320, 240)  # pixels, what the browser sends
LARGE = 48  # pixels; a face smaller than this is not a student at a webcam


@dataclass(frozen=True, slots=True)
class DetectionReport:
    """What a detector did on two sets of photos."""

    photos: int  # whose largest face has LARGE pixels or more on both sides
    found: float  # share of those in which that face was found
    chosen: float  # share in which it was also taken as the student's
    empty_photos: int
    false_alarms: float  # share of the photos without a face in which one was found
    mean_ms: float  # of one thread's time per photo with such a face
    median_ms: float  # the thread's time, since others' work would count on the wall

    def __str__(self) -> str:
        return (
            f"largest face found in {self.found:.1%} and chosen in {self.chosen:.1%} "
            f"of {self.photos} photos; something found in {self.false_alarms:.1%} of "
            f"{self.empty_photos} photos without a face; "
            f"{self.mean_ms:.2f} ms of one thread per frame (median {self.median_ms:.2f})"
        )


def evaluate(detector: FaceDetector, folder: Path) -> DetectionReport:
    """Run a detector over a folder of photos, each brought to the camera's size."""
    found, chosen, times = [], [], []
    for photo in json.loads((folder / "faces.json").read_text()):
        image, scale, corner = _frame(folder / "faces" / photo["file"])
        largest = _largest(np.array(photo["boxes_xywh"])) * scale + corner
        if (largest[1] - largest[0]).min() < LARGE:
            continue
        start = time.thread_time()
        faces = detector.detect(image)
        times.append(1000 * (time.thread_time() - start))
        left, top, right, bottom = largest.ravel().tolist()
        truth = (left, top, right, bottom)
        hits = [overlap(truth, face.box) > SAME_FACE for face in faces]
        found.append(any(hits))
        chosen.append(any(hits[:1]))
    empty = [_frame(path)[0] for path in listing(folder / "noface")]
    return DetectionReport(
        photos=len(found),
        found=float(np.mean(found)),
        chosen=float(np.mean(chosen)),
        empty_photos=len(empty),
        false_alarms=float(np.mean([bool(detector.detect(image)) for image in empty])),
        mean_ms=float(np.mean(times)),
        median_ms=float(np.median(times)),
    )


def _frame(path: Path) -> tuple[np.ndarray, float, np.ndarray]:
    """A photo in the middle of a camera frame, its scale and its top left corner."""
    photo = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if photo is None:
        raise ValueError(f"{path} is not a picture that OpenCV reads.")
    height, width = photo.shape[:2]
    scale = min(FRAME[0] / width, FRAME[1] / height)
    size = (round(width * scale), round(height * scale))
    left, top = (FRAME[0] - size[0]) // 2, (FRAME[1] - size[1]) // 2
    frame = np.zeros((FRAME[1], FRAME[0], 3), np.uint8)
    frame[top : top + size[1], left : left + size[0]] = cv2.resize(
        photo, size, interpolation=cv2.INTER_AREA
    )
    return frame, scale, np.array([left, top])


def _largest(boxes: np.ndarray) -> np.ndarray:
    """The corners (2, 2) of the largest of some boxes (N, 4): x, y, width, height."""
    left, top, width, height = boxes[np.argmax(boxes[:, 2:].prod(axis=1))]
    return np.array([(left, top), (left + width, top + height)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--detector", choices=sorted(DETECTORS), default="blazeface")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    detector = DETECTORS[arguments.detector](EngineConfig().models_dir)
    sys.stdout.write(f"{evaluate(detector, arguments.folder)}\n")


if __name__ == "__main__":
    main()
