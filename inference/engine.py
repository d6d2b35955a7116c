"""Frames in, readings out: decode, detect, align, classify. Owns no I/O of its own."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from inference import alignment, pictures
from inference.artefact import ArtefactRefused, Golden, load_artefact
from inference.classification import EmotionClassifier, load_classifier
from inference.contracts import Face, FrameState, Reading, ReadingWithBox
from inference.decoding import FrameRejected, decode
from inference.detection import FaceDetector
from inference.detection.blazeface import BlazeFace
from inference.detection.haar import Haar
from inference.detection.yunet import YuNet
from inference.engine_config import EngineConfig

# Called with a step's name ("decode", "detect", "align", "classify"); the step runs
# inside what it returns. The benchmark hands in a stopwatch.
StepTimer = Callable[[str], AbstractContextManager[object]]


def untimed(step: str) -> AbstractContextManager[object]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class SeenFrame:
    """What was found in one frame before the network saw it."""

    state: FrameState
    reason: str = ""
    faces: Sequence[Face] = ()
    crop: np.ndarray | None = None  # uint8 (S, S), of the first face

    @property
    def luma(self) -> float | None:
        return None if self.crop is None else float(self.crop.mean())


class Engine:
    """Reads frames; keeps nothing of them. One engine serves one thread."""

    def __init__(
        self,
        detector: FaceDetector,
        classifier: EmotionClassifier,
        *,
        watch: StepTimer = untimed,
    ) -> None:
        self._detector = detector
        self._classifier = classifier
        self._watch = watch

    def read(self, jpegs: Sequence[bytes]) -> list[Reading]:
        """Read frames, each for its largest face; one classify call for all.

        Never raises on their content: what is no frame comes back as rejected.
        """
        return [
            Reading(
                state=frame.state,
                scores=scores,
                faces=len(frame.faces),
                luma=frame.luma,
                reason=frame.reason,
            )
            for frame, scores in self._scored([self._see(jpeg) for jpeg in jpegs])
        ]

    def read_with_box(self, jpeg: bytes) -> ReadingWithBox:
        """Read one frame and keep where the face was, to draw it."""
        return self._with_box(self._see(jpeg))

    def read_picture(self, picture: np.ndarray) -> ReadingWithBox:
        """Read one picture from a disk, of any size, and keep where the face was.

        Where no face is found, it looks again with a border around the picture: the
        detector knows faces with something around them, and in a tight crop, as
        FER2013's own, there is nothing.

        Args:
            picture: Shape (H, W, 3), uint8, RGB, neither side empty.
        """
        image, scale = pictures.fit(picture)
        with self._watch("detect"):
            faces = self._detector.detect(image) or self._within_border(image)
        frame = self._seen(image, faces)
        return self._with_box(
            replace(frame, faces=[face.mapped(1 / scale) for face in faces])
        )

    def _within_border(self, image: np.ndarray) -> list[Face]:
        bordered, width = pictures.with_border(image)
        return [face.mapped(1, -width) for face in self._detector.detect(bordered)]

    def _with_box(self, frame: SeenFrame) -> ReadingWithBox:
        [(frame, scores)] = self._scored([frame])
        first = frame.faces[0] if frame.faces else None
        return ReadingWithBox(
            state=frame.state,
            scores=scores,
            faces=len(frame.faces),
            luma=frame.luma,
            reason=frame.reason,
            box=first.box if first else None,
            landmarks=first.landmarks if first else (),
        )

    def _scored(
        self, frames: Sequence[SeenFrame]
    ) -> list[tuple[SeenFrame, tuple[float, ...] | None]]:
        crops = [frame.crop for frame in frames if frame.crop is not None]
        rows = iter(self._classify(crops))
        return [(s, next(rows) if s.crop is not None else None) for s in frames]

    def _see(self, jpeg: bytes) -> SeenFrame:
        try:
            with self._watch("decode"):
                image = decode(jpeg)
        except FrameRejected as error:
            return SeenFrame(FrameState.REJECTED, reason=str(error))
        with self._watch("detect"):
            faces = self._detector.detect(image)
        return self._seen(image, faces)

    def _seen(self, image: np.ndarray, faces: list[Face]) -> SeenFrame:
        if not faces:
            return SeenFrame(FrameState.NO_FACE)
        with self._watch("align"):
            crop = alignment.cut(image, faces[0], size=self._classifier.size)
        return SeenFrame(FrameState.OK, faces=faces, crop=crop)

    def _classify(self, crops: list[np.ndarray]) -> list[tuple[float, ...]]:
        if not crops:
            return []
        with self._watch("classify"):
            scores = self._classifier.classify(np.stack(crops))
        return [tuple(row) for row in scores.tolist()]


# The golden scores belong to the default detector's cut of the face. Others cut it a
# little differently, and its scores may differ that much more.
OTHER_CUT = 0.25

DETECTORS: dict[str, Callable[[Path], FaceDetector]] = {
    "blazeface": BlazeFace.load,
    "yunet": YuNet.load,
    "haar": lambda folder: Haar(),
}


def load_engine(
    config: EngineConfig | None = None, *, watch: StepTimer = untimed
) -> Engine:
    """Build an engine and prove it on the artefact's golden face, which warms it up.

    Args:
        config: Which parts; by default those that are shipped.
        watch: See `StepTimer`.

    Raises:
        ArtefactRefused: If the network must not be served.
        ModelFileMissing: If a detector's file is absent or not the one we know.
        ValueError: If no detector has the configured name.
    """
    cv2.setNumThreads(1)  # one engine is one thread; more engines fill the cores
    config = config or EngineConfig()
    if config.detector not in DETECTORS:
        raise ValueError(
            f"FER_DETECTOR is {config.detector!r}; "
            f"write one of {', '.join(sorted(DETECTORS))}."
        )
    artefact = load_artefact(config.artefact)
    engine = Engine(
        DETECTORS[config.detector](config.models_dir),
        load_classifier(artefact, config.classifier or artefact.default),
        watch=watch,
    )
    own_cut = config.detector == "blazeface"
    tolerance = artefact.golden.tolerance if own_cut else OTHER_CUT
    prove(engine, artefact.golden, tolerance=tolerance)
    return engine


def prove(engine: Engine, golden: Golden, *, tolerance: float) -> None:
    """Check that an engine sees in the golden face what its network should see.

    Args:
        engine: The engine.
        golden: The face and its scores.
        tolerance: Largest difference allowed in any score.

    Raises:
        ArtefactRefused: If it finds no face there, or scores it otherwise.
    """
    reading = engine.read_with_box(golden.path.read_bytes())
    if reading.scores is None:
        raise ArtefactRefused(
            f"No face was found in {golden.path}. Choose another FER_DETECTOR."
        )
    off = float(np.abs(np.subtract(reading.scores, golden.scores)).max())
    if off > tolerance:
        raise ArtefactRefused(
            f"The golden face {golden.path} is scored {off:.3f} off its card "
            f"(at most {tolerance} is allowed). Network, card and detector do "
            "not belong together: restore the artefact, or export it again."
        )
