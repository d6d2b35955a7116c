"""Camera frames for students made of code: a folder's, an astronaut's, a data set's."""

import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from inference.tools.on_disk import files_below, is_picture

T = TypeVar("T")

SIZE = (320, 240)  # pixels, as the student page sends
QUALITY = 60
_FACES = 100  # of lfw_subset; what follows them are no faces
# The engine does not always find these.
_TOO_COARSE = frozenset((4, 9, 30, 47, 59, 68, 82, 83, 96))


def as_jpeg(picture: Image.Image) -> bytes:
    """Encode the way the student page does; what is no 4:3 gets black bars."""
    out = io.BytesIO()
    ImageOps.pad(picture.convert("RGB"), SIZE).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def frames_of_folder(folder: Path) -> list[bytes]:
    """Every picture below a folder as a camera frame, in the order of names.

    Raises:
        ValueError: If there is none.
    """
    frames = []
    for path in filter(is_picture, files_below(folder)):
        try:
            with Image.open(path) as picture:
                frames.append(as_jpeg(ImageOps.exif_transpose(picture)))
        except OSError as error:
            raise ValueError(f"{path} is no whole picture; remove it.") from error
    if not frames:
        raise ValueError(f"{folder} holds no .jpg or .png picture.")
    return frames


def astronaut_frames(count: int = 12) -> list[bytes]:
    """Eileen Collins as a student would look: nearer, farther, lighter, mirrored."""
    from skimage import data  # noqa: PLC0415 -- slow, and only the demo needs it

    portrait = Image.fromarray(data.astronaut())
    return [as_jpeg(_as_webcam(portrait, random.Random(i))) for i in range(count)]


def class_frames() -> list[bytes]:
    """Many people's faces in many moods, small and grey, each in a room of its own.

    scikit-image cuts them from Labeled Faces in the Wild, 25 pixels a side. No page
    shows them to anybody.
    """
    from skimage import data  # noqa: PLC0415 -- as above

    faces = (255 * data.lfw_subset()[:_FACES]).astype(np.uint8)
    return [
        paste_face(face, rng=np.random.default_rng(i))
        for i, face in enumerate(faces)
        if i not in _TOO_COARSE
    ]


def in_order(frames: list[T], *, start: int = 0) -> Callable[[], T]:
    """Play frames, or what was read in them, again and again, from some point on."""
    position = iter(_forever(len(frames), start))
    return lambda: frames[next(position)]


def paste_face(face: np.ndarray, *, rng: np.random.Generator) -> bytes:
    """Put a tight grey face crop into a camera frame.

    Args:
        face: Shape (S, S), uint8.
        rng: Chooses the size (80 to 150 pixels), the place and the background.
    """
    side = int(rng.integers(80, 151))
    level = int(rng.integers(60, 200))
    room = np.clip(rng.normal(level, 6, (SIZE[1], SIZE[0])), 0, 255).astype(np.uint8)
    frame = Image.fromarray(room)
    left = int(rng.integers(10, SIZE[0] - side - 10))
    top = int(rng.integers(10, SIZE[1] - side - 10))
    frame.paste(
        Image.fromarray(face).resize((side, side), Image.Resampling.BICUBIC),
        (left, top),
    )
    return as_jpeg(frame)


def _forever(count: int, start: int) -> Iterator[int]:
    while True:
        for i in range(count):
            yield (start + i) % count


def _as_webcam(portrait: Image.Image, rng: random.Random) -> Image.Image:
    width = rng.randint(200, 320)
    left = 222 - width // 2 + rng.randint(-30, 30)
    top = rng.randint(0, 30)
    scene = portrait.crop((left, top, left + width, top + width * 3 // 4))
    if rng.random() < 0.5:
        scene = scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return ImageEnhance.Brightness(scene).enhance(rng.uniform(0.8, 1.2))
